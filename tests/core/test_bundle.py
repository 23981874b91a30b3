"""A bundle brings exactly what went in, tells others what it is, and trusts nothing it reads."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavia_wizard.core import bundle as bundles
from octavia_wizard.core.bundle import Bundle, collect, known_secrets, read_archive
from octavia_wizard.core.errors import FileError, UsageError, WizardError
from octavia_wizard.core.facts.deploy_host_yaml import parse_document
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.files import digest
from octavia_wizard.core.pki.pem import NAMES
from octavia_wizard.core.releases import all_series, find_release
from octavia_wizard.core.secrets import needed_secrets
from tests.core.age_format import seal_cheaply, unseal_by_the_book
from tests.core.emit.support import effective_of, facts_of

PASSPHRASE = "correct horse battery"
PLANTED = "plant-me-nowhere-4711"
BUNDLE = Bundle(
    release="33.0.1",
    made="2026-03-01T12:00:00+00:00",
    secrets={
        "octavia_service_password": Secret(PLANTED),
        "octavia_health_hmac_key": Secret("0123456"),
        "octavia_ca_private_key_passphrase": Secret("mit Umlaut ü, \"Zitat\": #1 {{ 'x' }}"),
    },
    files={"ca_server_01.pem": b"-----BEGIN CERTIFICATE-----\n", "private/cakey.pem": b"\0\xff"},
)


TOLD = {"release": "33.0.1", "made": "2026-11-22T10:00:00+00:00"}


@pytest.fixture(scope="module")
def archive() -> bytes:
    """The archive in a bundle, as anybody gets it who knows the passphrase."""
    return unseal_by_the_book(bundles.pack(BUNDLE, PASSPHRASE), PASSPHRASE)[0]


def rebuilt(archive: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Return an archive with other members and a manifest that fits them."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = {m.name: (tar.extractfile(m) or io.BytesIO()).read() for m in tar}
    manifest = json.loads(members.pop("manifest.json"))
    change(members)
    manifest["files"] = {name: digest(data) for name, data in members.items()}
    manifest["secrets"] = sorted(parse_document(members.get("secrets.yml", b"").decode()).values)
    return tarred({"manifest.json": json.dumps(manifest).encode(), **members})


def tarred(members: Mapping[str, bytes], **fields: Any) -> bytes:
    """Return an archive; ``fields`` are those of its last entry."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for number, (name, data) in enumerate(members.items(), 1):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            if number == len(members):
                for field, value in fields.items():
                    setattr(entry, field, value)
            tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def test_what_went_in_comes_out() -> None:
    assert bundles.unpack(bundles.pack(BUNDLE, PASSPHRASE), PASSPHRASE) == BUNDLE


def test_without_files_it_is_a_bundle_of_secrets() -> None:
    bare = replace(BUNDLE, files={})
    assert read_archive(bundles._archive(bare)) == bare
    empty = replace(bare, secrets={})
    assert read_archive(bundles._archive(empty)) == empty


def test_it_can_be_used_by_tar_and_an_editor_alone(archive: bytes, tmp_path: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert {entry.mode for entry in tar} == {0o600}
        tar.extractall(tmp_path, filter="data")
    # Ansible knows a tag that yaml.safe_load() does not: a text that is no template.
    secrets = parse_document((tmp_path / "secrets.yml").read_text()).values
    assert secrets == {name: str(value) for name, value in BUNDLE.secrets.items()}
    assert (tmp_path / "certificates/private/cakey.pem").read_bytes() == b"\0\xff"


def test_its_manifest_tells_what_is_in_it_and_no_secret(archive: bytes) -> None:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        first = tar.getmembers()[0]
        text = (tar.extractfile(first) or io.BytesIO()).read().decode()
    assert first.name == "manifest.json"
    manifest = json.loads(text)
    assert (manifest["schema"], manifest["release"]) == (1, "33.0.1")
    assert manifest["secrets"] == sorted(BUNDLE.secrets)
    assert set(manifest["files"]) > {"secrets.yml", "certificates/private/cakey.pem"}
    assert not [value for value in BUNDLE.secrets.values() if value in text]


def test_no_value_shows_in_a_representation() -> None:
    assert PLANTED not in repr(BUNDLE)
    assert "BEGIN" not in repr(BUNDLE)


def test_every_secret_of_every_release_may_be_in_one() -> None:
    for series in all_series():
        with_roots = effective_of(
            series.tags[-1], certificates__source="generate", certificates__intermediates=True
        )
        needed = {need.name for need in needed_secrets(with_roots)}
        required = {n for tag in series.tags for n in find_release(tag).rules.required_secrets}
        assert needed | required <= known_secrets(), series


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/passwd", "certificates/../x", "certificates/./ca_01.pem", "other", "secrets"],
)
def test_a_name_that_leads_elsewhere_is_refused(archive: bytes, name: str) -> None:
    bad = rebuilt(archive, lambda members: members.update({name: b"x"}))
    with pytest.raises(FileError, match="unknown"):
        read_archive(bad)


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE],
)
def test_only_plain_files_are_taken(kind: bytes) -> None:
    bad = tarred({"certificates/ca_01.pem": b""}, type=kind, linkname="/etc/shadow")
    with pytest.raises(FileError, match="not one plain file"):
        read_archive(bad)


@pytest.mark.parametrize(
    ("field", "value"),
    [("made", "2026-11-22\nAll is well"), ("release", "33\n"), ("release", "99")],
)
def test_what_its_manifest_tells_is_what_it_claims_to_be(
    archive: bytes, field: str, value: str
) -> None:
    """It is shown before anything else, and must not pass for a line of ours."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = {m.name: (tar.extractfile(m) or io.BytesIO()).read() for m in tar}
    manifest = json.loads(members.pop("manifest.json")) | {field: value}
    bad = tarred({"manifest.json": json.dumps(manifest).encode(), **members})
    with pytest.raises(FileError, match="does not tell the release, or when"):
        read_archive(bad)


def test_a_file_twice_or_too_large_is_refused() -> None:
    once = tarred({"secrets.yml": b""})
    twice = once[:512] + once
    with pytest.raises(FileError, match="not one plain file"):
        read_archive(twice)
    with pytest.raises(FileError, match="larger than"):
        read_archive(tarred({"secrets.yml": bytes(bundles.MAX_MEMBER + 1)}))


def test_a_file_other_than_its_manifest_tells_is_refused(archive: bytes) -> None:
    with pytest.raises(FileError, match="not those its manifest"):
        read_archive(archive.replace(b"BEGIN CERT", b"BEGIN CURT"))
    with pytest.raises(FileError, match="not those its manifest"):
        read_archive(archive.replace(PLANTED.encode(), PLANTED[::-1].encode()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"octavia_service_password: [a]\n", "not a plain text"),
        (b"octavia_service_password: ''\n", "not a plain text"),
        (b"octavia_service_password: 12\n", "not a plain text"),
        (b"octavia_service_password: !vault x\n", "not a plain text"),
        (b"keystone_admin_password: x\n", "unknown"),
        (b"octavia_service_password: a\noctavia_service_password: b\n", "twice"),
        (b"octavia_service_password: " + b"x" * 5000 + b"\n", "longer than"),
        (b"octavia_service_password: [plant-me-nowhere-4711\n", "cannot be read"),
        (b"\xff\n", "cannot be read"),
    ],
)
def test_a_secret_that_is_none_is_refused_and_not_quoted(
    archive: bytes, text: bytes, said: str
) -> None:
    buffer = {"secrets.yml": text}
    manifest = {"kind": bundles.KIND, "schema": 1, **TOLD, "secrets": []}
    manifest |= {"files": {name: digest(data) for name, data in buffer.items()}}
    bad = tarred({"manifest.json": json.dumps(manifest).encode(), **buffer})
    with pytest.raises(FileError, match=said) as caught:
        read_archive(bad)
    assert PLANTED not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "x"}, "not a bundle"),
        ({"schema": 2}, "schema 2"),
        ({"schema": {"a": "b" * 99}}, "schema"),
        ({"files": []}, "does not tell files"),
        ({"release": 33}, "does not tell release"),
        ({"secrets": ["octavia_service_password"]}, "not those its manifest"),
        ({"secrets": [["a"]]}, "not those its manifest"),
    ],
)
def test_a_manifest_of_another_kind_is_refused(change: dict[str, object], said: str) -> None:
    manifest: dict[str, object] = {"kind": bundles.KIND, "schema": 1, **TOLD}
    manifest |= {"secrets": [], "files": {"secrets.yml": digest(b"")}, **change}
    with pytest.raises(FileError, match=said):
        read_archive(tarred({"manifest.json": json.dumps(manifest).encode(), "secrets.yml": b""}))


@pytest.mark.parametrize("data", [b"", b"x" * 10240, bytes(10240), b"{}"])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(FileError):
        bundles.unpack(seal_cheaply(data, PASSPHRASE), PASSPHRASE)


def test_a_truncated_archive_is_refused(archive: bytes) -> None:
    end = archive.rindex(b"\0\xff") + 1
    for cut in range(0, end, 97):
        with pytest.raises(FileError):
            read_archive(archive[:cut])


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_a_damaged_archive_is_refused_in_words_or_means_the_same(data: st.DataObject) -> None:
    good = bundles._archive(BUNDLE)
    bad = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(good.rstrip(b"\0"))))
        bad[place] = data.draw(st.integers(0, 255))
    try:
        found = read_archive(bytes(bad))
    except WizardError:
        return
    # The manifest says of itself only when and of what release it was made.
    assert (found.secrets, found.files) == (BUNDLE.secrets, BUNDLE.files)


@settings(deadline=None, max_examples=200)
@given(
    values=st.dictionaries(
        st.sampled_from(sorted(known_secrets())),
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1),
    ),
    files=st.dictionaries(st.sampled_from(sorted(NAMES.values())), st.binary(max_size=2000)),
)
def test_any_secrets_and_files_come_out_as_they_went_in(
    values: dict[str, str], files: dict[str, bytes]
) -> None:
    told = replace(BUNDLE, secrets={name: Secret(v) for name, v in values.items()}, files=files)
    assert read_archive(bundles._archive(told)) == told


def test_a_weak_passphrase_seals_nothing() -> None:
    with pytest.raises(UsageError, match="too short"):
        bundles.pack(BUNDLE, "short")


class TestCollecting:
    """What a deployment has goes in, whichever file has it."""

    @pytest.fixture
    def deploy(self, tmp_path: Path) -> Path:
        """A deploy directory with secrets in two files and certificates."""
        deploy = tmp_path / "openstack_deploy"
        (deploy / "octavia/private").mkdir(parents=True)
        (deploy / "user_secrets.yml").write_text(
            f"octavia_service_password: {PLANTED}\n"
            "octavia_health_hmac_key:\n"
            "octavia_oslomsg_rpc_password: 12345\n"
            "keystone_admin_password: not-of-octavia\n"
        )
        (deploy / "user_secrets_octavia.yml").write_text(
            "octavia_ca_private_key_passphrase: opens-the-key\n"
        )
        (deploy / "octavia/ca_01.pem").write_bytes(b"ca")
        (deploy / "octavia/private/cakey.pem").write_bytes(b"key")
        (deploy / "octavia/notes.txt").write_bytes(b"mine")
        return deploy

    def test_every_needed_secret_with_a_value_and_every_file_is_taken(self, deploy: Path) -> None:
        facts = facts_of(deploy)
        found = collect(effective_of("33.0.1", facts), facts.host)
        assert found.release == find_release("33.0.1").name
        assert dict(found.secrets) == {
            "octavia_service_password": PLANTED,
            "octavia_oslomsg_rpc_password": "12345",
            "octavia_ca_private_key_passphrase": "opens-the-key",
        }
        assert found.files == {"ca_01.pem": b"ca", "private/cakey.pem": b"key"}

    def test_files_are_left_out_on_request(self, deploy: Path) -> None:
        facts = facts_of(deploy)
        found = collect(effective_of("33.0.1", facts), facts.host, certificates=False)
        assert not found.files
        assert found.secrets

    def test_what_is_encrypted_is_not_silently_left_out(self, deploy: Path) -> None:
        (deploy / "user_secrets.yml").write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n")
        facts = facts_of(deploy)
        with pytest.raises(FileError, match="encrypted by ansible-vault") as caught:
            collect(effective_of("33.0.1", facts), facts.host)
        assert "octavia_service_password" in caught.value.message
        assert "octavia_ca_private_key_passphrase" not in caught.value.message

    @pytest.mark.parametrize("text", [b"a: {{ b }}\n", b"a: p\xe4ss\n", b"- a\n"])
    def test_what_cannot_be_read_is_not_silently_left_out(self, deploy: Path, text: bytes) -> None:
        (deploy / "user_secrets.yml").write_bytes(text)
        facts = facts_of(deploy)
        with pytest.raises(FileError, match=r"user_secrets\.yml:1") as caught:
            collect(effective_of("33.0.1", facts), facts.host)
        assert "octavia_service_password" in caught.value.message
        assert caught.value.message.count("user_secrets.yml") == 1
        assert "mend the file" in caught.value.hint

    def test_what_looks_like_a_template_and_is_none_stays_what_it_is(
        self, deploy: Path, tmp_path: Path
    ) -> None:
        text = "octavia_service_password: !unsafe 'a{{b}}c{#'\n"
        (deploy / "user_secrets.yml").write_text(text)
        facts = facts_of(deploy)
        found = read_archive(bundles._archive(collect(effective_of("33.0.1", facts), facts.host)))
        assert found.secrets["octavia_service_password"] == "a{{b}}c{#"
        with tarfile.open(fileobj=io.BytesIO(bundles._archive(found))) as opened:
            opened.extract("secrets.yml", tmp_path, filter="data")
        assert '!unsafe "a{{b}}c{#"' in (tmp_path / "secrets.yml").read_text()

    def test_a_value_encrypted_by_itself_is_told(self, deploy: Path) -> None:
        (deploy / "user_secrets.yml").write_text(
            "octavia_service_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n"
        )
        facts = facts_of(deploy)
        with pytest.raises(FileError, match="octavia_service_password cannot be read"):
            collect(effective_of("33.0.1", facts), facts.host)
