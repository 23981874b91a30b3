"""Standard streams may be missing from the start, and names may be hostile."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest

from octavia_wizard.core.errors import UsageError
from octavia_wizard.output.jsonl import JsonOutput


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_closed_streams_are_no_reason_to_fail(closed: tuple[int, ...]) -> None:
    code = (
        "import os, sys\n"
        "from octavia_wizard.output.stream import steadfast_streams\n"
        "with steadfast_streams():\n"
        "    print('out'); print('err', file=sys.stderr)\n"
        "    assert sys.stdin.isatty() is False\n"
        "    handle = os.open(os.devnull, os.O_RDONLY)\n"
        "sys.exit(0 if handle > 2 else 1)\n"
    )
    shell = " ".join(f"{number}>&-" for number in closed)
    command = ["sh", "-c", f'exec "$0" -c "$1" {shell}', sys.executable, code]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_json_is_ascii_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "é\x1b[31m\x9b31m\u202e\udcff"
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="latin-1"))
    JsonOutput().error(UsageError(name))
    sys.stdout.flush()
    text = raw.getvalue().decode("ascii")
    assert text.rstrip("\n").isprintable()
    assert json.loads(text)["message"] == name
