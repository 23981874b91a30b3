"""The operator's own certificates are copied in the form the role reads; the sources stay."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.lines import Kind
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.pki.approval import fingerprints_of
from octavia_wizard.core.pki.judging.review import review
from octavia_wizard.core.pki.layout import certificate_layout
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import read_certificate
from octavia_wizard.core.pki.sources import convert
from octavia_wizard.core.pki.staging import staging_place
from octavia_wizard.core.pki.taken_over import RECORD
from octavia_wizard.core.steps import certificates_own
from octavia_wizard.core.steps.base import Action
from octavia_wizard.core.steps.certificates import CertificatesStep
from tests.core.engine.killing import Moment, finishes
from tests.core.pki.support import (
    SECRETS,
    SERVER_SECRET,
    effective,
    generating,
    laid_out,
    made,
    openssl,
    owning,
)
from tests.core.steps.single_step import StepBench, bench

KEYS = {
    Pem.SERVER_CA: "server_ca_certificate",
    Pem.SERVER_CA_KEY: "server_ca_key",
    Pem.CLIENT_CA: "client_ca_certificate",
    Pem.CLIENT: "client_certificate",
    Pem.CLIENT_KEY: "client_key",
}


def brought(root: Path) -> dict[str, Path]:
    """Make a sound set outside the deploy directory, and return the answers that name it."""
    files = laid_out(generating(root / "mine")).files
    return {name: files[pem] for pem, name in KEYS.items()}


def answers_of(root: Path, paths: dict[str, Path], release: str = "33.0.1") -> Effective:
    """Return the answers of a deployment with files of its own."""
    return owning(release, directory=root / "openstack_deploy" / "octavia", **paths)


def owner(root: Path, paths: dict[str, Path], release: str = "33.0.1") -> StepBench:
    """Return a bench whose certificates are the operator's."""
    return bench(root, CertificatesStep(), answers_of(root, paths, release))


def tree(root: Path) -> dict[str, tuple[int, bytes]]:
    """Return mode and content of every file below a directory."""
    return {
        str(path.relative_to(root)): (stat.S_IMODE(path.stat().st_mode), path.read_bytes())
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("release", ["16.0.29", "19.1.7", "33.0.1"])
def test_they_are_taken_over_and_then_kept(release: str, tmp_path: Path) -> None:
    """One run copies them, the next does nothing; the sources are as they were."""
    taker = owner(tmp_path, brought(tmp_path), release)
    before = tree(tmp_path / "mine")
    planned = taker.decision()
    assert planned.action is Action.CREATE
    assert any(str(tmp_path / "mine") in line for line in planned.diff)
    assert taker.run().status is RunStatus.DONE
    layout = certificate_layout(taker.effective)
    assert review(layout, SECRETS.get) == []
    copied = tree(layout.directory)
    assert {mode for mode, _ in copied.values()} == {0o600}
    assert taker.decision().action is Action.KEEP
    taker.run()
    assert tree(layout.directory) == copied
    assert tree(tmp_path / "mine") == before
    assert not taker.undo().left
    assert not layout.directory.exists()
    assert tree(tmp_path / "mine") == before


def test_the_sources_are_not_needed_afterwards(tmp_path: Path) -> None:
    """They may have come on a stick that is gone."""
    paths = brought(tmp_path)
    taker = owner(tmp_path, paths)
    taker.run()
    for path in paths.values():
        path.unlink()
    decision = taker.decision()
    assert decision.action is Action.KEEP
    assert "gone since" in decision.reason


def test_a_source_that_is_missing_at_first(tmp_path: Path) -> None:
    """What is not there cannot be taken over, and is named."""
    paths = brought(tmp_path)
    paths["client_key"].unlink()
    decision = owner(tmp_path, paths).decision()
    assert decision.action is Action.CONFLICT
    assert str(paths["client_key"]) in decision.reason


def test_an_open_ca_key_is_encrypted_on_the_way(tmp_path: Path) -> None:
    """Octavia refuses a CA key without a passphrase; the source stays as it is."""
    paths = brought(tmp_path)
    plain = openssl("pkey", "-in", paths["server_ca_key"], "-passin", f"pass:{SERVER_SECRET}")
    paths["server_ca_key"].write_text(plain)
    taker = owner(tmp_path, paths)
    assert taker.run().status is RunStatus.DONE
    copy = certificate_layout(taker.effective).files[Pem.SERVER_CA_KEY]
    assert b"ENCRYPTED" in copy.read_bytes()
    load_pem_private_key(copy.read_bytes(), SERVER_SECRET.encode())
    assert taker.decision().action is Action.KEEP
    assert paths["server_ca_key"].read_text() == plain


def test_pkcs12_files(tmp_path: Path) -> None:
    """Certificate and key come out of one file each, by a password that is not written down."""
    paths = brought(tmp_path)
    server, client = tmp_path / "server.p12", tmp_path / "client.p12"
    _pack(paths["server_ca_certificate"], paths["server_ca_key"], server, "source-server")
    _pack(paths["client_certificate"], paths["client_key"], client, "source-client")
    paths |= {"server_ca_certificate": server, "server_ca_key": server}
    paths |= {"client_certificate": client, "client_key": client}
    taker = owner(tmp_path, paths)
    taker.deploy_dir.mkdir(exist_ok=True)
    refused = taker.decision()
    assert refused.action is Action.CONFLICT
    assert "octavia_wizard_server_ca_source_password" in refused.reason
    taker.put_secrets(
        **SECRETS,
        octavia_wizard_server_ca_source_password="source-server",
        octavia_wizard_client_source_password="source-client",
    )
    assert taker.run().status is RunStatus.DONE
    layout = certificate_layout(taker.effective)
    assert review(layout, SECRETS.get) == []
    taker.put_secrets(**SECRETS)
    assert taker.decision().action is Action.KEEP


def _pack(certificate: Path, key: Path, target: Path, password: str) -> None:
    openssl(
        *("pkcs12", "-export", "-in", certificate, "-inkey", key),
        *("-passin", f"pass:{SERVER_SECRET}", "-passout", f"pass:{password}", "-out", target),
    )


def renewed(root: Path, paths: dict[str, Path]) -> str:
    """Sign another client certificate with the authority of a set; return its fingerprint."""
    authority = root / "mine"
    key, request = root / "new.key", root / "new.csr"
    openssl(
        *("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
        *("-keyout", key, "-out", request, "-subj", "/O=Example/CN=octavia-controller"),
    )
    extensions = root / "extensions"
    extensions.write_text(
        "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
        "extendedKeyUsage=clientAuth\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
    )
    openssl(
        *("x509", "-req", "-in", request, "-CA", authority / "ca_01.pem"),
        *("-CAkey", authority / "ca_01.key", "-days", "400"),
        *("-passin", f"pass:{SECRETS['octavia_cert_client_password']}", "-CAcreateserial"),
        *("-extfile", extensions, "-out", paths["client_certificate"]),
    )
    paths["client_key"].write_bytes(key.read_bytes())
    return read_certificate(paths["client_certificate"]).fingerprint


def test_a_renewed_source_takes_the_place_of_the_copy(tmp_path: Path) -> None:
    """Both fingerprints are shown; undo brings the former certificate back."""
    paths = brought(tmp_path)
    taker = owner(tmp_path, paths)
    taker.run()
    layout = certificate_layout(taker.effective)
    before = tree(layout.directory)
    former = read_certificate(layout.files[Pem.CLIENT]).fingerprint
    new = renewed(tmp_path, paths)
    decision = taker.decision()
    assert decision.action is Action.CHANGE
    assert {f"- client certificate: {former}", f"+ client certificate: {new}"} <= set(decision.diff)
    assert taker.run().status is RunStatus.DONE
    assert review(layout, SECRETS.get) == []
    assert read_certificate(layout.files[Pem.CLIENT_BUNDLE]).fingerprint == new
    assert before["private/cakey.pem"] == tree(layout.directory)["private/cakey.pem"]
    assert taker.decision().action is Action.KEEP


def test_another_authority_is_no_renewal(tmp_path: Path) -> None:
    """It would cut off the amphorae that run; the way in phases is named."""
    paths = brought(tmp_path)
    taker = owner(tmp_path, paths)
    taker.run()
    other = tmp_path / "other"
    other.mkdir()
    for name, path in brought(other).items():
        paths[name].write_bytes(path.read_bytes())
    decision = taker.decision()
    assert decision.action is Action.CONFLICT
    assert "certs rollover server" in decision.reason
    layout = certificate_layout(taker.effective)
    assert (layout.directory / RECORD).exists()


def test_an_authority_that_is_trusted_already_may_sign(tmp_path: Path) -> None:
    """The second phase of a rollover: what was added to the bundle before comes first now."""
    paths = brought(tmp_path)
    other = made(generating(tmp_path / "x", certificates__server_ca_subject="CN=Next,O=Example"))
    former = paths["server_ca_certificate"].read_bytes()
    taker = owner(tmp_path, paths)
    taker.run()
    paths["server_ca_certificate"].write_bytes(former + other.files[Pem.SERVER_CA])
    assert taker.decision().action is Action.CHANGE
    taker.run()
    paths["server_ca_certificate"].write_bytes(other.files[Pem.SERVER_CA] + former)
    paths["server_ca_key"].write_bytes(other.files[Pem.SERVER_CA_KEY])
    assert taker.decision().action is Action.CHANGE
    assert taker.run().status is RunStatus.DONE
    assert taker.decision().action is Action.KEEP


def run_in(root: Path) -> object:
    """Run the step; in a process of its own, to be killed."""
    paths = {name: root / "mine" / pem for name, pem in _NAMES.items()}
    return owner(root, paths).run()


_NAMES = {
    "server_ca_certificate": "ca_server_01.pem",
    "server_ca_key": "private/cakey.pem",
    "client_ca_certificate": "ca_01.pem",
    "client_certificate": "client-.pem",
    "client_key": "client.key",
}


@pytest.mark.parametrize("renewing", [False, True])
@pytest.mark.parametrize(
    ("moment", "kind"), [(Moment.BEFORE, Kind.OUTCOME), (Moment.AFTER, Kind.INTENT)]
)
def test_a_killed_run_is_completed(
    moment: Moment, kind: Kind, renewing: bool, tmp_path: Path
) -> None:
    """Killed before or after any act, the next run ends with one sound set."""
    line = 0
    finished = False
    while not finished:
        line += 1 if line < 5 else 3
        root = tmp_path / str(line)
        root.mkdir()
        paths = brought(root)
        taker = owner(root, paths)
        if renewing:
            taker.run()
            renewed(root, paths)
        finished = finishes(run_in, root, line, moment, (kind,))
        taker = owner(root, paths)
        assert taker.run().status is RunStatus.DONE, f"line {line}"
        layout = certificate_layout(taker.effective)
        assert review(layout, SECRETS.get) == [], f"line {line}"
        assert taker.decision().action is Action.KEEP
        assert not staging_place(layout).exists()
    assert line > 3


def extra_authority(root: Path) -> bytes:
    """Return an authority nobody approved."""
    return laid_out(generating(root / "extra")).files[Pem.CLIENT_CA].read_bytes()


def approving(root: Path, paths: dict[str, Path]) -> StepBench:
    """Return a bench that approves the certificates as they are now."""
    marks = [mark for _, mark in fingerprints_of(answers_of(root, paths))]
    given = {f"certificates__{name}": str(path) for name, path in paths.items()}
    approved = effective(
        "33.0.1",
        certificates__source="own",
        certificates__directory=str(root / "openstack_deploy" / "octavia"),
        certificates__approved=marks,
        **given,
    )
    return bench(root, CertificatesStep(), approved)


@pytest.mark.parametrize("taken_over", [False, True])
def test_an_authority_slipped_in_after_the_approval_stops_it(
    taken_over: bool, tmp_path: Path
) -> None:
    """Whatever it signs would be trusted, so that it has to be approved itself."""
    paths = brought(tmp_path)
    taker = approving(tmp_path, paths)
    if taken_over:
        taker.run()
    path = paths["client_ca_certificate"]
    path.write_bytes(path.read_bytes() + extra_authority(tmp_path))
    refused = taker.decision()
    assert refused.action is Action.CONFLICT
    assert any("also trusted" in line for line in refused.diff)
    again = approving(tmp_path, paths).decision()
    assert again.action is (Action.CHANGE if taken_over else Action.CREATE)


def test_a_source_swapped_after_it_was_judged_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is converted is what was approved, or nothing is."""
    paths = brought(tmp_path)
    taker = approving(tmp_path, paths)
    sound = paths["client_ca_certificate"].read_bytes()

    def swapping(*arguments: Any) -> Any:
        paths["client_ca_certificate"].write_bytes(sound + extra_authority(tmp_path))
        try:
            return convert(*arguments)
        finally:
            # Back again, so that nobody sees it afterwards.
            paths["client_ca_certificate"].write_bytes(sound)

    monkeypatch.setattr(certificates_own, "convert", swapping)
    assert taker.run().status is RunStatus.FAILED
    assert "changed while" in taker.failure()
    assert not (tmp_path / "openstack_deploy" / "octavia" / "ca_01.pem").exists()
