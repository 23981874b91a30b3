"""What each of the operator's own certificate and key files is, or what is wrong with it."""

from __future__ import annotations

import os
from dataclasses import replace

from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.pki.chain_nodes import key_words, printable
from octavia_wizard.core.pki.judging.review import Review, examine
from octavia_wizard.core.pki.layout import CertificateLayout, layout_so_far
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import CertificateView, KeyView
from octavia_wizard.core.secrets import known_passphrases
from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.layout import cut
from octavia_wizard.core.views.lines import role_of, told
from octavia_wizard.core.views.model import Line, Picture, Role, Subject, line

_FILES = (
    ("certificates.server_ca_certificate", "Server CA", Pem.SERVER_CA),
    ("certificates.server_ca_key", "Server CA key", Pem.SERVER_CA_KEY),
    ("certificates.client_ca_certificate", "Client CA", Pem.CLIENT_CA),
    ("certificates.client_certificate", "Client", Pem.CLIENT),
    ("certificates.client_key", "Client key", Pem.CLIENT_KEY),
    ("certificates.client_ca_key", "Client CA key", Pem.CLIENT_CA_KEY),
)
FILE_KEYS = tuple(key for key, _, _ in _FILES)
"""The questions that name a file."""

_SIGNS = {
    Role.GOOD: glyphs.DONE,
    Role.ATTENTION: glyphs.ATTENTION,
    Role.BAD: glyphs.ERROR,
    Role.QUIET: glyphs.TO_DO,
}
_LABEL = 17
"""Columns of sign and label."""


def draw_files(subject: Subject, width: int) -> Picture:
    """Draw one line for each file that is asked for, and write out what is wrong; reads them."""
    effective = subject.effective
    layout = layout_so_far(effective)
    if layout is None or layout.generate:
        return ()
    gone = {pem for pem in layout.sources if _is_taken_over(layout, pem)}
    sources = {pem: path for pem, path in layout.sources.items() if pem not in gone}
    unmade = replace(layout, files={}, sources=sources)
    review = examine(unmade, known_passphrases(subject.facts.host))
    rows: list[Line] = []
    for key, label, pem in _FILES:
        named = key in effective and effective.maybe_text(key) is not None
        if pem in gone:
            rows.append(
                _labelled(label, Role.QUIET, f"gone; the copy in {layout.directory} is used", width)
            )
        elif named or key in effective.missing:
            path = sources.get(pem)
            about = tuple(f for f in review.findings if path is not None and f.where == str(path))
            rows.append(_row(pem, label, review, about, width))
    found = sorted(review.findings, key=lambda one: one.severity is not Severity.ERROR)
    for problem in dict.fromkeys(found):
        rows += told(problem, width)
    return tuple(rows)


def _is_taken_over(layout: CertificateLayout, pem: Pem) -> bool:
    """Say whether a file is no longer where it was, after a copy was made of it."""
    if os.path.lexists(layout.sources[pem]):
        return False
    return pem in layout.files and os.path.exists(layout.files[pem])


def _row(pem: Pem, label: str, review: Review, about: tuple[Finding, ...], width: int) -> Line:
    certificate, key = review.certificates.get(pem), review.keys.get(pem)
    role, room = Role.GOOD, width - _LABEL
    if certificate is not None:
        text = _certificate(certificate, room)
    elif key is not None:
        text = _key(key)
        role = Role.GOOD if key.public_key is not None else Role.ATTENTION
    else:
        text, role = ("not usable", Role.BAD) if about else ("to do", Role.QUIET)
    if about:
        role = Role.BAD if Role.BAD in map(role_of, about) else Role.ATTENTION
    return _labelled(label, role, text, width)


def _labelled(label: str, role: Role, text: str, width: int) -> Line:
    name = f" {label}".ljust(_LABEL - 1)
    return line((_SIGNS[role], role), (name, Role.STRONG), cut(text, width - _LABEL))


def _certificate(view: CertificateView, width: int) -> str:
    rights = "CA" if view.is_ca else ", ".join(view.extended_key_usage or ()) or "not a CA"
    tail = f"  {key_words(view.key)}  {rights.ljust(10)}  to {view.not_after:%Y-%m-%d}"
    room = max(width - len(tail), 8)
    return cut(printable(view.subject), room).ljust(room) + tail


def _key(key: KeyView) -> str:
    if key.public_key is None:
        return f"encrypted, {key.mode:04o}; its passphrase is not known yet"
    encrypted = "encrypted, opened" if key.encrypted else "not encrypted"
    return f"{key_words(key.key)}, {encrypted}, {key.mode:04o}"
