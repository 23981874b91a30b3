"""Step: the playbook that makes Neutron's LBaaS v2 use Octavia (16 to 19)."""

from __future__ import annotations

from typing import ClassVar

from octavia_wizard.core.steps.playbook import PlaybookStep


class LBaaSPlaybookStep(PlaybookStep):
    """Makes Neutron's LBaaS v2 use Octavia (16 to 19)."""

    id = "lbaas_playbook"
    title = "Playbook: Neutron with LBaaS"
    purpose = "lbaas"
    rule = "neutron"
    needs: ClassVar[tuple[str, ...]] = ("haproxy_playbook",)
    without = "Neutron's LBaaS v2 goes on without Octavia"
