"""One screen for each section of the interview, made for its subject."""

from __future__ import annotations

from collections.abc import Mapping

from octavia_wizard.screens.section import QuestionsScreen
from octavia_wizard.screens.sections.certificates import CertificatesScreen
from octavia_wizard.screens.sections.cloud import CloudScreen
from octavia_wizard.screens.sections.deployment import DeploymentScreen
from octavia_wizard.screens.sections.image import ImageScreen
from octavia_wizard.screens.sections.network import NetworkScreen

_SCREENS: Mapping[str, type[QuestionsScreen]] = {
    "cloud": CloudScreen,
    "network": NetworkScreen,
    "image": ImageScreen,
    "certificates": CertificatesScreen,
    "deployment": DeploymentScreen,
}


def screen_of(section: str) -> type[QuestionsScreen]:
    """Return the class of a section's screen; a form where nothing more is needed."""
    return _SCREENS.get(section, QuestionsScreen)
