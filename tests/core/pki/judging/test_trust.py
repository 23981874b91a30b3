"""Certificates are put in order, and followed up to a root, as OpenSSL follows them."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from octavia_wizard.core.pki.judging.trust import issuer_first, leaf_first, signer_first, trail_of
from octavia_wizard.core.pki.keys import public_der
from tests.core.pki.support import CA, ec_key, signed

NOW = datetime.now(UTC)
ROOT_KEY, MIDDLE_KEY, LEAF_KEY = ec_key(), ec_key(), ec_key()


def certificate(*arguments: object, **more: object) -> x509.Certificate:
    """Make a certificate."""
    return x509.load_pem_x509_certificate(signed(*arguments, **more))  # type: ignore[arg-type]


ROOT = certificate("CN=Root", ROOT_KEY, extensions=CA)
MIDDLE = certificate("CN=Middle", MIDDLE_KEY, ("CN=Root", ROOT_KEY), extensions=CA)
LEAF = certificate("CN=Leaf", LEAF_KEY, ("CN=Middle", MIDDLE_KEY))
OTHER = certificate("CN=Other", ec_key(), extensions=CA)
LEAF_PUBLIC = public_der(LEAF_KEY.public_key())
MIDDLE_PUBLIC = public_der(MIDDLE_KEY.public_key())


@pytest.mark.parametrize("pool", list(itertools.permutations((ROOT, MIDDLE, OTHER))))
def test_a_trail_is_found_in_any_order(pool: tuple[x509.Certificate, ...]) -> None:
    trail = trail_of(LEAF, pool, pool, NOW)
    assert trail.complete
    assert trail.certificates == (LEAF, MIDDLE, ROOT)


def test_a_trail_ends_where_an_issuer_is_missing() -> None:
    trail = trail_of(LEAF, (MIDDLE,), (MIDDLE, OTHER), NOW)
    assert not trail.complete
    assert trail.top == MIDDLE
    assert trail_of(LEAF, (), (OTHER,), NOW).certificates == (LEAF,)


def test_a_root_counts_only_where_it_is_trusted() -> None:
    assert not trail_of(LEAF, (MIDDLE, ROOT), (OTHER,), NOW).complete
    assert trail_of(LEAF, (MIDDLE,), (ROOT,), NOW).complete


def test_of_two_with_one_name_and_key_the_valid_one_is_taken() -> None:
    old = certificate("CN=Root", ROOT_KEY, extensions=CA, start=NOW - timedelta(days=900), days=30)
    assert trail_of(MIDDLE, (), (old, ROOT), NOW).top == ROOT
    assert trail_of(MIDDLE, (), (ROOT, old), NOW).top == ROOT


def test_a_namesake_with_another_key_is_no_issuer() -> None:
    namesake = certificate("CN=Middle", ec_key(), ("CN=Root", ROOT_KEY), extensions=CA)
    assert trail_of(LEAF, (), (namesake, ROOT), NOW).certificates == (LEAF,)


@pytest.mark.parametrize("given", list(itertools.permutations((ROOT, MIDDLE, OTHER))))
def test_the_authority_of_the_key_comes_first(given: tuple[x509.Certificate, ...]) -> None:
    assert signer_first(given, MIDDLE_PUBLIC, NOW) == (MIDDLE, ROOT, OTHER)


def test_without_a_key_the_lowest_authority_comes_first() -> None:
    assert signer_first((ROOT, MIDDLE), None, NOW) == (MIDDLE, ROOT)
    assert signer_first((LEAF, ROOT, MIDDLE), None, NOW) == (MIDDLE, ROOT)
    assert signer_first((LEAF,), None, NOW) == (LEAF,)


@pytest.mark.parametrize("given", list(itertools.permutations((LEAF, ROOT, MIDDLE, OTHER))))
def test_of_a_clients_file_only_its_own_line_is_kept(
    given: tuple[x509.Certificate, ...],
) -> None:
    assert leaf_first(given, LEAF_PUBLIC, NOW) == (LEAF, MIDDLE)
    assert leaf_first(given, None, NOW) == (LEAF, MIDDLE)


def test_the_issuer_of_the_client_comes_first() -> None:
    assert issuer_first((ROOT, OTHER, MIDDLE), (LEAF,), None, NOW) == (MIDDLE, ROOT, OTHER)
    assert issuer_first((OTHER, ROOT), (LEAF, MIDDLE), None, NOW) == (MIDDLE, ROOT, OTHER)
    assert issuer_first((OTHER, ROOT), (LEAF,), None, NOW) == (OTHER, ROOT)


def test_many_namesakes_are_followed_in_bounded_time() -> None:
    """Forty authorities that all seem to have signed one another."""
    key = ec_key()
    tangle = tuple(certificate("CN=A", key, ("CN=A", ec_key()), extensions=CA) for _ in range(40))
    begin = time.monotonic()
    assert not trail_of(tangle[0], tangle, tangle, NOW).complete
    assert time.monotonic() - begin < 10
