"""The screen of the section deployment: it can ask the controllers how they stand."""

from __future__ import annotations

from textual.binding import Binding

from octavia_wizard.screens.section import QuestionsScreen
from octavia_wizard.screens.workers.controllers import ask_controllers


class DeploymentScreen(QuestionsScreen):
    """Hosts, playbooks and verification, with earlier runs beside the questions."""

    BINDINGS = [
        Binding(
            "f5",
            "ask",
            "ask hosts",
            id="wizard.read_again",
            tooltip="Ask the controllers how they stand, through Ansible; nothing is changed there",
        )
    ]

    def action_ask(self) -> None:
        """Ask the controllers."""
        ask_controllers(self.app)
