"""Fixtures every test may use."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from octavia_wizard.core.errors import LockedError
from octavia_wizard.rehearsal import control, lock, private
from octavia_wizard.rehearsal.layout import DEFAULT_PORT_OFFSET, Layout

# Whoever runs the tests may have been started with signals ignored (nohup, a shell's "&"), which
# children inherit; operators are not, and the tests of signals speak of them.
for _number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
    if signal.getsignal(_number) is signal.SIG_IGN:
        _usual = signal.default_int_handler if _number is signal.SIGINT else signal.SIG_DFL
        signal.signal(_number, _usual)

REHEARSAL_ROOT_VARIABLE = "OCTAVIA_WIZARD_TEST_REHEARSAL_ROOT"
REHEARSAL_PORT_VARIABLE = "OCTAVIA_WIZARD_TEST_REHEARSAL_PORT_OFFSET"
REHEARSAL_PORT_OFFSETS = [DEFAULT_PORT_OFFSET + distance for distance in (1500, 1400, 1300, 1200)]
"""Not the operator's: a rehearsal cloud that runs on this machine is left alone. Test runs beside
one another take one each."""


@dataclass(frozen=True, slots=True)
class RehearsalCloud:
    """The real OpenStack services that integration tests talk to."""

    layout: Layout
    clouds_file: Path
    """A clouds.yaml with ``rehearsal``, ``rehearsal-octavia`` and ``rehearsal-demo``."""


@pytest.fixture(scope="session")
def rehearsal_layout() -> Iterator[Layout]:
    """Where the tests' rehearsal cloud lives; the installation is shared with the operator's."""
    root = os.environ.get(REHEARSAL_ROOT_VARIABLE)
    asked = os.environ.get(REHEARSAL_PORT_VARIABLE)
    offsets = [int(asked)] if asked else REHEARSAL_PORT_OFFSETS
    for offset in offsets:
        layout = Layout.default(offset, root=Path(root) if root else None)
        private.make_directory(layout.root)
        with ExitStack() as held:
            try:
                held.enter_context(lock.hold(layout.root / f"tests-{offset}.lock"))
            except LockedError:
                continue
            yield layout
            return
    pytest.fail(f"other test runs use all the port offsets there are: {offsets}")


@pytest.fixture(scope="module")
def rehearsal_cloud(rehearsal_layout: Layout) -> Iterator[RehearsalCloud]:
    """A new rehearsal cloud for each module, so that no test meets what another's has left.

    Quotas stay raised, and Octavia keeps the configuration it was given, whoever cleans up.
    """
    running = control.up(rehearsal_layout, fresh=True, report=lambda progress: None)
    try:
        yield RehearsalCloud(rehearsal_layout, running.clouds_file)
    finally:
        control.down(rehearsal_layout)
