"""The chains are drawn with all an operator compares, and tell only what was checked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.pki.chains import Chains, read_chains
from octavia_wizard.core.pki.layout import Pem
from octavia_wizard.core.views import certificates as views
from octavia_wizard.core.views import view_beside, views_of
from octavia_wizard.core.views.model import Role, Subject, plain_text, width_of
from tests.core.pki.support import SECRETS, generating, laid_out, openssl, owning
from tests.core.views.support import WIDTHS

TODAY = datetime(2026, 11, 22, tzinfo=UTC)


def _drawn(chains: Chains | None, width: int = 76, now: datetime = TODAY) -> str:
    assert chains is not None
    picture = views.draw_chains(chains, width, now)
    assert all(width_of(row) <= width for row in picture), plain_text(picture)
    return plain_text(picture)


@pytest.fixture(scope="module")
def present(tmp_path_factory: pytest.TempPathFactory) -> Effective:
    """Answers whose certificates exist."""
    answers = generating(tmp_path_factory.mktemp("certs"))
    laid_out(answers)
    return answers


def test_what_will_be_made_fits_beside_a_question() -> None:
    answers = generating(Path("/etc/openstack_deploy/octavia"))
    assert _drawn(read_chains(answers, now=TODAY)) == (
        "· Made when you apply, in /etc/openstack_deploy/octavia\n"
        "○ Server CA CN=Octavia Server CA,O=Example              EC P-256  CA, path 0\n"
        "  made when you apply  key encrypted, 0600      2026 ━━━━━━━━━━━━━━━━━━ 2036\n"
        "○ Client CA CN=Octavia Client CA,O=Example              EC P-256  CA, path 0\n"
        "  made when you apply  key encrypted, 0600      2026 ━━━━━━━━━━━━━━━━━━ 2036\n"
        "└ ○ Client  CN=octavia-controller,O=Example             EC P-256  clientAuth\n"
        "    made when you apply  key plain, 0600        2026 ━━━━━━━━━ 2031\n"
        "                                                     ▲ today 2026-11-22"
    )


def test_what_is_there_is_told_with_what_was_checked(present: Effective) -> None:
    chains = read_chains(present, SECRETS.get)
    text = _drawn(chains)
    assert len(text.splitlines()) == 8
    assert text.startswith("✓ Two CAs, chains verified, keys match, private, valid to ")
    assert chains is not None
    for title, mark in chains.fingerprints:
        assert title in text
        assert f"SHA-256 {mark[:5]}:…:{mark[-2:]}" in text
    assert text.count("key encrypted, 0600") == 2
    assert "key plain, 0600" in text
    assert "not approved" in text


def test_without_the_passphrases_it_is_not_claimed_that_keys_match(present: Effective) -> None:
    assert "client key matches" in _drawn(read_chains(present))


@pytest.mark.parametrize("width", WIDTHS)
def test_every_width_is_kept(present: Effective, width: int) -> None:
    chains = read_chains(present, SECRETS.get)
    _drawn(chains, width)
    assert chains is not None
    scale = views.scale_of(chains, width, TODAY)
    for depth, node in chains.nodes:
        rows = views.draw_headed(node, depth, width, scale)
        assert all(width_of(row) <= width for row in rows)
        assert len(rows) == 3


def test_an_end_that_came_is_told_in_words(present: Effective) -> None:
    later = datetime(2032, 6, 1, tzinfo=UTC)
    text = _drawn(read_chains(present, SECRETS.get, later), now=later)
    assert text.startswith("✗ The client certificate expired on 20")
    assert "└ ✗ Client" in text


def test_every_problem_is_told_with_its_cure(tmp_path: Path) -> None:
    files = laid_out(generating(tmp_path)).files
    answers = owning(
        server_ca_certificate=files[Pem.SERVER_CA],
        server_ca_key=files[Pem.SERVER_CA_KEY],
        client_ca_certificate=files[Pem.SERVER_CA],
        client_certificate=files[Pem.CLIENT],
        client_key=files[Pem.CLIENT_KEY],
    )
    text = _drawn(read_chains(answers, SECRETS.get))
    assert text.startswith("✗ The server CA and the client CA are the same authority. (and 1 more)")
    assert "Use two" in text
    assert "is not signed by the client CA" in text


def test_the_usages_are_those_of_openssl(present: Effective) -> None:
    chains = read_chains(present)
    assert chains is not None
    assert views.usages(chains.server) == "digitalSignature, keyCertSign, cRLSign"
    told = openssl("x509", "-in", str(chains.server.path), "-noout", "-ext", "keyUsage")
    assert "Digital Signature, Certificate Sign, CRL Sign" in told
    assert views.rights(chains.server) == "CA, path 0"
    assert views.rights(chains.nodes[2][1]) == "clientAuth"


def test_beside_a_file_stands_what_it_is_and_else_the_chains() -> None:
    beside = view_beside("certificates.server_ca_key")
    general = view_beside("certificates.source")
    assert beside is not None
    assert beside.name == "files"
    assert general is not None
    assert general.name == "chains"
    assert all(view.slow for view in views_of("certificates")), "they read files"


def test_passphrases_that_were_typed_are_used(tmp_path: Path) -> None:
    answers = generating(tmp_path)
    laid_out(answers)
    typed = {name: Secret(value) for name, value in SECRETS.items()}
    facts = Facts(HostFacts(tmp_path, typed=typed))
    picture = views.draw_subject(Subject(answers, facts), 76)
    assert "keys match" in plain_text(picture)
    assert picture[0][0].role is Role.GOOD
    assert not [value for value in SECRETS.values() if value in repr((picture, facts))]
