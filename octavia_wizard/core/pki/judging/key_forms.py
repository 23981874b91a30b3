"""What makes a public key unfit by the way it is written into its certificate.

The cryptography library reads these keys as any others of their kind; TLS does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import PublicKeyAlgorithmOID

from octavia_wizard.core.finding import Finding
from octavia_wizard.core.pki.judging.criteria import Placed, error, warning
from octavia_wizard.core.pki.pem import Pem

# Object identifiers in DER: prime-field and characteristic-two-field (RFC 3279, section 2.3.5).
_FIELDS = (bytes.fromhex("06072a8648ce3d0101"), bytes.fromhex("06072a8648ce3d0102"))


def signs_with_pss_only(certificate: x509.Certificate) -> bool:
    """Say whether a key is marked id-RSASSA-PSS (RFC 4055, section 1.2)."""
    return certificate.public_key_algorithm_oid == PublicKeyAlgorithmOID.RSASSA_PSS


def judge_key_form(placed: Placed) -> Iterator[Finding]:
    """Yield what is wrong with the form of a public key."""
    certificate = placed.certificate
    if signs_with_pss_only(certificate):
        yield _pss(placed)
    is_curve = isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    if is_curve and any(field in certificate.tbs_certificate_bytes for field in _FIELDS):
        yield error(
            "cert-key-unusable",
            f"{placed.name} describes the curve of its key by numbers, and not by name",
            "OpenSSL 3 refuses such certificates",
            "make it again with a key of a named curve: openssl genpkey -algorithm EC "
            "-pkeyopt ec_paramgen_curve:P-256",
            placed.path,
        )


def _pss(placed: Placed) -> Finding:
    what = f"{placed.name} has an RSA key for PSS signatures only (id-RSASSA-PSS)"
    fix = "use an ordinary RSA key (rsaEncryption), or EC P-256 or P-384"
    if placed.pem is Pem.SERVER_CA and placed.is_first:
        why = "Octavia signs with PKCS #1 v1.5 padding, and TLS then refuses every amphora"
        return error("cert-key-unusable", what, why, fix, placed.path)
    if not placed.is_authority:
        why = "its key reaches Octavia as an ordinary RSA key, which TLS takes for another one"
        return error("cert-key-unusable", what, why, fix, placed.path)
    why = "amphorae and controllers with a TLS library older than OpenSSL 1.1.1 cannot use it"
    return warning("cert-key-unusual", what, why, fix, placed.path)
