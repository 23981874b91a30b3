"""Step: the playbook that sets the quotas of openstack_user_identity (32 and later)."""

from __future__ import annotations

from typing import ClassVar

from octavia_wizard.core.steps.playbook import PlaybookStep


class QuotasPlaybookStep(PlaybookStep):
    """Sets the quotas of openstack_user_identity (32 and later)."""

    id = "quotas_playbook"
    title = "Playbook: quotas"
    purpose = "quotas"
    rule = "quotas"
    needs: ClassVar[tuple[str, ...]] = ("lbaas_playbook",)
    without = "the quotas of the service project stay as they are"
