"""What can be looked at from anywhere: files, findings, where the answers are."""

from __future__ import annotations

from octavia_wizard.core.emit.diff import unified
from octavia_wizard.core.emit.files import emit_files
from octavia_wizard.core.engine.signals import stop_on_signals
from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.finding import Severity
from octavia_wizard.core.secrets import missing_secrets
from octavia_wizard.core.shell import run_shell, shell_of
from octavia_wizard.core.standing import Errand
from octavia_wizard.core.stopping import Stop
from octavia_wizard.plain.asking import Asker
from octavia_wizard.plain.explaining import explain_topic
from octavia_wizard.plain.options import Move
from octavia_wizard.plain.wording import count, finding_sign, write_finding


def show_files(asker: Asker) -> None:
    """Write the files as they would be emitted now, as differences to what is on disk."""
    session, paper = asker.session, asker.paper
    for file in emit_files(session.effective, session.facts):
        word = "new" if file.before is None else "changed" if file.changed else "as it is"
        paper.line((file.path, "bold"), f"  {word}, mode {file.mode:04o}")
        for note in file.notes:
            paper.prose(note, ("! ", "yellow"), indent=1)
        if file.changed:
            paper.diff(unified(file.before, file.text, file.path)[2:], indent=1)
    secrets = missing_secrets(session.effective, session.facts.host)
    if secrets:
        paper.line((count(len(secrets), "secret"), "bold"), " to be written, shown nowhere:")
        paper.rows(
            [(need.name, "as typed" if need.typed else "made") for need in secrets], indent=1
        )


def show_findings(asker: Asker, section: str = "") -> None:
    """Write all findings in words, or those of a section."""
    found = [f for f in asker.session.findings if section in ("", f.section)]
    if not found:
        asker.paper.line("nothing was found: all is in order")
    for finding in found:
        asker.paper.line((finding.id, "bold"), (f"  {finding.key or finding.section}", "dim"))
        write_finding(asker.paper, finding, asker.session.answers.accept)


def tell_findings(asker: Asker) -> None:
    """Write in a line each what stands in the way, and count the notes."""
    session, paper = asker.session, asker.paper
    for finding in session.findings:
        if finding.severity is not Severity.NOTE and finding.key not in session.effective.missing:
            mark, style = finding_sign(finding, session.answers.accept)
            paper.prose(finding.what, (f"{mark}: ", style), indent=1)
    notes = sum(finding.severity is Severity.NOTE for finding in session.findings)
    if notes:
        paper.line((f"· {count(notes, 'note')}; f shows them", "dim"), indent=1)


def tell_errands(asker: Asker, errands: tuple[Errand, ...]) -> None:
    """Say whether it can be applied, and what is missing for that."""
    if not errands:
        asker.paper.line(("✓ ", "green"), ("Ready to apply", "bold"))
        return
    asker.paper.line(("Not ready to apply: ", "bold"), f"{count(len(errands), 'thing')} to do")


def say_where(asker: Asker) -> None:
    """Say where the answers are kept."""
    place = asker.session.place
    rows = [("answers", str(place.autosave))]
    if place.preset.exists():
        rows.append(("preset", str(place.preset)))
    asker.paper.rows(rows, ("dim",), indent=1)
    asker.paper.line("they are saved after each answer", indent=1)


def read_again(asker: Asker) -> None:
    """Read host and cloud afresh."""
    try:
        asker.session.read_host()
    except WizardError as error:
        asker.say_error(error)
    asker.read_cloud()


def ask_controllers(asker: Asker) -> None:
    """Ask the controllers how they stand, through Ansible, and show what was found."""
    asker.paper.line(("asking the controllers; Ctrl-C gives up", "dim"))
    cancel = Stop()
    try:
        with stop_on_signals(cancel):
            asker.session.look_at_controllers(cancel)
    except WizardError as error:
        asker.say_error(error)
        return
    asker.gallery.all("deployment")
    show_findings(asker, "deployment")


def explain_any(asker: Asker) -> None:
    """Ask for a name and explain what it is."""
    typed = asker.prompter.text("Key of a question, a role variable, or the id of a finding", "")
    if isinstance(typed, Move) or not typed:
        return
    explain_topic(asker.paper, asker.session, typed)


def look_around(asker: Asker) -> None:
    """Give the terminal to a shell until it ends."""
    try:
        shell = shell_of(asker.session)
        asker.paper.line(shell.greeting)
        # What is written here must be on the terminal before the shell writes to it.
        asker.paper.console.file.flush()
        run_shell(shell)
    except WizardError as error:
        asker.say_error(error)
