"""Certificates are made once, checked ever after, and never replaced."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.lines import Kind
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.errors import BlockedError
from octavia_wizard.core.pki import staging
from octavia_wizard.core.pki.judging.review import review
from octavia_wizard.core.pki.layout import Pem, certificate_layout
from octavia_wizard.core.pki.reading.inspection import read_certificate
from octavia_wizard.core.pki.staging import staging_place
from octavia_wizard.core.steps.base import Action, UndoResult
from octavia_wizard.core.steps.certificates import CertificatesStep
from tests.core.engine.killing import Moment, finishes
from tests.core.pki.support import (
    CLIENT_SECRET,
    SECRETS,
    SERVER_SECRET,
    effective,
    generating,
    laid_out,
    made,
    openssl,
)
from tests.core.steps.single_step import StepBench, bench


def generator(root: Path, release: str = "33.0.1", **answers: object) -> StepBench:
    """Return a bench whose certificates go below the deploy directory."""
    directory = root / "openstack_deploy" / "octavia"
    return bench(root, CertificatesStep(), generating(directory, release, **answers))


def tree(root: Path) -> dict[str, int]:
    """Return every path below a directory with its mode."""
    return {
        str(path.relative_to(root)): stat.S_IMODE(path.lstat().st_mode) for path in root.rglob("*")
    }


def test_all_is_made_and_then_kept(tmp_path: Path) -> None:
    """One run makes seven private files; the next finds nothing to do and changes nothing."""
    maker = generator(tmp_path)
    planned = maker.decision()
    assert planned.action is Action.CREATE
    assert any("CN=Octavia Server CA" in line for line in planned.diff)
    assert maker.run().status is RunStatus.DONE
    layout = certificate_layout(maker.effective)
    before = {path: path.read_bytes() for path in layout.files.values()}
    assert review(layout, SECRETS.get) == []
    kept = maker.decision()
    assert kept.action is Action.KEEP
    assert "valid until" in kept.reason
    maker.run()
    assert before == {path: path.read_bytes() for path in layout.files.values()}


@pytest.mark.parametrize("mask", [0o000, 0o077])
def test_nobody_else_can_read_them(mask: int, tmp_path: Path) -> None:
    """Whatever the umask, files are 0600, directories 0700, and nothing is left over."""
    before = os.umask(mask)
    try:
        generator(tmp_path).run()
    finally:
        os.umask(before)
    found = tree(tmp_path / "openstack_deploy" / "octavia")
    assert set(found) == {"private", *certificate_names()}
    assert found.pop("private") == 0o700
    assert set(found.values()) == {0o600}
    assert [p.name for p in (tmp_path / "openstack_deploy").iterdir() if p.name[0] == "."] == []


def certificate_names() -> set[str]:
    """Return the names of the files, below their directory."""
    here = Path("/x")
    return {str(p.relative_to(here)) for p in certificate_layout(generating(here)).files.values()}


def test_the_secrets_of_the_deployment_open_the_keys(tmp_path: Path) -> None:
    """The passphrases are those the role will hand to Octavia."""
    maker = generator(tmp_path)
    maker.run()
    files = certificate_layout(maker.effective).files
    secret = tmp_path / "secret"
    for pem, value in ((Pem.SERVER_CA_KEY, SERVER_SECRET), (Pem.CLIENT_CA_KEY, CLIENT_SECRET)):
        secret.write_text(value)
        openssl("pkey", "-in", files[pem], "-passin", f"file:{secret}", "-noout")


def test_the_role_of_20_to_24_finds_what_it_insists_on(tmp_path: Path) -> None:
    """Its openssl_privatekey keeps RSA keys of the announced size that its secrets open."""
    maker = generator(tmp_path, "22.4.4", certificates__key_type="rsa-3072")
    maker.run()
    layout = certificate_layout(maker.effective)
    secret = tmp_path / "secret"
    for pem, variable in (
        (Pem.SERVER_CA_KEY, "octavia_cert_key_length_server"),
        (Pem.CLIENT_CA_KEY, "octavia_cert_key_length_client"),
        (Pem.CLIENT_KEY, "octavia_cert_key_length_client"),
    ):
        secret.write_text(SECRETS.get(layout.passphrases.get(pem, ""), "none"))
        told = openssl(
            "pkey", "-in", layout.files[pem], "-passin", f"file:{secret}", "-noout", "-text"
        )
        assert f"Private-Key: ({layout.variables[variable]} bit" in told


def test_that_role_gets_no_elliptic_curves(tmp_path: Path) -> None:
    """It would overwrite them, so the plan refuses and says what to choose."""
    decision = generator(tmp_path, "22.4.4").decision()
    assert decision.action is Action.CONFLICT
    assert "rsa-4096" in decision.reason
    assert generator(tmp_path, "19.1.7").decision().action is Action.CREATE


def test_half_a_set_is_not_touched(tmp_path: Path) -> None:
    """Missing files are named; the others stay as they are."""
    maker = generator(tmp_path)
    layout = laid_out(maker.effective)
    layout.files[Pem.CLIENT_KEY].unlink()
    before = tree(maker.deploy_dir)
    decision = maker.decision()
    assert decision.action is Action.CONFLICT
    assert decision.diff == (f"~ missing: {layout.files[Pem.CLIENT_KEY]}",)
    with pytest.raises(BlockedError):
        maker.run()
    assert tree(maker.deploy_dir) == before


def test_the_file_with_both_is_put_together_afresh(tmp_path: Path) -> None:
    """As the finding says whose cure is to remove it."""
    bench = generator(tmp_path)
    bench.run()
    layout = certificate_layout(bench.effective)
    path = layout.files[Pem.CLIENT_BUNDLE]
    before = path.read_bytes()
    path.unlink()
    assert bench.decision().action is Action.CREATE
    bench.run()
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o600
    assert bench.decision().action is Action.KEEP


def test_a_spoilt_set_is_a_conflict(tmp_path: Path) -> None:
    """Files that do not belong together are refused with what is wrong."""
    maker = generator(tmp_path)
    layout = laid_out(maker.effective)
    other = laid_out(generating(tmp_path / "other"))
    layout.files[Pem.CLIENT_CA].write_bytes(other.files[Pem.CLIENT_CA].read_bytes())
    decision = maker.decision()
    assert decision.action is Action.CONFLICT
    assert "not signed by the client CA" in decision.reason


def test_a_passphrase_that_changed_is_noticed(tmp_path: Path) -> None:
    """A key the secrets file no longer opens is found before Octavia fails on it."""
    maker = generator(tmp_path)
    laid_out(maker.effective)
    assert maker.decision().action is Action.KEEP
    maker.put_secrets(**{**SECRETS, "octavia_ca_private_key_passphrase": "other"})
    decision = maker.decision()
    assert decision.action is Action.CONFLICT
    assert "cannot be opened with its passphrase" in decision.reason


def test_approved_fingerprints(tmp_path: Path) -> None:
    """Only the approved certificates are kept; others are a conflict that shows both."""
    maker = generator(tmp_path)
    layout = laid_out(maker.effective)
    prints = [
        read_certificate(layout.files[pem]).fingerprint
        for pem in (Pem.SERVER_CA, Pem.CLIENT_CA, Pem.CLIENT)
    ]
    assert generator(tmp_path, certificates__approved=prints).decision().action is Action.KEEP
    foreign = ":".join(["AA"] * 32)
    decision = generator(tmp_path, certificates__approved=[*prints[:2], foreign]).decision()
    assert decision.action is Action.CONFLICT
    assert f"- approved: {foreign}" in decision.diff
    assert any(prints[2] in line for line in decision.diff)


def test_what_was_approved_cannot_be_made_anew(tmp_path: Path) -> None:
    """Approved files that are gone are not replaced by others."""
    maker = generator(tmp_path, certificates__approved=[":".join(["AA"] * 32)])
    decision = maker.decision()
    assert decision.action is Action.CONFLICT
    assert "certificates.approved" in decision.reason


def test_bad_answers_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    """A subject that is none stops the plan, with its key."""
    decision = generator(tmp_path, certificates__client_subject="me").decision()
    assert decision.action is Action.CONFLICT
    assert "certificates.client_subject" in decision.reason


def test_missing_answers_block(tmp_path: Path) -> None:
    """A plan before all is answered says so, and does not fail."""
    missing = effective(certificates__source="own")
    blocked = Effective(missing.release, missing.settings, ("certificates.server_ca_key",))
    decision = bench(tmp_path, CertificatesStep(), blocked).decision()
    assert decision.action is Action.BLOCKED
    assert "certificates.server_ca_key" in decision.reason


def test_undo_leaves_no_trace(tmp_path: Path) -> None:
    """All files and directories that were made are gone; what was there stays."""
    maker = generator(tmp_path)
    before = tree(maker.deploy_dir)
    maker.run()
    report = maker.undo()
    assert not report.left
    assert tree(maker.deploy_dir) == before


def test_undo_spares_a_set_of_which_something_was_changed(tmp_path: Path) -> None:
    """Where somebody replaced a file all of the set stays: the rest alone is worth nothing."""
    maker = generator(tmp_path)
    maker.run()
    layout = certificate_layout(maker.effective)
    layout.files[Pem.CLIENT].write_text("renewed by hand")
    report = maker.undo()
    outcomes = {item.outcome.result for item in report.left if item.outcome}
    assert outcomes == {UndoResult.CHANGED_SINCE}
    assert any(
        str(layout.files[Pem.CLIENT]) in item.outcome.detail for item in report.left if item.outcome
    )
    assert all(path.exists() for path in layout.files.values())


def test_a_vaulted_secret_stops_before_anything_is_made(tmp_path: Path) -> None:
    """A passphrase that cannot be read is an error with a cure, and no file is left."""
    maker = generator(tmp_path)
    (maker.deploy_dir / "user_secrets.yml").write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    assert maker.run().status is RunStatus.FAILED
    assert "encrypted by ansible-vault" in maker.failure()
    assert list(maker.deploy_dir.iterdir()) == [maker.deploy_dir / "user_secrets.yml"]


def run_in(root: Path) -> object:
    """Run the step; in a process of its own, to be killed."""
    return generator(root).run()


@pytest.mark.parametrize(
    ("moment", "kind"), [(Moment.BEFORE, Kind.OUTCOME), (Moment.AFTER, Kind.INTENT)]
)
def test_a_killed_run_is_completed_without_mixing_keys(
    moment: Moment, kind: Kind, tmp_path: Path
) -> None:
    """Killed before or after any act, the next run ends with one sound set; undo leaves none."""
    line = 0
    finished = False
    while not finished:
        line += 1 if line < 5 else 3
        root = tmp_path / str(line)
        root.mkdir()
        finished = finishes(run_in, root, line, moment, (kind,))
        maker = generator(root)
        assert maker.run().status is RunStatus.DONE, f"line {line}"
        layout = certificate_layout(maker.effective)
        assert review(layout, SECRETS.get) == [], f"line {line}"
        assert not staging_place(layout).exists()
        assert not maker.undo().left, f"line {line}"
        assert tree(maker.deploy_dir) == {"user_secrets.yml": 0o644}, f"line {line}"
    assert line > 10


@pytest.mark.parametrize("number", range(7))
def test_a_full_disk_while_placing(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a file cannot be placed, the next run goes on with the very same keys."""
    maker = generator(tmp_path)
    real, calls = os.link, 0

    def failing(source: Path, target: Path, **more: bool) -> None:
        nonlocal calls
        if ".octavia-wizard/" in str(source):
            calls += 1
            if calls == number + 1:
                raise OSError(28, "No space left on device")
        real(source, target, **more)

    monkeypatch.setattr(os, "link", failing)
    assert maker.run().status is RunStatus.FAILED
    assert "No space left on device" in maker.failure()
    layout = certificate_layout(maker.effective)
    waiting = staging.staged(layout)
    monkeypatch.undo()
    assert maker.decision().action is Action.CREATE
    assert "before an interruption" in maker.decision().reason
    assert maker.run().status is RunStatus.DONE
    assert {pem: path.read_bytes() for pem, path in layout.files.items()} == waiting


def test_a_stranger_among_waiting_files(tmp_path: Path) -> None:
    """A file that appeared at a final name meanwhile is not replaced."""
    maker = generator(tmp_path)
    layout = certificate_layout(maker.effective)
    layout.directory.mkdir()
    staging.stage(layout, made(maker.effective).files)
    layout.files[Pem.CLIENT].write_text("mine")
    decision = maker.decision()
    assert decision.action is Action.CONFLICT
    assert str(layout.files[Pem.CLIENT]) in decision.reason
    assert layout.files[Pem.CLIENT].read_text() == "mine"


def test_no_secret_reaches_journal_or_log(tmp_path: Path) -> None:
    """Neither passphrases nor keys are written down anywhere but in the files they belong to."""
    maker = generator(tmp_path)
    maker.run()
    key = certificate_layout(maker.effective).files[Pem.CLIENT_KEY].read_text().splitlines()[1]
    leaks: Callable[[str], bool] = lambda text: any(  # noqa: E731
        secret in text for secret in (SERVER_SECRET, CLIENT_SECRET, key)
    )
    written = [p.read_text() for p in (tmp_path / "state").rglob("*") if p.is_file()]
    assert written
    assert not any(leaks(text) for text in written)
    assert not any(leaks(repr(event)) for event in maker.events)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("{{ lookup('env', 'CA') }}", "template"),
        (" word-with-a-blank", "blank"),
        ("word\n", "blank"),
        ("'word-in-quotes'", "quotes"),
    ],
)
def test_no_key_is_encrypted_by_what_octavia_does_not_get(
    value: str, told: str, tmp_path: Path
) -> None:
    """Else nobody would have the passphrase of the server CA's key."""
    maker = generator(tmp_path)
    quoted = json.dumps(value)
    maker.put_secrets(**{**SECRETS, "octavia_ca_private_key_passphrase": quoted})
    refused = maker.decision()
    assert refused.action is Action.CONFLICT
    assert told in refused.reason
    assert value not in refused.reason
