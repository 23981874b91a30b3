"""A build is prepared in turn, and what comes out of it is a command that starts it."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.errors import StepError
from octavia_wizard.core.image.build.preparation import Prepared, prepare
from octavia_wizard.core.image.build.record import new_record
from tests.core.image.build.preparing import Heard, git, never, octavia, order, wheel

MISSING = "octavia_wizard.core.image.build.packages.missing"
INSTALL = "octavia_wizard.core.image.build.packages.install"


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home-cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home-state"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(MISSING, lambda request: ())
    monkeypatch.setattr("octavia_wizard.core.image.build.packages.missing_for", lambda names: ())


def _prepare(root: Path, **changes: Any) -> tuple[Prepared, list[str], Heard]:
    request = order(root, builder=str(wheel(root / "wheels")), **changes)
    staging = root / "images" / ".staging"
    staging.mkdir(parents=True, exist_ok=True)
    record = replace(new_record(request), staging=str(staging))
    entered: list[str] = []
    heard = Heard()
    done = prepare(request, record, entered.append, lambda *told: None, heard, never())
    return done, entered, heard


def test_the_command_can_be_started_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_PASSWORD", "s3cret")
    checkout = octavia(tmp_path)
    done, entered, _ = _prepare(tmp_path, environment={"DIB_APT_KEYRING": "/k"}, size_gib=4)
    assert entered == ["builder", "source"]
    assert (done.ref, done.builder_version) == ("stable/2026.1", "3.43.0")
    assert done.commit == git(checkout, "rev-parse", "stable/2026.1")
    subprocess.run(done.argv, env=dict(done.environment), cwd=done.directory, check=True)
    seen = (tmp_path / "images" / ".staging" / "amphora.qcow2").read_text()
    assert f"DIB_REPOREF_amphora_agent=wizard-{done.commit}" in seen
    assert "DIB_APT_KEYRING=/k" in seen
    assert "s3cret" not in seen
    assert "s3cret" not in repr(done)
    assert (tmp_path / "cache").is_dir()


def test_missing_packages_are_installed_on_consent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    octavia(tmp_path)
    left = ["qemu-utils"]
    monkeypatch.setattr(MISSING, lambda request: tuple(left))
    monkeypatch.setattr(INSTALL, lambda names, log, cancel: left.clear())
    _, entered, _ = _prepare(tmp_path, install_packages=True)
    assert entered == ["packages", "builder", "source"]


def test_without_consent_nothing_is_installed_and_the_command_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MISSING, lambda request: ("qemu-utils",))
    monkeypatch.setattr(INSTALL, lambda *told: pytest.fail("was installed"))
    with pytest.raises(StepError, match="qemu-utils") as caught:
        _prepare(tmp_path)
    assert "install qemu-utils" in caught.value.hint
    assert "image.install_packages" in caught.value.hint


def test_an_installation_without_effect_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MISSING, lambda request: ("qemu-utils",))
    monkeypatch.setattr(INSTALL, lambda *told: None)
    with pytest.raises(StepError, match="still missing"):
        _prepare(tmp_path, install_packages=True)


def test_what_the_release_cannot_do_is_told_before_the_build(tmp_path: Path) -> None:
    octavia(tmp_path)
    with pytest.raises(StepError, match=r"stein-eol.*image\.fips"):
        _prepare(tmp_path, refs=("stein-eol",), fips=True)
    with pytest.raises(StepError, match=r"image\.base_os"):
        _prepare(tmp_path, base_os="fedora")
