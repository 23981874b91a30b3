"""The wish to stop, which knows whether an operator uttered it."""

from __future__ import annotations

import threading


class Stop(threading.Event):
    """A request to stop; ``set`` alone is what a lost terminal or a failed display comes to.

    What goes on by itself, as the build of an image does, is only ended by ``ask``.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked = False
        """Whether somebody wants everything ended."""

    def ask(self) -> None:
        """Stop on request."""
        self.asked = True
        self.set()


def is_asked(cancel: threading.Event) -> bool:
    """Say whether somebody wants what goes on by itself to end; a plain event always means that."""
    return cancel.is_set() and (not isinstance(cancel, Stop) or cancel.asked)
