"""The step that makes the certificates, or takes over those the operator brings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.pki.layout import certificate_layout
from octavia_wizard.core.pki.staging import sweep_unfinished, take_away
from octavia_wizard.core.steps import certificates_made, certificates_own
from octavia_wizard.core.steps.base import (
    Decision,
    Pending,
    Record,
    Step,
    Undone,
    UndoResult,
    Work,
)
from octavia_wizard.core.steps.certificate_sets import STAGING, no_directory, unfit_passphrases
from octavia_wizard.core.steps.gaps import unanswered
from octavia_wizard.core.steps.replacing import whole_or_not
from octavia_wizard.core.steps.rewriting import find_rewritten, undo_rewritten
from octavia_wizard.core.steps.shapes import found_again, refuse


class CertificatesStep(Step):
    """Makes authorities and the client certificate, or copies the operator's own."""

    id: ClassVar[str] = "certificates"
    title: ClassVar[str] = "Certificates"
    section: ClassVar[str] = "certificates"
    needs: ClassVar[tuple[str, ...]] = ("secrets",)
    reads_host: ClassVar[bool] = True
    indispensable: ClassVar[str] = "controllers and amphorae trust each other by nothing else"

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Compare the files on this host with what is wanted; opens keys whose secret is known."""
        gap = unanswered(effective, self.section)
        if gap is not None:
            return gap
        layout = certificate_layout(effective)
        unfit = no_directory(layout) or unfit_passphrases(layout, facts.host)
        if unfit is not None:
            return unfit
        if layout.generate:
            return certificates_made.decide(effective, layout, facts)
        return certificates_own.decide(effective, layout, facts)

    def apply(self, work: Work, decision: Decision) -> None:
        """Write the files that are missing or to be replaced, each journaled."""
        fresh = self.decide(work.effective, work.facts)
        refuse(fresh)
        if not fresh.action.changes:
            return
        layout = certificate_layout(work.effective)
        if layout.generate:
            certificates_made.apply(work, layout)
        else:
            certificates_own.apply(work, layout)

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for an announced file or directory."""
        if pending.kind == STAGING:
            sweep_unfinished(Path(pending.name))
            there = Path(pending.name).is_dir()
            return found_again(self.id, pending, pending.name, {}) if there else None
        return find_rewritten(self.id, pending)

    def hindrance(self, work: Work, records: Sequence[Record]) -> str:
        """Take a set back whole or not at all: a part of it is worth nothing."""
        return whole_or_not(work, records)

    def undo(self, work: Work, record: Record) -> Undone:
        """Remove or restore a file not changed since; remove a directory that is empty."""
        if record.kind != STAGING:
            return undo_rewritten(record)
        place = Path(record.id)
        if not os.path.lexists(place):
            return Undone(UndoResult.GONE)
        if not take_away(place):
            return Undone(UndoResult.CHANGED_SINCE, f"{place} holds what is not ours")
        return Undone(UndoResult.REMOVED)
