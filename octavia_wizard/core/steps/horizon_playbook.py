"""Step: the playbook that installs the load balancer panel in Horizon."""

from __future__ import annotations

from typing import ClassVar

from octavia_wizard.core.steps.playbook import PlaybookStep


class HorizonPlaybookStep(PlaybookStep):
    """Installs the load balancer panel in Horizon."""

    id = "horizon_playbook"
    title = "Playbook: Horizon"
    purpose = "horizon"
    rule = "horizon"
    needs: ClassVar[tuple[str, ...]] = ("quotas_playbook",)
    without = "Horizon has no panel for load balancers"
