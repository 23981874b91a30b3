"""What the role is told about the certificates, by certificate era.

- **A** (role 16.0.0 to 17.0.4, tasks/octavia_post_install.yml) copies five files from the deploy
  host; ``octavia_client_cert`` is certificate and key in one file.
- **B** to 19.x (same task; tasks/octavia_certs.yml) does the same in any case, so the role's own
  generation is switched off.  From 20.0.0 (tasks/octavia_certs_distribute.yml) it distributes only
  while generation is on.  It must then find its own layout in ``octavia_cert_dir``, with RSA keys
  of the sizes it is told: ``openssl_privatekey`` *replaces* a key of another size or passphrase.
- **C** (role 25.0.0 and later, the PKI role) takes certificate and key apart, by path.  The same
  PKI call makes the API's certificate (27.0.0) and OVN's (29.0.0), signed by the cloud's own
  authorities in ``octavia_cert_dir``: that directory is therefore left alone, and where one of the
  two is in use the flags must stay true.  The role then makes authorities nothing uses.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_bytes
from octavia_wizard.core.pki.keys import KeyType
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.forms import Form, form_of
from octavia_wizard.core.pki.reading.material import Unreadable, read_material
from octavia_wizard.core.pki.taken_over import differs
from octavia_wizard.core.releases import CertificateEra

ROLE_KEY_BITS = 4096
"""Default of octavia_cert_key_length_server and _client (role 17.0.5 to 24.6.1)."""
PasswordOf = Callable[[Pem], str | None]
"""Gives the password of the operator's file that holds something, where it is known."""
UNUSED = "unused-client-ca.key"
"""Where the role 20.0.0 to 24.6.1 may make a key for a client CA whose key it is not given."""


def role_key_bits(
    effective: Effective,
    files: Mapping[Pem, Path],
    sources: Mapping[Pem, Path],
    record: Mapping[str, Mapping[str, str]] | None = None,
    password_of: PasswordOf = lambda _: None,
) -> dict[Pem, int]:
    """Return the sizes of RSA keys a role checks: era B from 20.0.0 on.

    They are those of the keys that are there or will be made; of what is no RSA key, or cannot be
    read yet, as PKCS#12 without its password, the role's default.  With the record of what was
    taken over, a source that differs from it counts before our copy, whose place it will take.
    """
    rules = effective.release.rules
    quirks = rules.certificate_quirks
    if rules.certificate_era is not CertificateEra.B or not quirks.generate_certs_must_stay_true:
        return {}
    made = None
    if not sources:
        made = KeyType(effective.text("certificates.key_type")).rsa_bits
    server, client = (
        _present(pem, files, sources, record, password_of) or made or ROLE_KEY_BITS
        for pem in (Pem.SERVER_CA, Pem.CLIENT)
    )
    bits = {Pem.SERVER_CA_KEY: server, Pem.CLIENT_KEY: client, Pem.CLIENT_CA_KEY: client}
    return {pem: size for pem, size in bits.items() if pem in files}


def _present(
    pem: Pem,
    files: Mapping[Pem, Path],
    sources: Mapping[Pem, Path],
    record: Mapping[str, Mapping[str, str]] | None,
    password_of: PasswordOf,
) -> int | None:
    """Return the size of the RSA key a certificate is about: of ours, or what takes its place."""
    source = sources.get(pem)
    found = None
    if source is not None and record is not None and differs(record, pem, source):
        found = _bits_of(source, password_of(pem))
    if found is None and os.path.exists(files[pem]):
        return _bits_of(files[pem])
    if found is not None or source is None:
        return found
    return _bits_of(source, password_of(pem))


def _bits_of(path: Path, password: str | None = None) -> int | None:
    if form_of(path) is Form.PKCS12:
        with suppress(Unreadable):
            return read_material(path).public_half(password).rsa_bits
        return None
    try:
        data = read_bytes(path)
        key = x509.load_pem_x509_certificate(data or b"").public_key()
    except (FileError, ValueError):
        return None
    return key.key_size if isinstance(key, rsa.RSAPublicKey) else None


def role_variables(
    effective: Effective, directory: Path, files: Mapping[Pem, Path], bits: Mapping[Pem, int]
) -> dict[str, object]:
    """Return the role variables that point to the files, and keep the role from making others."""
    rules = effective.release.rules
    quirks = rules.certificate_quirks
    paths = {
        "octavia_ca_certificate": Pem.SERVER_CA,
        "octavia_ca_private_key": Pem.SERVER_CA_KEY,
        "octavia_client_ca": Pem.CLIENT_CA,
    }
    if quirks.combined_client_file:
        paths |= {"octavia_server_ca": Pem.SERVER_CA, "octavia_client_cert": Pem.CLIENT_BUNDLE}
    else:
        paths |= {"octavia_client_cert": Pem.CLIENT, "octavia_client_key": Pem.CLIENT_KEY}
    values: dict[str, object] = {name: str(files[pem]) for name, pem in paths.items()}
    if rules.certificate_era is CertificateEra.B:
        values["octavia_generate_certs"] = quirks.generate_certs_must_stay_true
    if rules.certificate_era is CertificateEra.C:
        values["octavia_generate_certs"] = True
        shared = _pki_call_is_shared(effective)
        values |= {"octavia_generate_ca": shared, "octavia_generate_client_cert": shared}
    if bits:
        values |= _as_made_by_the_role(directory, files, bits)
    return values


def _as_made_by_the_role(
    directory: Path, files: Mapping[Pem, Path], bits: Mapping[Pem, int]
) -> dict[str, object]:
    """Let the role find everything as it would have made it."""
    return {
        "octavia_cert_dir": str(directory),
        "octavia_cert_setup_host": "localhost",
        "octavia_client_ca_key": str(files.get(Pem.CLIENT_CA_KEY, directory / UNUSED)),
        "octavia_cert_key_length_server": str(bits[Pem.SERVER_CA_KEY]),
        "octavia_cert_key_length_client": str(bits[Pem.CLIENT_KEY]),
    }


def _pki_call_is_shared(effective: Effective) -> bool:
    """Say whether the role's PKI call also has to make certificates for the API or for OVN."""
    if not effective.release.rules.certificate_quirks.client_cert_false_stops_backend:
        return False
    told = effective.variables()
    if "octavia_backend_ssl" in told and told["octavia_backend_ssl"].value is True:
        return True
    if not effective.release.has("octavia_ovn_enabled"):
        return False
    if "octavia_ovn_enabled" in told:
        return told["octavia_ovn_enabled"].value is not False
    # The role's own default follows neutron_plugin_type, which is ml2.ovn unless set.
    return not effective.chosen("network.agent_group", "neutron_openvswitch_agent")
