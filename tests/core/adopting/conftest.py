"""A home of their own for the tests of the import."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.pki.ssh import make_pair


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the key pairs for amphorae be where the role keeps them, as on a host that runs it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    directory = tmp_path / ".ssh"
    directory.mkdir(mode=0o700)
    for name in ("octavia_key", "support"):
        pair = make_pair("ed25519")
        (directory / name).write_bytes(pair.private)
        (directory / f"{name}.pub").write_text(f"{pair.public.text}\n")
    return tmp_path
