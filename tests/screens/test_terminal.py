"""A terminal that is lost ends the screens, not a run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from octavia_wizard.screens.terminal import forgiving_output


def test_output_to_a_lost_terminal_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    with os.fdopen(write, "w", buffering=1) as stream:
        monkeypatch.setattr(sys, "__stderr__", stream)
        with forgiving_output():
            os.close(read)
            output = sys.__stderr__
            assert output is not None
            assert output.write("lost\n") == 5
            output.flush()
            assert output.fileno() == write
        assert sys.__stderr__ is stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), write)


def test_after_letting_go_a_read_waits_until_it_is_let_go_too(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import os, select\n"
        "from octavia_wizard.screens.terminal import let_go\n"
        "report = os.dup(1)\n"
        "end = let_go()\n"
        "os.write(1, b'nobody sees this')\n"
        "ready = bool(select.select([0], [], [], 0.2)[0])\n"
        "os.close(end)\n"
        "os.write(report, f'{ready} {os.read(0, 10)!r}'.encode())\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
    assert done.stdout == b"False b''"
