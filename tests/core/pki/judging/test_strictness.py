"""What is said to keep a certificate from being strict is what OpenSSL refuses it for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from octavia_wizard.core.pki.judging.strictness import strict_gaps
from tests.core.pki.support import CA, ec_key, openssl, signed, usage

Extensions = dict[x509.ExtensionType, bool]
CA_KEY, LEAF_KEY = ec_key(), ec_key()
PLAIN: Extensions = {x509.BasicConstraints(ca=False, path_length=None): True}
OF_CA: Extensions = {x509.SubjectKeyIdentifier.from_public_key(CA_KEY.public_key()): False}
OF_LEAF: Extensions = {
    x509.AuthorityKeyIdentifier.from_issuer_public_key(CA_KEY.public_key()): False
}
SIGNING: Extensions = {usage("key_cert_sign"): True}
LAX: Extensions = {x509.BasicConstraints(ca=True, path_length=0): False}

CASES: dict[str, tuple[Extensions, Extensions, str]] = {
    "sound": ({**CA, **SIGNING, **OF_CA}, {**PLAIN, **OF_LEAF}, ""),
    "no ski": ({**CA, **SIGNING}, {**PLAIN, **OF_LEAF}, "no subjectKeyIdentifier"),
    "no key usage": ({**CA, **OF_CA}, {**PLAIN, **OF_LEAF}, "no keyUsage"),
    "lax": ({**LAX, **SIGNING, **OF_CA}, {**PLAIN, **OF_LEAF}, "basicConstraints is not critical"),
    "no aki": ({**CA, **SIGNING, **OF_CA}, {**PLAIN}, "no authorityKeyIdentifier"),
    "signing leaf": (
        {**CA, **SIGNING, **OF_CA},
        {**PLAIN, **OF_LEAF, usage("digital_signature", "key_cert_sign"): True},
        "keyUsage allows to sign certificates",
    ),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_verdicts_are_those_of_openssl(case: str, tmp_path: Path) -> None:
    of_ca, of_leaf, gap = CASES[case]
    authority, leaf = tmp_path / "ca.pem", tmp_path / "leaf.pem"
    authority.write_bytes(signed("CN=CA", CA_KEY, extensions=of_ca, strict=False))
    leaf.write_bytes(
        signed("CN=leaf", LEAF_KEY, ("CN=CA", CA_KEY), extensions=of_leaf, strict=False, days=100)
    )
    found = [
        *strict_gaps(x509.load_pem_x509_certificate(leaf.read_bytes()), is_top=False),
        *strict_gaps(x509.load_pem_x509_certificate(authority.read_bytes()), is_top=True),
    ]
    assert found == ([gap] if gap else [])
    assert _verifies(authority, leaf, strict=True) is not bool(gap)
    assert _verifies(authority, leaf, strict=False)


def _verifies(authority: Path, leaf: Path, *, strict: bool) -> bool:
    flags = ("-x509_strict",) if strict else ()
    try:
        openssl("verify", *flags, "-CAfile", authority, leaf)
    except subprocess.CalledProcessError:
        return False
    return True


def test_a_name_that_is_empty_is_a_gap() -> None:
    nameless = x509.load_pem_x509_certificate(
        signed("", LEAF_KEY, ("CN=CA", CA_KEY), extensions={**PLAIN, **OF_LEAF})
    )
    assert strict_gaps(nameless, is_top=False) == ("no subject",)
    names: Extensions = {x509.SubjectAlternativeName([x509.DNSName("a")]): False}
    named = signed("", LEAF_KEY, ("CN=CA", CA_KEY), extensions={**PLAIN, **names})
    (gap,) = strict_gaps(x509.load_pem_x509_certificate(named), is_top=False)
    assert "not critical" in gap
    authority = x509.load_pem_x509_certificate(signed("", CA_KEY, extensions=CA))
    assert strict_gaps(authority, is_top=True) == ("no subject", "no issuer")
