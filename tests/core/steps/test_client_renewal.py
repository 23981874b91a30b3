"""A client certificate is replaced as a whole, by one of the same authority, and can come back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.answers.load import load_preset
from octavia_wizard.core.answers.save import preset_text
from octavia_wizard.core.engine.lines import Kind
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.pki.judging.review import review
from octavia_wizard.core.pki.layout import CertificateLayout, certificate_layout
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.pki.pem import CERTIFICATES, Pem
from octavia_wizard.core.pki.reading.inspection import read_certificate, read_key
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Action
from octavia_wizard.core.steps.client_renewal import ClientRenewalStep, place_of
from octavia_wizard.core.steps.replacing import waiting
from tests.core.engine.killing import Moment, finishes
from tests.core.pki.support import CLIENT_SECRET, SECRETS, ec_key, generating, openssl, signed
from tests.core.steps.renewal_bench import contents, deployed, directory_of, later
from tests.core.steps.single_step import StepBench

CLIENT = {"client-.pem", "client.key", "client.pem"}


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))


def renewer(
    root: Path, release: str = "33.0.1", **answers: object
) -> tuple[StepBench, CertificateLayout]:
    """Return a bench that is to renew what was made before, and its layout."""
    kept = root / "asked"
    if not kept.exists():
        kept.write_text(later())
    given = {"certificates__not_before": kept.read_text(), **answers}
    return deployed(root, ClientRenewalStep(), release, **given)


def test_only_the_client_changes(tmp_path: Path) -> None:
    """Key and certificate are new, subject and authority the same; then nothing is to do."""
    one, layout = renewer(tmp_path)
    before = contents(layout.directory)
    former = read_certificate(layout.files[Pem.CLIENT])
    planned = one.decision()
    assert planned.action is Action.CHANGE
    assert any(line.startswith("+ ") and "EC P-256" in line for line in planned.diff)
    assert one.run().status is RunStatus.DONE
    after = contents(layout.directory)
    assert {name for name in after if after[name] != before[name]} == CLIENT
    assert all(after[name][0] == 0o600 for name in CLIENT)
    new = read_certificate(layout.files[Pem.CLIENT])
    assert (new.subject, new.issuer, new.key) == (former.subject, former.issuer, former.key)
    assert new.not_after > former.not_after
    assert read_key(layout.files[Pem.CLIENT_KEY], None).public_key is not None
    assert review(layout, SECRETS.get) == []
    openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile",
            layout.files[Pem.CLIENT_CA], layout.files[Pem.CLIENT])  # fmt: skip
    assert one.decision().action is Action.KEEP
    assert not place_of(layout).exists()


@pytest.mark.parametrize("hours", [0, 48], ids=["just made elsewhere", "by a clock ahead"])
def test_a_start_in_the_hours_to_come_is_no_renewal(tmp_path: Path, hours: int) -> None:
    """What somebody else made just now, or for another day, can be renewed like any other."""
    one, layout = renewer(tmp_path)
    present, key = layout.files[Pem.CLIENT], ec_key()
    start = datetime.now(UTC) + timedelta(hours=hours)
    present.write_bytes(signed("CN=octavia", key, start=start, days=30))
    assert one.decision().action is Action.CHANGE
    assert one.run().status is RunStatus.DONE
    assert read_certificate(present).not_before < datetime.now(UTC)
    assert one.decision().action is Action.KEEP


def test_an_authority_that_was_made_within_this_hour(tmp_path: Path) -> None:
    """What it signs begins no sooner than itself, and is done all the same."""
    one, layout = renewer(tmp_path)
    key, name = ec_key(), "CN=A young CA"
    key_file = layout.files[Pem.CLIENT_CA_KEY]
    begun = datetime.now(UTC) - timedelta(minutes=10)
    is_authority: dict[x509.ExtensionType, bool] = {
        x509.BasicConstraints(ca=True, path_length=0): True
    }
    authority = signed(name, key, start=begun, days=900, extensions=is_authority)
    layout.files[Pem.CLIENT_CA].write_bytes(authority)
    key_file.write_bytes(encrypted_pem(key, CLIENT_SECRET))
    present = layout.files[Pem.CLIENT]
    present.write_bytes(signed("CN=octavia", ec_key(), (name, key), days=30))
    assert one.decision().action is Action.CHANGE
    assert one.run().status is RunStatus.DONE
    assert one.decision().action is Action.KEEP


def test_undo_puts_the_former_set_back_exactly(tmp_path: Path) -> None:
    """Content and mode of every file are as they were."""
    one, _ = renewer(tmp_path)
    before = contents(one.deploy_dir)
    one.run()
    assert contents(one.deploy_dir) != before
    assert not one.undo().left
    assert contents(one.deploy_dir) == before


def test_nobody_asked(tmp_path: Path) -> None:
    """Without a moment the step does nothing."""
    one, _ = deployed(tmp_path, ClientRenewalStep())
    assert one.decision().action is Action.SKIP


def test_the_validity_that_was_asked_for(tmp_path: Path) -> None:
    """certificates.client_days counts from the renewal."""
    one, layout = renewer(tmp_path, certificates__client_days=90)
    assert "no longer than the present" not in one.decision().reason
    one.run()
    view = read_certificate(layout.files[Pem.CLIENT])
    assert 90 <= (view.not_after - view.not_before).days <= 91


def test_it_ends_with_its_authority_at_the_latest(tmp_path: Path) -> None:
    """More days than the authority has are cut, and it is said that the CA has to be replaced."""
    short: dict[str, Any] = {"certificates__ca_days": 400, "certificates__client_ca_days": 400}
    _, layout = renewer(tmp_path, certificates__client_days=390, **short)
    longer, _ = renewer(tmp_path, certificates__client_days=2000)
    assert "certs rollover client" in longer.decision().reason
    assert longer.run().status is RunStatus.DONE
    view = read_certificate(layout.files[Pem.CLIENT])
    assert view.not_after <= read_certificate(layout.files[Pem.CLIENT_CA]).not_after
    assert review(layout, SECRETS.get) == []


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ("key", "key of the client CA is not here"),
        ("secret", "passphrase of"),
        ("wrong secret", "cannot be opened"),
        ("other key", "is not the key of"),
        ("certificate", "client-.pem"),
    ],
)
def test_what_stands_in_the_way(spoil: str, reason: str, tmp_path: Path) -> None:
    """Without the authority's key and passphrase nothing is planned, and the cause is named."""
    one, layout = renewer(tmp_path)
    if spoil == "key":
        layout.files[Pem.CLIENT_CA_KEY].unlink()
    elif spoil == "secret":
        one.put_secrets(other="x")
    elif spoil == "wrong secret":
        one.put_secrets(**{**SECRETS, "octavia_cert_client_password": "wrong"})
    elif spoil == "other key":
        (tmp_path / "other").mkdir()
        _, other = deployed(tmp_path / "other", ClientRenewalStep())
        layout.files[Pem.CLIENT_CA_KEY].write_bytes(other.files[Pem.CLIENT_CA_KEY].read_bytes())
    else:
        layout.files[Pem.CLIENT].unlink()
    decision = one.decision()
    assert decision.action is Action.CONFLICT
    assert reason in decision.reason


def test_the_key_the_role_insists_on(tmp_path: Path) -> None:
    """The role of 20 to 24 replaces keys of another size than it is told; the new one has it."""
    one, layout = renewer(tmp_path, "22.4.4", certificates__key_type="rsa-3072")
    assert one.run().status is RunStatus.DONE
    assert read_key(layout.files[Pem.CLIENT_KEY], None).rsa_bits == 3072
    assert layout.variables["octavia_cert_key_length_client"] == "3072"


def run_in(root: Path) -> object:
    """Run the step; in a process of its own, to be killed."""
    return renewer(root)[0].run()


@pytest.mark.parametrize(
    ("moment", "kind"), [(Moment.BEFORE, Kind.OUTCOME), (Moment.AFTER, Kind.INTENT)]
)
def test_a_killed_run_never_mixes_two_sets(moment: Moment, kind: Kind, tmp_path: Path) -> None:
    """Killed at any act, a mix is noticed, the next run ends with one sound set, undo restores."""
    line, finished = 0, False
    while not finished:
        line += 1
        root = tmp_path / str(line)
        root.mkdir()
        one, layout = renewer(root)
        before = contents(one.deploy_dir)
        finished = finishes(run_in, root, line, moment, (kind,))
        changed = {name for name in CLIENT if _differs(layout, before, name)}
        if changed and changed != CLIENT:
            assert review(layout, SECRETS.get), f"line {line}: {changed}"
        assert one.run().status is RunStatus.DONE, f"line {line}"
        assert review(layout, SECRETS.get) == [], f"line {line}"
        assert all(_differs(layout, before, name) for name in CLIENT)
        assert not place_of(layout).exists()
        assert not one.undo().left, f"line {line}"
        assert contents(one.deploy_dir) == before, f"line {line}"
    assert line > 4


def _differs(
    layout: CertificateLayout, before: Mapping[str, tuple[int, bytes | None]], name: str
) -> bool:
    return (layout.directory / name).read_bytes() != before[f"octavia/{name}"][1]


@pytest.mark.parametrize("number", range(3))
def test_a_full_disk_while_replacing(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a file cannot be replaced, the next run goes on with the very same key."""
    one, layout = renewer(tmp_path)
    real, calls = os.replace, 0

    def failing(source: Path, target: Path) -> None:
        nonlocal calls
        if Path(target).name in CLIENT and Path(target).parent == layout.directory:
            calls += 1
            if calls == number + 1:
                raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    assert one.run().status is RunStatus.FAILED
    assert calls == number + 1
    there = waiting(place_of(layout))
    monkeypatch.setattr(os, "replace", real)
    assert "before an interruption" in one.decision().reason
    assert one.run().status is RunStatus.DONE
    assert there
    assert all(exchange.path.read_bytes() == exchange.after for exchange in there)


def test_a_file_that_somebody_changed_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is neither the former nor the new file is left alone, and named."""
    one, layout = renewer(tmp_path)
    monkeypatch.setattr("octavia_wizard.core.steps.client_renewal.carry_over", _fails)
    one.run()
    monkeypatch.undo()
    layout.files[Pem.CLIENT].write_text("mine")
    decision = one.decision()
    assert decision.action is Action.CONFLICT
    assert str(layout.files[Pem.CLIENT]) in decision.reason
    assert layout.files[Pem.CLIENT].read_text() == "mine"


def _fails(*_: object) -> None:
    raise FileError("the disk is full")


def approving(one: StepBench, layout: CertificateLayout) -> list[str]:
    """Save answers that approve all certificates; return the fingerprints."""
    marks = [read_certificate(layout.files[pem]).fingerprint for pem in CERTIFICATES]
    place = DeploymentPlace.of(one.deploy_dir)
    place.root.mkdir(parents=True)
    answers = Answers().with_value("certificates.approved", marks)
    for path in (place.preset, place.autosave):
        path.write_text(preset_text(answers))
        path.chmod(0o600)
    return marks


def test_the_approval_goes_over(tmp_path: Path) -> None:
    """What the deployment's own answers approve is told in the plan, and comes back by undo."""
    _, layout = renewer(tmp_path)
    marks = approving(renewer(tmp_path)[0], layout)
    one, _ = renewer(tmp_path, certificates__approved=marks)
    place = DeploymentPlace.of(one.deploy_dir)
    before = place.preset.read_bytes()
    lines = [line for line in one.decision().diff if marks[2][:23] in line]
    assert [line.partition(":")[0] for line in lines] == [
        f"~ {place.preset}",
        f"~ {place.autosave}",
    ]
    assert one.run().status is RunStatus.DONE
    new = read_certificate(layout.files[Pem.CLIENT]).fingerprint
    for path in (place.preset, place.autosave):
        assert load_preset(path).values["certificates.approved"] == [*marks[:2], new]
        assert path.stat().st_mode & 0o777 == 0o600
    assert not one.undo().left
    assert place.preset.read_bytes() == before


def test_what_was_not_approved_is_not_built_upon(tmp_path: Path) -> None:
    """A certificate that is not among the approved is not renewed."""
    one, _ = renewer(tmp_path, certificates__approved=[":".join(["AA"] * 32)])
    decision = one.decision()
    assert decision.action is Action.CONFLICT
    assert "not those that were approved" in decision.reason


def test_no_secret_reaches_journal_or_log(tmp_path: Path) -> None:
    """Neither passphrases nor keys are written down but in private files."""
    one, layout = renewer(tmp_path)
    one.run()
    key = layout.files[Pem.CLIENT_KEY].read_text().splitlines()[1]
    for path in (p for p in (tmp_path / "state").rglob("*") if p.is_file()):
        assert path.stat().st_mode & 0o077 == 0, path
        text = path.read_text()
        assert key not in text
        assert CLIENT_SECRET not in text
    assert not any(CLIENT_SECRET in repr(event) or key in repr(event) for event in one.events)


def test_the_layout_is_that_of_the_deployment(tmp_path: Path) -> None:
    """The new files are where the role reads them, in every era."""
    for release in ("16.0.5", "19.1.7", "33.0.1"):
        root = tmp_path / release
        root.mkdir()
        one, layout = renewer(root, release)
        one.run()
        assert layout.files == certificate_layout(generating(directory_of(root), release)).files
        bundle = layout.files[Pem.CLIENT_BUNDLE].read_bytes()
        parts = [layout.files[pem].read_bytes() for pem in (Pem.CLIENT, Pem.CLIENT_KEY)]
        assert bundle == b"".join(parts)
