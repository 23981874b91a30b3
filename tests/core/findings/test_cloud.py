"""What is missing in the cloud is told before a step needs it."""

from __future__ import annotations

from octavia_wizard.core.facts.model import Part
from tests.core.findings.support import Example, Given, cloud, each

LIVE = {"cloud.mode": "live", "ssh.enabled": True}

EXAMPLES = (
    Example(
        "cloud-part-unread",
        Given(LIVE, cloud=cloud(unread={Part.QUOTAS: "503 from nova"})),
        Given(LIVE, cloud=cloud()),
        says="quotas: 503 from nova",
    ),
    Example(
        "credentials-not-admin",
        Given(LIVE, cloud=cloud(admin=False)),
        Given(LIVE, cloud=cloud(admin=None)),
        says="here",
    ),
    Example(
        "service-project-missing",
        Given(LIVE, cloud=cloud(service_project_id=None)),
        Given(LIVE, cloud=cloud(service_project_id=None, unread={Part.IDENTITY: "403"})),
        says="service",
    ),
    Example(
        "octavia-user-missing",
        Given(LIVE, cloud=cloud(octavia_user_id=None)),
        Given({**LIVE, "ssh.enabled": False}, cloud=cloud(octavia_user_id=None)),
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_files_only_mode_asks_nothing_of_the_cloud() -> None:
    known = cloud(service_project_id=None, octavia_user_id=None, admin=False)
    case = Given({"cloud.mode": "files", "ssh.enabled": True}, cloud=known)
    assert not [f for f in case.findings() if f.section in ("cloud", "ssh")]
