"""Section 1: which cloud, and which release deploys it."""

from __future__ import annotations

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.facts.checks import ENVIRONMENT, GLYPHS, CheckState, CloudCheck
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.questions import summaries
from octavia_wizard.core.questions.grounds import (
    Trace,
    always,
    fixed,
    from_role,
    live,
    openstack_name,
    traces_of,
)
from octavia_wizard.core.questions.model import (
    Choice,
    Context,
    Default,
    InterviewSection,
    Kind,
    Question,
)
from octavia_wizard.core.releases import Release, all_series, find_release

_VARIABLES = "OS_* variables"


_CLOUD_COLUMNS = ("Cloud", "State", "As", "Region", "Keystone", "File")
_REGION_COLUMNS = ("Region", "Known from")
_RELEASE_COLUMNS = ("OSA", "OpenStack", "Octavia", "Certificates", "Note")


def _clouds(context: Context) -> tuple[Choice, ...]:
    facts = context.facts
    found = [
        Choice(named.value, named.value, named.source, _cells(facts, named.value, named.source))
        for named in facts.clouds
    ]
    if facts.cloud_in_environment:
        cells = _cells(facts, ENVIRONMENT, _VARIABLES)
        found.append(Choice(None, ENVIRONMENT, _VARIABLES, cells))
    return tuple(found)


def _cells(facts: Facts, name: str, source: str) -> tuple[str, ...]:
    check = facts.checks.get(name) or CloudCheck(name)
    regions = ", ".join(check.regions)
    state = f"{GLYPHS[check.state]} {check.state}"
    return (name, state, check.whom, regions, check.keystone, source)


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
    """Offer the regions of the cloud that was read, else of the one that was asked for a token."""
    cloud, effective = context.facts.cloud, context.effective
    if cloud is not None:
        return tuple(
            _region_choice(name, f"the catalogue of {cloud.name}") for name in cloud.regions
        )
    if "cloud.name" not in effective:
        return ()
    check = context.facts.checks.get(effective.maybe_text("cloud.name") or ENVIRONMENT)
    if check is None:
        return ()
    known = "the catalogue" if check.state is CheckState.OK else "the settings of the cloud"
    return tuple(_region_choice(name, known) for name in check.regions)


def _region_choice(name: str, known_from: str) -> Choice:
    return Choice(name, name, known_from, (name, known_from))


def _region(context: Context) -> Default:
    cloud = context.facts.cloud
    if cloud is not None and cloud.region:
        return Default(cloud.region, Provenance.DETECTED, f"the region of {cloud.name}")
    return Default(None, Provenance.COMPUTED, "the region the cloud's entry names")


def _releases(context: Context) -> tuple[Choice, ...]:
    """Offer the newest tag of each series, and any other tag this host shows traces of."""
    traces = traces_of(context.facts.host)
    offered = {series.last: find_release(series.last) for series in all_series()}
    offered |= {trace.release.name: trace.release for trace in traces}
    return tuple(
        _release_choice(release, traces) for release in sorted(offered.values(), reverse=True)
    )


def _release_choice(release: Release, traces: tuple[Trace, ...]) -> Choice:
    source = next((trace.source for trace in traces if trace.release == release), "")
    newest = release.name == all_series()[-1].last
    note = f"detected: {source}" if source else "the newest" if newest else ""
    cells = (
        release.name,
        openstack_name(release),
        release.rules.octavia_version,
        f"era {release.rules.certificate_era}",
        note,
    )
    detail = f"{openstack_name(release)}, Octavia {release.rules.octavia_version}"
    return Choice(release.name, release.name, f"{detail}, {note}" if note else detail, cells)


def _release(context: Context) -> Default | None:
    found = context.facts.host.release
    return Default(found.value, Provenance.DETECTED, found.source) if found else None


SECTION = InterviewSection(
    name="cloud",
    title="Cloud and release",
    help="Which cloud gets Octavia, and which OpenStack-Ansible release deploys it.",
    summary=summaries.cloud,
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
            columns=_CLOUD_COLUMNS,
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
            columns=_REGION_COLUMNS,
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
            "and the layout of certificates differ from one to the next. A tag (33.0.1) or a "
            "series (2026.1, pike) will do. On the deploy host, git -C /opt/openstack-ansible "
            "describe --tags tells it, or OSA_VERSION in /usr/local/bin/openstack-ansible.",
            choices=_releases,
            columns=_RELEASE_COLUMNS,
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
