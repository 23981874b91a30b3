"""Section 1: which cloud, and which release deploys it."""

from __future__ import annotations

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.questions.grounds import always, fixed, from_role, live
from octavia_wizard.core.questions.model import (
    Choice,
    Context,
    Default,
    InterviewSection,
    Kind,
    Question,
)
from octavia_wizard.core.releases import all_series


def _clouds(context: Context) -> tuple[Choice, ...]:
    return tuple(Choice(found.value, found.value, found.source) for found in context.facts.clouds)


def _cloud_name(context: Context) -> Default | None:
    if context.facts.cloud_in_environment:
        return Default(None, Provenance.DETECTED, "OS_AUTH_URL is set")
    if context.facts.cloud is not None:
        name = context.facts.cloud.name
        return Default(name, Provenance.DETECTED, "the cloud that answered")
    clouds = context.facts.clouds
    if len(clouds) == 1:
        return Default(clouds[0].value, Provenance.DETECTED, f"the only one in {clouds[0].source}")
    return None


def _regions(context: Context) -> tuple[Choice, ...]:
    cloud = context.facts.cloud
    return tuple(Choice(name, name) for name in cloud.regions) if cloud else ()


def _region(context: Context) -> Default:
    cloud = context.facts.cloud
    if cloud is not None and cloud.region:
        return Default(cloud.region, Provenance.DETECTED, f"the region of {cloud.name}")
    return Default(None, Provenance.COMPUTED, "the region the cloud's entry names")


def _releases(_: Context) -> tuple[Choice, ...]:
    return tuple(
        Choice(series.last, f"{series.last}  {series.name}", series.codename or "")
        for series in reversed(all_series())
    )


def _release(context: Context) -> Default | None:
    found = context.facts.host.release
    return Default(found.value, Provenance.DETECTED, found.source) if found else None


SECTION = InterviewSection(
    name="cloud",
    title="Cloud and release",
    help="Which cloud gets Octavia, and which OpenStack-Ansible release deploys it.",
    questions=(
        Question(
            key="cloud.mode",
            kind=Kind.CHOICE,
            title="How to work",
            help="Live makes network, flavor, key, image and quotas in the cloud and writes the "
            "files. Files only writes the files and touches no cloud: the role then makes what "
            "it can. Most people work live.",
            choices=fixed(
                Choice("live", "live", "change the cloud and write the files"),
                Choice("files", "files only", "write the files, contact no cloud"),
            ),
            default=always("live", "what most people choose"),
        ),
        Question(
            key="cloud.name",
            kind=Kind.TEXT,
            title="Cloud",
            help="Name of the cloud in clouds.yaml, with administrator rights. None uses the OS_* "
            "variables of the environment, as an openrc file sets them.",
            choices=_clouds,
            default=_cloud_name,
            when=live,
            nullable=True,
            none_label="from the environment (OS_*)",
        ),
        Question(
            key="cloud.region",
            kind=Kind.TEXT,
            title="Region",
            help="Region of the cloud, where it has several. Most clouds have one.",
            choices=_regions,
            default=_region,
            when=live,
            nullable=True,
            none_label="as clouds.yaml says",
        ),
        Question(
            key="cloud.release",
            kind=Kind.TEXT,
            title="OpenStack-Ansible release",
            help="The release whose os_octavia role will read the files: variables, group names "
            "and the layout of certificates differ from one to the next. Detected on a deploy "
            "host; a tag (33.0.1) or a series (2026.1, pike) will do.",
            choices=_releases,
            default=_release,
        ),
        Question(
            key="cloud.service_project",
            kind=Kind.TEXT,
            title="Service project",
            help="The project that owns amphorae, their network, image and quotas. OSA calls it "
            "service; change it only where your cloud has another.",
            default=from_role("octavia_service_project_name", "service"),
            variables=("octavia_service_project_name",),
        ),
    ),
)
