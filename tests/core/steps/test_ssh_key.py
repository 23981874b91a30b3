"""The SSH key pair is made once, where the role of the release leaves it alone."""

from __future__ import annotations

import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.pki.ssh import public_of_private, read_public
from octavia_wizard.core.pki.writing import write_new
from octavia_wizard.core.steps.base import Action, Decision
from octavia_wizard.core.steps.ssh_key import SshKeyStep
from tests.core.pki.support import effective
from tests.core.steps.single_step import StepBench, bench
from tests.fakes import FakeCloud, seen


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory of its own."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return home


def answers(release: str = "33.0.1", **more: object) -> Effective:
    """Return the answers of someone who wants SSH."""
    defaults: dict[str, object] = {
        "ssh__enabled": True,
        "ssh__source": "generate",
        "ssh__key_name": "octavia_key",
        "ssh__key_type": "ed25519",
        "ssh__private_key": "~/.ssh/octavia_key",
    }
    return effective(release, **{**defaults, **more})


def maker(root: Path, release: str = "33.0.1", **more: object) -> StepBench:
    """Return a bench with the step."""
    return bench(root, SshKeyStep(), answers(release, **more))


def told_by_ssh_keygen(*arguments: str | Path) -> str:
    """Ask OpenSSH itself."""
    command = ["ssh-keygen", *(str(argument) for argument in arguments)]
    return subprocess.run(command, check=True, capture_output=True, timeout=30).stdout.decode()


@pytest.mark.parametrize(
    ("kind", "told"), [("ed25519", "256 SHA256:"), ("rsa-4096", "4096 SHA256:")]
)
def test_a_pair_openssh_can_use(kind: str, told: str, tmp_path: Path, home: Path) -> None:
    """OpenSSH reads both halves, and they belong together; the private one is private."""
    one = maker(tmp_path, ssh__key_type=kind)
    assert one.decision().action is Action.CREATE
    assert one.run().status is RunStatus.DONE
    private, public = home / ".ssh" / "octavia_key", home / ".ssh" / "octavia_key.pub"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE((home / ".ssh").stat().st_mode) == 0o700
    assert told_by_ssh_keygen("-l", "-f", private).startswith(told)
    assert told_by_ssh_keygen("-y", "-f", private).split()[:2] == public.read_text().split()[:2]
    assert one.decision().action is Action.KEEP


def test_an_existing_key_is_never_replaced(tmp_path: Path, home: Path) -> None:
    """A key made by hand, with or without its public half, is kept as it is."""
    (home / ".ssh").mkdir(mode=0o700)
    private = home / ".ssh" / "octavia_key"
    told_by_ssh_keygen("-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", private)
    one = maker(tmp_path)
    assert one.decision().action is Action.KEEP
    before = private.read_bytes()
    private.with_suffix(".pub").unlink()
    assert one.decision().action is Action.KEEP
    one.run()
    assert private.read_bytes() == before


def test_a_key_with_a_passphrase(tmp_path: Path, home: Path) -> None:
    """It is kept as long as its public half is there, which cannot be derived."""
    (home / ".ssh").mkdir(mode=0o700)
    private = home / ".ssh" / "octavia_key"
    told_by_ssh_keygen("-q", "-t", "ed25519", "-N", "secret", "-f", private)
    one = maker(tmp_path)
    assert one.decision().action is Action.KEEP
    private.with_suffix(".pub").unlink()
    refused = one.decision()
    assert refused.action is Action.CONFLICT
    assert "passphrase" in refused.reason


def test_halves_that_do_not_fit(tmp_path: Path, home: Path) -> None:
    """A public half of another pair, or without its private one, is a conflict."""
    one = maker(tmp_path)
    one.run()
    private, public = home / ".ssh" / "octavia_key", home / ".ssh" / "octavia_key.pub"
    other = home / "other"
    told_by_ssh_keygen("-q", "-t", "ed25519", "-N", "", "-f", other)
    public.write_text(other.with_suffix(".pub").read_text())
    assert "does not belong" in one.decision().reason
    private.unlink()
    assert one.decision().action is Action.CONFLICT


def test_off_means_nothing(tmp_path: Path, home: Path) -> None:
    """Without SSH no key is made."""
    one = bench(tmp_path, SshKeyStep(), effective(ssh__enabled=False))
    assert one.decision().action is Action.SKIP


def test_an_imported_key(tmp_path: Path, home: Path) -> None:
    """The operator's public key is only looked at; a wrong file is explained."""
    path = home / "mine.pub"
    one = maker(tmp_path, ssh__source="import", ssh__public_key=str(path))
    assert "does not exist" in one.decision().reason
    told_by_ssh_keygen("-q", "-t", "ed25519", "-N", "", "-f", home / "mine")
    assert one.decision().action is Action.ADOPT
    for text, reason in (
        ((home / "mine").read_text(), "is a private key"),
        ("hello", "no OpenSSH public key"),
        ("ssh-ed25519 AAAA", "damaged"),
        ("", "0 keys"),
        (path.read_text() * 2, "2 keys"),
    ):
        path.write_text(text)
        decision = one.decision()
        assert decision.action is Action.CONFLICT
        assert reason in decision.reason


def decided(release: str, user: str | None, **more: object) -> Decision:
    """Decide with or without the user octavia in the cloud."""
    facts = seen(FakeCloud(octavia_user_id=user), frozenset())
    return SshKeyStep().decide(answers(release, **more), facts)


@pytest.mark.parametrize("release", ["22.0.0", "28.4.2"])
def test_where_the_role_makes_the_pair_itself(release: str) -> None:
    """From 22 to 28 the role's first run makes it, over any file at its place; then it is ours."""
    assert decided(release, None).action is Action.SKIP
    assert "first run" in decided(release, None).reason
    assert decided(release, "user-octavia").action is Action.CREATE
    elsewhere = decided(release, "user-octavia", ssh__private_key="~/keys/octavia_key")
    assert elsewhere.action is Action.CONFLICT


@pytest.mark.parametrize("release", ["16.0.5", "21.2.12", "29.1.0", "33.0.1"])
def test_where_the_role_keeps_away(release: str) -> None:
    """Elsewhere the pair can be made at once, at any place."""
    decision = decided(release, None, ssh__private_key="~/keys/any")
    assert decision.action is Action.CREATE


def test_the_pair_29_0_insists_on(tmp_path: Path, home: Path) -> None:
    """The first 2024.1 releases replace all but RSA 2048 with one comment; that is made."""
    assert decided("29.0.0", None).action is Action.CONFLICT
    one = maker(tmp_path, "29.0.0", ssh__key_type="rsa-4096")
    assert any("rsa-2048" in line for line in one.decision().diff)
    one.run()
    private = home / ".ssh" / "octavia_key"
    assert told_by_ssh_keygen("-l", "-f", private).startswith("2048 ")
    public = read_public(private.with_suffix(".pub"))
    assert public is not None
    assert public.comment == "Generated-by-Nova"
    path = home / "other.pub"
    path.write_text(public.text)
    imported = decided("29.0.0", None, ssh__source="import", ssh__public_key=str(path))
    assert imported.action is Action.CONFLICT


def test_undo_removes_only_what_was_made(tmp_path: Path, home: Path) -> None:
    """Both files and the directory go, unless somebody put something there."""
    one = maker(tmp_path)
    one.run()
    assert not one.undo().left
    assert not (home / ".ssh").exists()
    one.run()
    (home / ".ssh" / "config").write_text("")
    assert [item.what.kind for item in one.undo().left] == ["directory"]


def test_a_pair_is_usable_after_any_interruption(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the public half cannot be written, the private one is there to derive it from."""

    def full(path: Path, data: bytes) -> str:
        if path.suffix == ".pub":
            raise FileError(f"cannot write {path}: No space left on device")
        return write_new(path, data)

    monkeypatch.setattr("octavia_wizard.core.steps.ssh_key.write_new", full)
    one = maker(tmp_path)
    assert one.run().status is RunStatus.FAILED
    monkeypatch.undo()
    monkeypatch.setenv("HOME", str(home))
    assert one.decision().action is Action.KEEP
    assert public_of_private(home / ".ssh" / "octavia_key") is not None


def test_missing_answers_block(tmp_path: Path) -> None:
    """A plan before all is answered says what is missing."""
    open_answers = replace(answers(ssh__source="import"), missing=("ssh.public_key",))
    decision = bench(tmp_path, SshKeyStep(), open_answers).decision()
    assert decision.action is Action.BLOCKED
    assert "ssh.public_key" in decision.reason
