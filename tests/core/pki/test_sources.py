"""The operator's own files are converted to what the role reads, and are never touched."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from octavia_wizard.core.pki.judging.review import review
from octavia_wizard.core.pki.keys import plain_pem, public_der
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import Unreadable
from octavia_wizard.core.pki.sources import (
    RECORD,
    changed_sources,
    convert,
    read_record,
    source_record,
)
from octavia_wizard.core.pki.writing import make_private_directory, write_new
from tests.core.pki.forms_made import BUNDLES, LOCKED, OPEN, WORD, bundle_in, key_in, word_of
from tests.core.pki.own_files import ROOT, Own
from tests.core.pki.support import (
    CA,
    CLIENT_SECRET,
    SECRETS,
    SERVER_SECRET,
    ec_key,
    openssl,
    signed,
)

SOURCE_WORDS = {
    "octavia_wizard_server_ca_source_password": WORD,
    "octavia_wizard_client_source_password": WORD,
    "octavia_wizard_client_ca_source_password": WORD,
}


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """Good files."""
    return Own(tmp_path)


def converted(own: Own, **secrets: str) -> dict[Pem, bytes]:
    """Convert the files, and see to it that none of them is touched."""
    before = _state(own.directory)
    made = convert(own.layout(), {**SECRETS, **SOURCE_WORDS, **secrets}.get)
    assert _state(own.directory) == before
    return made


def _state(directory: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_mode, path.read_bytes())
        for path in directory.rglob("*")
        if path.is_file()
    }


def laid(own: Own, made: dict[Pem, bytes]) -> CertificateLayout:
    """Write what was converted to where it belongs."""
    layout = own.layout()
    make_private_directory(layout.directory)
    make_private_directory(layout.files[Pem.SERVER_CA_KEY].parent)
    for pem, data in made.items():
        write_new(layout.files[pem], data)
    return layout


def same_key(data: bytes, password: str | None, key: object) -> bool:
    """Say whether PEM opens with a password and is this key."""
    opened = load_pem_private_key(data, password.encode() if password else None)
    return public_der(opened.public_key()) == public_der(key.public_key())  # type: ignore[attr-defined]


def test_plain_files_are_copied_as_they_are(own: Own) -> None:
    made = converted(own)
    assert made[Pem.SERVER_CA_KEY] == own.get("server.key"), "byte for byte"
    for pem, name in (
        (Pem.SERVER_CA, "server.pem"),
        (Pem.CLIENT_CA, "client-ca.pem"),
        (Pem.CLIENT, "client.pem"),
        (Pem.CLIENT_KEY, "client.key"),
    ):
        assert made[pem] == own.get(name)
    assert made[Pem.CLIENT_BUNDLE] == made[Pem.CLIENT] + made[Pem.CLIENT_KEY]
    assert set(made) == set(own.layout().files)
    assert review(laid(own, made), SECRETS.get) == []


def test_an_encrypted_key_is_copied_before_its_passphrase_is_known(own: Own) -> None:
    layout = own.layout()
    made = convert(layout, lambda _: None)
    assert made[Pem.SERVER_CA_KEY] == own.get("server.key")


@pytest.mark.parametrize("form", sorted((*LOCKED, *OPEN, *BUNDLES)))
def test_a_client_in_any_form(own: Own, form: str) -> None:
    """Octavia has no option for a passphrase: the copy is plain PKCS#8."""
    given = own.directory / "client.key"
    if form in BUNDLES:
        chain = own.directory / "client-ca.pem"
        path = bundle_in(form, given, own.directory / "client.pem", own.directory, chain)
        own.more = {"client_certificate": path, "client_key": path}
    else:
        own.more = {"client_key": key_in(form, given, own.directory)}
    made = converted(own)
    assert made[Pem.CLIENT_KEY] == plain_pem(own.client)
    assert made[Pem.CLIENT] == own.get("client.pem"), "neither its root nor another"
    assert review(laid(own, made), SECRETS.get) == []


@pytest.mark.parametrize("form", sorted((*LOCKED, *OPEN, *BUNDLES)))
def test_a_server_ca_in_any_form(own: Own, form: str) -> None:
    plain = own.directory / "plain.key"
    plain.write_bytes(plain_pem(own.server))
    if form in BUNDLES:
        path = bundle_in(form, plain, own.directory / "server.pem", own.directory)
        own.more = {"server_ca_certificate": path, "server_ca_key": path}
    else:
        path = key_in(form, plain, own.directory)
        own.more = {"server_ca_key": path}
    plain.unlink()
    secret = WORD if form in LOCKED else SERVER_SECRET
    made = converted(own, octavia_ca_private_key_passphrase=secret)
    key = made[Pem.SERVER_CA_KEY]
    assert same_key(key, secret, own.server)
    assert (key == path.read_bytes()) is (form in LOCKED), "encrypted PEM stays what it is"
    assert made[Pem.SERVER_CA] == own.get("server.pem")


def test_a_key_of_the_client_ca_is_encrypted_by_our_passphrase(own: Own) -> None:
    own.put("clients.key", encrypted_pem(own.authority, WORD, 1000))
    own.more = {"client_ca_key": own.directory / "clients.key"}
    made = converted(own)
    assert same_key(made[Pem.CLIENT_CA_KEY], CLIENT_SECRET, own.authority)
    with pytest.raises(Unreadable, match="octavia_cert_client_password has no value yet"):
        convert(own.layout(), {**SOURCE_WORDS}.get)


def test_chains_are_put_in_order(own: Own) -> None:
    root = ec_key()
    above = signed("CN=Root", root, extensions=ROOT, days=400)
    issuing = signed("CN=Server", own.server, ("CN=Root", root), extensions=CA, days=350)
    other_root = ec_key()
    client_root = signed("CN=Other Root", other_root, extensions=ROOT, days=400)
    below = ("CN=Other Root", other_root)
    client_issuing = signed("CN=Clients", own.authority, below, extensions=CA, days=350)
    told = own.directory / "issuing.pem"
    told.write_bytes(issuing)
    own.put("server.pem", above + openssl("x509", "-in", told, "-text").encode())
    leaf = own.get("client.pem")
    own.put("client.pem", client_root + client_issuing + leaf)
    own.put("client-ca.pem", client_root + client_issuing)
    made = converted(own)
    assert made[Pem.SERVER_CA] == issuing + above
    assert made[Pem.CLIENT_CA] == client_issuing + client_root
    assert made[Pem.CLIENT] == leaf + client_issuing
    assert review(laid(own, made), SECRETS.get) == []


def test_a_combined_file_is_split_for_the_role_of_25(own: Own) -> None:
    own.put("both.pem", own.get("client.key") + own.get("client.pem"))
    path = own.directory / "both.pem"
    own.more = {"client_certificate": path, "client_key": path}
    made = converted(own)
    assert made[Pem.CLIENT] == own.get("client.pem")
    assert made[Pem.CLIENT_KEY] == own.get("client.key")
    assert made[Pem.CLIENT_BUNDLE] == own.get("client.pem") + own.get("client.key")


def test_what_cannot_be_opened_is_refused_by_name(own: Own) -> None:
    path = bundle_in(
        "modern", own.directory / "client.key", own.directory / "client.pem", own.directory
    )
    own.more = {"client_certificate": path, "client_key": path}
    with pytest.raises(Unreadable, match=rf"{path} is a PKCS#12 file, and its password is not"):
        convert(own.layout(), SECRETS.get)
    wrong = dict.fromkeys(SOURCE_WORDS, "planted-word")
    with pytest.raises(Unreadable, match=rf"{path} cannot be opened with its password") as refused:
        convert(own.layout(), {**SECRETS, **wrong}.get)
    assert "planted-word" not in str(refused.value)
    with pytest.raises(Unreadable, match=r"server.key cannot be opened with its passphrase"):
        convert(Own(own.directory).layout(), dict.fromkeys(SECRETS, "another").get)
    (own.directory / "server.pem").unlink()
    with pytest.raises(Unreadable, match=r"server.pem cannot be read: No such file"):
        convert(own.layout(), SECRETS.get)


def test_a_key_of_another_certificate_is_never_taken_over(own: Own) -> None:
    own.put("client.key", plain_pem(ec_key()))
    with pytest.raises(Unreadable, match="does not belong to the client certificate"):
        converted(own)


def test_passwords_are_asked_for_only_where_there_are_some(own: Own) -> None:
    for form in BUNDLES:
        path = bundle_in(
            form, own.directory / "client.key", own.directory / "client.pem", own.directory
        )
        own.more = {"client_certificate": path, "client_key": path}
        wanted = Pem.CLIENT_KEY in own.layout().source_passphrases
        assert wanted is (word_of(form) is not None), form


def test_the_record_tells_what_changed(own: Own) -> None:
    layout = own.layout()
    files = tuple(layout.sources.values())
    assert changed_sources(layout) == files, "nothing was taken over yet"
    record = source_record(layout)
    assert set(record) == {pem.name.lower() for pem in layout.sources}
    assert SERVER_SECRET not in json.dumps(record)
    layout.directory.mkdir()
    (layout.directory / RECORD).write_text(json.dumps(record))
    assert read_record(layout.directory) == record
    assert changed_sources(layout) == ()
    own.put("server.pem", own.get("server.pem") + b"\n")
    assert changed_sources(layout) == (layout.sources[Pem.SERVER_CA],)
    (own.directory / "server.pem").unlink()
    assert changed_sources(layout) == (), "a source that is gone was taken over before"


def test_a_source_that_moved_did_not_change(own: Own) -> None:
    layout = own.layout()
    layout.directory.mkdir()
    (layout.directory / RECORD).write_text(json.dumps(source_record(layout)))
    elsewhere = own.directory / "elsewhere.pem"
    os.rename(layout.sources[Pem.SERVER_CA], elsewhere)
    moved = replace(layout, sources={**layout.sources, Pem.SERVER_CA: elsewhere})
    assert changed_sources(moved) == ()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"client": 3}', '{"client": {"sha256": 3}}'])
def test_a_record_that_is_none_is_taken_for_none(own: Own, text: str) -> None:
    layout = own.layout()
    layout.directory.mkdir()
    (layout.directory / RECORD).write_text(text)
    assert read_record(layout.directory) == {}
    assert changed_sources(layout) == tuple(layout.sources.values())
