"""What emitting yields: whole texts, and where they belong."""

from __future__ import annotations

from dataclasses import dataclass

from octavia_wizard.core.emit.meaning import same_meaning


@dataclass(frozen=True, slots=True)
class EmittedFile:
    """One file as it should be, beside what it is now."""

    path: str
    """Relative to the deploy directory."""
    text: str
    mode: int
    owned: bool
    """Whether the wizard writes the whole file; else it adds to one of the operator's."""
    before: str | None = None
    """Present text; None where the file does not exist."""
    notes: tuple[str, ...] = ()
    """What was left alone, and why; for the operator."""

    @property
    def changed(self) -> bool:
        """Whether writing it would change what Ansible reads.

        The comments of a file of ours tell where values came from, and that may change
        without any value changing: such a file is left as it is.
        """
        if self.before is None:
            return True
        if self.owned:
            return not same_meaning(self.before, self.text)
        return self.before != self.text
