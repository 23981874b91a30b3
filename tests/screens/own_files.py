"""Certificates of an operator's own, for the tests of screens about them."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.pki.layout import Pem
from tests.core.pki.support import generating, laid_out
from tests.screens.conftest import COMPLETE

FILES_ONLY = {
    **{key: text for key, text in COMPLETE.items() if key != "cloud.name"},
    "cloud.mode": "files",
    "image.path": "/nowhere/amphora.qcow2",
}
NAMES = {
    "server_ca_certificate": Pem.SERVER_CA,
    "server_ca_key": Pem.SERVER_CA_KEY,
    "client_ca_certificate": Pem.CLIENT_CA,
    "client_certificate": Pem.CLIENT,
    "client_key": Pem.CLIENT_KEY,
}


def own_files(place: Path, *without: str) -> dict[str, str]:
    """Make certificates, and return the answers that name them, but for some."""
    files = laid_out(generating(place / "pem")).files
    answers = {f"certificates.{name}": str(files[pem]) for name, pem in NAMES.items()}
    for name in without:
        del answers[f"certificates.{name}"]
    others = {key: text for key, text in FILES_ONLY.items() if key != "certificates.key_type"}
    return {**others, "certificates.source": "own", **answers}
