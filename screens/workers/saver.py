"""Keeps the answers on disk while the interview goes on."""

from __future__ import annotations

import threading

from octavia_wizard.core.session import Session


class Saver:
    """Saves a session's answers from several threads without letting an older state win."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()

    def save(self) -> None:
        """Save the newest answers; raises FileError.

        Whoever comes last into the lock writes what is newest then, so that two saves may
        overtake each other and the file is right all the same.
        """
        with self._lock:
            self._session.autosave()
