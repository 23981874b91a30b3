"""diskimage-builder is installed once, made again when damaged, and taken as it is if told so."""

from __future__ import annotations

import json
import shutil
import threading
import time
from pathlib import Path

import pytest

from octavia_wizard.core.errors import Interrupted, StepError, UsageError
from octavia_wizard.core.image.build.builder import Builder, ensure_builder
from octavia_wizard.core.image.build.children import Ran
from octavia_wizard.core.places import cache_root
from tests.core.image.build.preparing import Heard, after, never, order, wheel

BUILDER = "octavia_wizard.core.image.build.builder"


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home-cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)


def get(root: Path, builder: str, heard: Heard | None = None) -> Builder:
    return ensure_builder(
        order(root, builder=builder), Heard() if heard is None else heard, never()
    )


def test_a_wheel_is_installed_once_and_again_when_it_is_damaged(tmp_path: Path) -> None:
    path = str(wheel(tmp_path / "wheels"))
    heard = Heard()
    first = get(tmp_path, path, heard)
    assert first.version == "3.43.0"
    assert first.bin.is_relative_to(cache_root() / "diskimage-builder")
    assert (first.bin / "disk-image-create").exists()
    assert "installing" in heard.text

    heard.clear()
    assert get(tmp_path, path, heard) == first
    assert not heard

    shutil.rmtree(first.bin.parent / "lib")
    assert get(tmp_path, path, heard) == first
    assert "damaged" in heard.text

    # As one that was killed while pip was at work leaves it: all seems there, and no mark is.
    heard.clear()
    marker = first.bin.parent.parent / "complete.json"
    marker.unlink()
    (first.bin.parent / "left-over").touch()
    assert get(tmp_path, path, heard) == first
    assert "installing" in heard.text
    assert not (first.bin.parent / "left-over").exists()
    assert json.loads(marker.read_text())["version"] == "3.43.0"

    # Another file behind the same name is another builder.
    shutil.copy(wheel(tmp_path / "other"), path)
    assert get(tmp_path, path).bin != first.bin


def test_pips_own_settings_lead_to_the_sites_wheels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel(tmp_path / "wheels").parent))
    assert get(tmp_path, "diskimage-builder>=3").version == "3.43.0"
    with pytest.raises(StepError, match=r"cannot install diskimage-builder==9") as caught:
        get(tmp_path, "diskimage-builder==9")
    assert "No matching distribution" in caught.value.message or "ERROR" in caught.value.message
    assert "pip.conf" in caught.value.hint


def test_one_that_is_there_is_taken_as_it_is(tmp_path: Path) -> None:
    command = tmp_path / "bin" / "disk-image-create"
    command.parent.mkdir()
    command.write_text("#!/bin/sh\necho 3.31.0\n")
    with pytest.raises(UsageError, match="cannot be run"):
        get(tmp_path, str(command))
    command.chmod(0o755)
    assert get(tmp_path, str(command)) == Builder(command.parent, "3.31.0")
    assert not (cache_root() / "diskimage-builder").exists()
    command.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(StepError, match="does not work"):
        get(tmp_path, str(command))


@pytest.mark.parametrize("builder", ["--index-url=http://x", "-rfile"])
def test_options_for_pip_are_refused(builder: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no requirement"):
        get(tmp_path, builder)


def test_a_password_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        get(tmp_path, "diskimage-builder @ https://me:s3cret@pypi.example/x.whl")
    assert "s3cret" not in caught.value.message + caught.value.hint


def test_without_ensurepip_the_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{BUILDER}.can_make_environments", lambda: False)
    monkeypatch.setattr(f"{BUILDER}.run", lambda *a, **k: Ran(1, "", ("no ensurepip",)))
    with pytest.raises(StepError, match="no ensurepip") as caught:
        get(tmp_path, "diskimage-builder")
    assert "python3-venv" in caught.value.hint


def test_a_wish_to_stop_leaves_nothing_that_counts_as_complete(tmp_path: Path) -> None:
    path = str(wheel(tmp_path / "wheels"))
    with pytest.raises(Interrupted):
        ensure_builder(order(tmp_path, builder=path), Heard(), after(0.4))
    assert not list(cache_root().rglob("complete.json"))
    assert get(tmp_path, path).version == "3.43.0"


def test_two_wizards_install_one_after_the_other(tmp_path: Path) -> None:
    path = str(wheel(tmp_path / "wheels"))
    heard, found = Heard(), []
    threads = [
        threading.Thread(target=lambda: found.append(get(tmp_path, path, heard))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
        time.sleep(0.3)
    for thread in threads:
        thread.join(120)
    assert len(found) == 2
    assert found[0] == found[1]
    assert sum(line.startswith("installing") for line in heard) == 1
    assert "waiting" in heard.text
