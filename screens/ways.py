"""Where screens can lead to, without knowing one another."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from textual.app import App

from octavia_wizard.core.questions import Question


class Ways(App[int]):
    """An app that knows which screen follows which."""

    @abstractmethod
    def show_section(self, name: str, key: str = "") -> None:
        """Open a section, at a question."""

    @abstractmethod
    def show_question(self, question: Question) -> None:
        """Open a single question."""

    @abstractmethod
    def show_explanation(self, question: Question) -> None:
        """Explain a question."""

    @abstractmethod
    def show_help(self, place: str, purpose: str, keys: Sequence[tuple[str, str]]) -> None:
        """Tell what a screen is for and which keys it has."""

    @abstractmethod
    def show_review(self) -> None:
        """Open the review."""

    @abstractmethod
    def show_apply(self) -> None:
        """Open the screen of the run."""

    @abstractmethod
    def show_build(self) -> None:
        """Open the screen of the build in the background."""

    @abstractmethod
    def offer_build(self) -> object:
        """Offer, once, to build the image in the background."""

    @abstractmethod
    def show_handover(self) -> None:
        """Open the page of what comes next."""

    @abstractmethod
    def show_preview(self) -> None:
        """Show the variables file as it would be emitted."""

    @abstractmethod
    def say_where(self) -> None:
        """Say where the answers are saved."""

    @abstractmethod
    def leave(self) -> None:
        """Leave the wizard; the answers are kept."""
