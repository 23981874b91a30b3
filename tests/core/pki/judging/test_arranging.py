"""Files are read in the order Octavia needs: ours as they are, the operator's rearranged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from octavia_wizard.core.pki.judging.arranging import readable_files, reads_ours
from octavia_wizard.core.pki.judging.review import examine
from octavia_wizard.core.pki.keys import plain_pem
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.sources import convert, source_record
from octavia_wizard.core.pki.taken_over import RECORD
from tests.core.pki.own_files import Own
from tests.core.pki.support import CA, SECRETS, ec_key, generating, laid_out, signed


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """Good files."""
    return Own(tmp_path)


def test_ours_are_read_where_they_are(own: Own) -> None:
    layout = own.layout()
    assert not reads_ours(layout)
    assert readable_files(layout) == dict(layout.sources)
    assert not examine(layout).ours
    layout.directory.mkdir()
    layout.files[Pem.SERVER_CA].write_bytes(own.get("server.pem"))
    (layout.directory / RECORD).write_text(json.dumps(source_record(layout)))
    assert reads_ours(layout)
    assert readable_files(layout) == dict(layout.files)
    found = examine(layout)
    assert found.ours
    assert {f.id for f in found.findings} == {"cert-missing"}, "half a set is no set"


def test_what_changed_since_is_judged_before_it_is_taken_over(own: Own) -> None:
    """Else nobody could look at a renewed certificate, and approve it, before it is in use."""
    layout = own.layout()
    layout.directory.mkdir()
    for pem, data in convert(layout, SECRETS.get).items():
        layout.files[pem].parent.mkdir(exist_ok=True)
        layout.files[pem].write_bytes(data)
    (layout.directory / RECORD).write_text(json.dumps(source_record(layout)))
    former = examine(layout, SECRETS.get)
    assert former.ours
    own.sign(own.client)
    found = examine(layout, SECRETS.get)
    assert not found.ours
    assert found.certificates[Pem.CLIENT].path == own.directory / "client.pem"
    assert found.certificates[Pem.CLIENT].fingerprint != former.certificates[Pem.CLIENT].fingerprint
    (own.directory / "client.pem").unlink()
    assert examine(layout, SECRETS.get).ours, "what is gone cannot be taken over"


def test_the_certificate_of_the_key_is_found_among_several(own: Own) -> None:
    stranger = signed("CN=Stranger", ec_key(), extensions=CA)
    own.put("server.pem", stranger + own.get("server.pem"))
    own.put("client.pem", stranger + own.get("client.pem"))
    found = examine(own.layout(), SECRETS.get)
    assert found.certificates[Pem.SERVER_CA].subject == "CN=Server"
    assert found.certificates[Pem.CLIENT].subject == "CN=c"
    assert found.certificates[Pem.CLIENT].chain == ()
    assert {f.id for f in found.findings} == {"cert-also-trusted"}


def test_one_file_with_everything_of_the_client(own: Own) -> None:
    """Key, certificate and authority in one file, named three times."""
    everything = plain_pem(own.client) + own.get("client-ca.pem") + own.get("client.pem")
    own.put("all.pem", everything)
    path = own.directory / "all.pem"
    own.more = dict.fromkeys(("client_ca_certificate", "client_certificate", "client_key"), path)
    found = examine(own.layout(), SECRETS.get)
    assert found.findings == ()
    assert found.certificates[Pem.CLIENT_CA].subject == "CN=Clients"
    assert found.certificates[Pem.CLIENT_CA].chain == ()


def test_root_keys_may_be_offline(tmp_path: Path) -> None:
    answers = generating(tmp_path, certificates__intermediates=True, certificates__root_days=7300)
    layout = laid_out(answers)
    with_them = examine(layout, SECRETS.get)
    assert {Pem.SERVER_ROOT_KEY, Pem.CLIENT_ROOT_KEY} <= set(with_them.keys)
    layout.files[Pem.SERVER_ROOT_KEY].unlink()
    without = examine(layout, SECRETS.get)
    assert Pem.SERVER_ROOT_KEY not in without.keys
    assert without.findings == ()
