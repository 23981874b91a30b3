"""Step: the playbook that installs and configures Octavia on all controllers."""

from __future__ import annotations

from typing import ClassVar

from octavia_wizard.core.steps.playbook import PlaybookStep


class OctaviaPlaybookStep(PlaybookStep):
    """Installs and configures Octavia on all controllers."""

    id = "octavia_playbook"
    title = "Playbook: Octavia"
    purpose = "octavia"
    rule = "octavia"
    group = "octavia_all"
    needs: ClassVar[tuple[str, ...]] = (
        "secrets",
        "certificates",
        "network",
        "subnet",
        "security_group",
        "flavor",
        "ssh_key",
        "files",
        "neutron_playbook",
    )
    without = "Octavia is not deployed, and a change of its settings does not reach the controllers"
