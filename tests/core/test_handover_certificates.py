"""Certificates are handed over with dates and with what to do by then."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from octavia_wizard.core.handover_certificates import certificates, watching
from octavia_wizard.core.pki.pem import Pem
from tests.core.lifecycle.certified import Host


@pytest.fixture
def site(tmp_path: Path) -> Host:
    one = Host(tmp_path)
    one.answers = {
        "certificates.source": "generate",
        "certificates.directory": str(one.certs),
        "certificates.intermediates": True,
        "certificates.approved": [],
    }
    return one


def test_each_has_its_dates_and_a_command(site: Host) -> None:
    site.make(certificates__intermediates=True)
    found = certificates(site.session())
    assert [dated.what for dated in found] == [Pem.SERVER_CA, Pem.CLIENT_CA, Pem.CLIENT]
    for dated in found:
        assert dated.renew_by == dated.not_after - timedelta(days=60)
        assert not dated.approved
    assert [dated.command.rpartition("certs ")[2] for dated in found] == [
        "rollover server",
        "rollover client",
        "renew",
    ]


def test_the_approved_ones_are_told_as_such(site: Host) -> None:
    site.make()
    client = certificates(site.session())[2]
    site.answers["certificates.approved"] = [client.fingerprint]
    assert [dated.approved for dated in certificates(site.session())] == [False, False, True]


def test_before_they_are_made_there_is_nothing_to_tell(site: Host) -> None:
    assert certificates(site.session()) == ()


def test_how_they_are_watched(site: Host) -> None:
    layout = site.make(certificates__intermediates=True)
    found = watching(site.session())
    assert found.check.endswith("certs show --check")
    assert found.amphorae == "", "no cloud is touched"
    assert found.root_keys == (
        layout.files[Pem.SERVER_ROOT_KEY],
        layout.files[Pem.CLIENT_ROOT_KEY],
    )
    layout.files[Pem.SERVER_ROOT_KEY].unlink()
    layout.files[Pem.CLIENT_ROOT_KEY].unlink()
    live = site.session(cloud__mode="live", cloud__name="prod")
    assert watching(live).root_keys == ()
    assert watching(live).amphorae.endswith("certs show --amphorae")
