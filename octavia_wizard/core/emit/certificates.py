"""Variables that point the role to the certificates."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.emit.entries import Entry, View, acts_on, origin
from octavia_wizard.core.pki.layout import layout_of
from octavia_wizard.core.secret_values import known_passphrases

_KEY = "certificates.source"
_WHY = {
    "octavia_ca_certificate": "Certificate of the server CA, which signs amphora certificates.",
    "octavia_ca_private_key": "Key of the server CA; its passphrase is in a secrets file.",
    "octavia_server_ca": "The CA by which controllers recognise amphorae.",
    "octavia_client_ca": "The CA by which amphorae recognise controllers.",
    "octavia_client_ca_key": "Key of the client CA.",
    "octavia_client_cert": "Certificate the controllers show to amphorae.",
    "octavia_client_key": "Key of that certificate.",
    "octavia_cert_dir": "Where the role looks for certificates before it makes any.",
    "octavia_cert_setup_host": "The host that has that directory.",
    "octavia_generate_certs": "Whether the role runs its certificate tasks, which also distribute.",
    "octavia_generate_ca": "Whether the role makes authorities of its own.",
    "octavia_generate_client_cert": "Whether the role makes certificates of its own.",
    "octavia_cert_key_length_server": "The size of the keys that exist: the role replaces others.",
    "octavia_cert_key_length_client": "The size of the keys that exist: the role replaces others.",
}


def certificate_entries(view: View) -> Iterator[Entry]:
    """Yield what the layout of the certificates tells the role."""
    layout = layout_of(view.effective, known_passphrases(view.facts.host))
    if layout is None:
        return
    source = origin(view.effective.settings[_KEY])
    for name, value in layout.variables.items():
        if acts_on(view.release, name):
            yield Entry(name, value, _WHY.get(name, "Part of the certificates."), source, _KEY)
