"""Step: the playbook that creates the containers of Octavia on the hosts that carry them."""

from __future__ import annotations

from typing import ClassVar

from octavia_wizard.core.steps.playbook import PlaybookStep


class ContainersPlaybookStep(PlaybookStep):
    """Creates the containers of Octavia on the hosts that carry them."""

    id = "containers_playbook"
    title = "Playbook: containers"
    purpose = "containers"
    rule = "containers"
    may_be_idle = True  # where all services run on the hosts themselves
    needs: ClassVar[tuple[str, ...]] = ("files",)
    without = "nothing is deployed on hosts that have no container of Octavia yet"
