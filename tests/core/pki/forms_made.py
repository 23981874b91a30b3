"""Keys and certificates in every form an operator may have, made by openssl."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.core.pki.support import openssl

WORD = "word-of-the-file"


def _locked(*more: str, legacy: bool = False) -> tuple[str, ...]:
    providers = ("-provider", "legacy", "-provider", "default") if legacy else ()
    return ("pkcs8", "-topk8", *more, "-passout", f"pass:{WORD}", *providers)


LOCKED: Mapping[str, tuple[str, ...]] = {
    "pbes2-aes": _locked("-v2", "aes-256-cbc"),
    "pbes2-3des": _locked("-v2", "des3"),
    "pbes2-sha512": _locked("-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"),
    "scrypt": _locked("-scrypt"),
    "pbes1-md5-des": _locked("-v1", "PBE-MD5-DES", legacy=True),
    "pbes1-sha1-3des": _locked("-v1", "PBE-SHA1-3DES", legacy=True),
    "dek-info-des3": ("ec", "-des3", "-passout", f"pass:{WORD}"),
    "dek-info-aes": ("ec", "-aes256", "-passout", f"pass:{WORD}"),
}
"""How openssl makes encrypted PEM of an EC key, by the name of the form."""

OPEN: Mapping[str, tuple[str, ...]] = {
    "pkcs8": ("pkcs8", "-topk8", "-nocrypt"),
    "sec1": ("ec",),
}


def key_in(form: str, key: Path, directory: Path) -> Path:
    """Write an EC key in one of the forms."""
    path = directory / f"{form}.key"
    openssl(*{**LOCKED, **OPEN}[form], "-in", key, "-out", path)
    return path


BUNDLES: Mapping[str, tuple[str, ...]] = {
    "modern": ("-passout", f"pass:{WORD}"),
    "legacy": ("-passout", f"pass:{WORD}", "-legacy"),
    "no-password": ("-passout", "pass:"),
    "not-encrypted": (
        "-passout", "pass:", "-keypbe", "NONE", "-certpbe", "NONE", "-nomac",
    ),
}  # fmt: skip
"""How openssl makes PKCS#12, by the name of the form."""


def bundle_in(
    form: str, key: Path, certificate: Path, directory: Path, chain: Path | None = None
) -> Path:
    """Write a PKCS#12 file in one of the forms."""
    path = directory / f"{form}.p12"
    more = ("-certfile", chain) if chain is not None else ()
    openssl(
        "pkcs12", "-export", "-inkey", key, "-in", certificate, *more, *BUNDLES[form], "-out", path
    )
    return path


def word_of(form: str) -> str | None:
    """Return the password of a form, or None where it has none."""
    return WORD if form in LOCKED or form in ("modern", "legacy") else None
