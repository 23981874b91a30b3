"""The newest answers are what is on disk, however saves overtake each other."""

from __future__ import annotations

import threading

from octavia_wizard.core.session import Session
from octavia_wizard.screens.workers.saver import Saver


def test_the_last_answer_wins_over_saves_in_any_order(session: Session) -> None:
    saver = Saver(session)
    threads = []
    for mtu in range(1400, 1420):
        session.give("network.mtu", mtu)
        threads.append(threading.Thread(target=saver.save))
        threads[-1].start()
    for thread in threads:
        thread.join()
    saved = session.saved_answers()
    assert saved is not None
    assert saved.values["network.mtu"] == 1419
