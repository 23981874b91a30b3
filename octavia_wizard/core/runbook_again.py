"""Writing the runbook anew, from what the journals and this host tell; no cloud is asked."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.answers.document import Document
from octavia_wizard.core.answers.load import answers_of, load_preset
from octavia_wizard.core.engine.ledger import Ledger
from octavia_wizard.core.errors import FileError, UsageError
from octavia_wizard.core.files import read_text, write_file
from octavia_wizard.core.handover_history import last_run
from octavia_wizard.core.handover_model import Handover
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.runbook import MODE, TITLE, runbook_text
from octavia_wizard.core.runbook_html import GENERATOR, runbook_html

_BEGINNING = 2000
"""Characters in which a document of ours tells that it is one."""


class Form(StrEnum):
    """What a runbook can be written as."""

    MARKDOWN = "markdown"
    HTML = "html"


def answers_of_the_past(place: DeploymentPlace) -> Answers:
    """Return the answers of the last run of a deployment; raises UsageError where none was run.

    Errands have answers of their own, which say nothing of the deployment.
    """
    ledger = Ledger.read(place)
    last = last_run(ledger)
    if last is not None and last.header.answers:
        return answers_of(Document(f"run {last.header.run_id}", dict(last.header.answers)))
    if place.preset.is_file():
        return load_preset(place.preset)
    if not ledger.runs:
        raise UsageError(
            "nothing was run in this deployment, so there is nothing to write a runbook of",
            hint="octavia-wizard guides to the first run; name another with --deploy-dir",
        )
    return Answers()


def form_of(path: Path) -> Form:
    """Return what a file of this name holds."""
    return Form.HTML if path.suffix.lower() in (".html", ".htm") else Form.MARKDOWN


def written_as(handover: Handover, form: Form) -> str:
    """Return the runbook in a form; pure."""
    return runbook_html(handover) if form is Form.HTML else runbook_text(handover)


def write_elsewhere(path: Path, handover: Handover, form: Form) -> None:
    """Write the runbook to a file of the operator's (0600); raises FileError.

    A file that is there is replaced only where it is a runbook already.
    """
    if not _may_be_replaced(path):
        raise FileError(
            f"{path} is there already and is no runbook; it is not replaced",
            hint="name another file, or move that one away",
        )
    write_file(path, written_as(handover, form), MODE)


def _may_be_replaced(path: Path) -> bool:
    try:
        text = read_text(path)
    except FileError:
        return False
    if text is None or not text.strip():
        return True
    beginning = text[:_BEGINNING]
    return beginning.startswith(f"# {TITLE}\n") or GENERATOR in beginning
