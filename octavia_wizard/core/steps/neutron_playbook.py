"""Step: the playbook that makes a new provider network known to Neutron."""

from __future__ import annotations

from typing import ClassVar

from octavia_wizard.core.steps.playbook import PlaybookStep


class NeutronPlaybookStep(PlaybookStep):
    """Makes a new provider network known to Neutron."""

    id = "neutron_playbook"
    title = "Playbook: Neutron"
    purpose = "neutron"
    rule = "neutron"
    needs: ClassVar[tuple[str, ...]] = ("files", "containers_playbook")
    without = "Neutron refuses networks on a physical network it does not know"
