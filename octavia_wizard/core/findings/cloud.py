"""Checks of the cloud as it was read: rights, service project, the octavia user."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.facts.model import PARTS_TO_PLAN, Part
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, note, warning

UNREAD = warning(
    "cloud-part-unread",
    "cloud.name",
    "A part of the cloud could not be read",
    "What could not be read could not be checked either, and steps that need it cannot be planned.",
    "Mend what the reason says, then read the cloud again.",
)
NOT_ADMIN = error(
    "credentials-not-admin",
    "cloud.name",
    "The credentials have no administrator rights",
    "Provider networks, private flavors, quotas of another project and key pairs of another user "
    "need the role admin.",
    "Use the admin user that OSA made, for example by the openrc in the utility container.",
)
NO_PROJECT = error(
    "service-project-missing",
    "cloud.service_project",
    "The service project does not exist",
    "Amphorae, network, image and quotas belong to it. OSA's keystone playbook creates it.",
    "Answer the project's name, or run setup-openstack.yml as far as keystone; in files only mode "
    "no project is needed.",
)
NO_USER = note(
    "octavia-user-missing",
    "ssh.enabled",
    "The user octavia does not exist yet",
    "Nova's key pairs belong to a user, and the role makes this one in its first run. The key is "
    "made now and uploaded later.",
    "Run octavia-wizard again after the Octavia playbook: only the key pair is left to do.",
)


def check_unread(case: Situation) -> Iterator[Finding]:
    """Report each part of the cloud that could not be read."""
    cloud = case.facts.cloud
    for part, reason in sorted(cloud.unread.items()) if cloud is not None else ():
        # What only helps to choose is missing in the list, where that is seen.
        if part not in PARTS_TO_PLAN:
            continue
        yield UNREAD.found(f"{part}: {reason}.", where=cloud.name if cloud else "")


def check_rights(case: Situation) -> Iterator[Finding]:
    """Look for missing administrator rights."""
    cloud = case.facts.cloud
    if cloud is not None and case.live and cloud.admin is False:
        yield NOT_ADMIN.found(f"The credentials of {cloud.name} lack the role admin.")


def check_service_project(case: Situation) -> Iterator[Finding]:
    """Look for the project and the user that everything belongs to."""
    cloud = case.cloud(Part.IDENTITY)
    if cloud is None or not case.live:
        return
    if cloud.service_project_id is None:
        yield NO_PROJECT.found(f"There is no project {cloud.service_project}.")
    elif cloud.octavia_user_id is None and case.effective.is_on("ssh.enabled"):
        yield NO_USER.found("The key pair cannot be uploaded before the user exists.")


CHECKS: tuple[Check, ...] = (check_unread, check_rights, check_service_project)
