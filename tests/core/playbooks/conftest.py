"""A deployment of one's own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.playbooks.support import Deployment


@pytest.fixture
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """A deployment without playbooks yet; what a test leaves running is ended."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path / "ansible"))
    monkeypatch.setenv("ANSIBLE_LOCAL_TEMP", str(tmp_path / "ansible" / "tmp"))
    monkeypatch.setenv("ANSIBLE_REMOTE_TMP", str(tmp_path / "ansible" / "remote"))
    for name in ("ANSIBLE_VAULT_PASSWORD_FILE", "ANSIBLE_CALLBACK_PLUGINS"):
        monkeypatch.delenv(name, raising=False)
    found = Deployment(tmp_path).set_up()
    yield found
    found.take_down()
