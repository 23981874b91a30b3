"""The certificates as they are handed over: what to compare, and what to do by when."""

from __future__ import annotations

import os
from pathlib import Path

from octavia_wizard.core.handover_model import Dated, Watching
from octavia_wizard.core.pki.judging.criteria import RENEW_BEFORE
from octavia_wizard.core.pki.judging.review import examine
from octavia_wizard.core.pki.layout import certificate_layout
from octavia_wizard.core.pki.pem import ROOT_KEYS
from octavia_wizard.core.renewals import SHOW, renewal_of
from octavia_wizard.core.session import Session


def certificates(session: Session) -> tuple[Dated, ...]:
    """Return the certificates of the deployment that can be read, with their renewal dates."""
    effective = session.effective
    if effective.maybe_text("certificates.source") is None:
        return ()
    layout = certificate_layout(effective)
    found = examine(layout.deployed).certificates
    approved = effective.texts("certificates.approved")
    dated = []
    for pem, view in found.items():
        renewal = renewal_of(session, layout, pem)
        dated.append(
            Dated(
                what=str(pem),
                path=view.path,
                subject=view.subject,
                fingerprint=view.fingerprint,
                not_after=view.not_after,
                renew_by=max(view.not_before, view.not_after - RENEW_BEFORE),
                approved=view.fingerprint in approved,
                renew=renewal.text,
                command=renewal.command,
            )
        )
    return tuple(dated)


def watching(session: Session) -> Watching:
    """Return how certificates are watched; root keys are those that lie on this host."""
    return Watching(
        check=session.command_line(*SHOW, "--check"),
        amphorae=session.command_line(*SHOW, "--amphorae") if session.works_live else "",
        root_keys=_root_keys(session),
    )


def _root_keys(session: Session) -> tuple[Path, ...]:
    if session.effective.maybe_text("certificates.source") is None:
        return ()
    files = certificate_layout(session.effective).files
    return tuple(files[pem] for pem in ROOT_KEYS if pem in files and os.path.exists(files[pem]))
