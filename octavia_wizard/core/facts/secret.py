"""A secret value that is kept out of representations and logs."""

from __future__ import annotations

from collections.abc import Container, Mapping


class Secret(str):
    """A secret value that does not show itself in a representation or a log by accident."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show that there is a value, not which."""
        return "Secret(…)"


def still_typed(
    typed: Mapping[str, Secret], written: Container[str], replacing: Container[str] = ()
) -> dict[str, Secret]:
    """Return what was typed and is in no file yet: what a file has counts, and memory forgets.

    ``replacing`` are those kept all the same, for their value in a file is going to be changed.
    """
    return {
        name: value for name, value in typed.items() if name not in written or name in replacing
    }
