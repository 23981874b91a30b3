"""The screen of the section capacity."""

from __future__ import annotations

from octavia_wizard.screens.section import QuestionsScreen


class CapacityScreen(QuestionsScreen):
    """The questions of the section."""
