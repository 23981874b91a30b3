"""The guided interview, in the terminal's full screen or by plain prompts."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.flow import complete_preset
from octavia_wizard.commands.invocation import Invocation, cloud_options, verb
from octavia_wizard.commands.rehearsing import rehearsed
from octavia_wizard.core.commandline import command_line
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.interview import Beginning
    from octavia_wizard.core.session import Session


@click.command()
@click.argument("preset", required=False, shell_complete=complete_preset)
@click.option("--plain", is_flag=True, help="Ask by plain prompts, on any terminal.")
@click.option(
    "--lines",
    is_flag=True,
    help="Ask line by line, without a cursor or colour: for screen readers and serial lines.",
)
@cloud_options
@verb
def guide(invocation: Invocation, preset: str | None, plain: bool, lines: bool = False) -> Result:
    """Ask everything, show what follows from it, and apply it when you say so.

    Every answer is kept as it is given: leave at any time, and the next start goes on from there.
    With PRESET, its answers are there to begin with. On a terminal that cannot show the screens,
    plain prompts take over; they lead to the same.

    \b
    Examples:
      octavia-wizard
      octavia-wizard guide production-vlan --cloud prod
      octavia-wizard guide --plain
      octavia-wizard guide --lines
      octavia-wizard --rehearse
    """
    beginning = _begin(invocation, preset)
    session = beginning.session
    plain = plain or lines or bool(invocation.given.get("plain"))
    reason = "" if plain else why_plain(os.environ) or why_no_screens()
    if reason:
        invocation.output.say(f"{reason}: asking by plain prompts")
    if plain or reason:
        from octavia_wizard.plain import run_plain
        from octavia_wizard.plain.prompter import has_cursor

        code = run_plain(session, beginning, lines=lines)
        lines = lines or not has_cursor(sys.stdout)
    else:
        from octavia_wizard.screens.app import run_guided

        code = run_guided(
            session,
            unfinished=beginning.unfinished,
            problems=beginning.problems,
            continued=beginning.continued,
        )
        _say_what_is_built(invocation, session)
    return _left(invocation, session, code, lines=lines)


def _say_what_is_built(invocation: Invocation, session: Session) -> None:
    """Say that a build goes on after the screens were left, and how it is found and ended."""
    from octavia_wizard.core.image.build.lookup import is_going_on
    from octavia_wizard.core.image.build.record import builds

    going = [record for record in builds() if is_going_on(record)]
    if going:
        follow, end = session.command_line(), command_line("image", "cancel")
        invocation.output.say(f"the image build goes on: {follow} follows it, {end} ends it")


def why_plain(environ: Mapping[str, str]) -> str:
    """Say why the screens cannot be shown here, or return ""."""
    if not sys.stdin.isatty():
        return "standard input is no terminal"
    if not sys.stdout.isatty():
        return "standard output is no terminal"
    terminal = environ.get("TERM", "")
    if terminal in ("", "dumb", "unknown"):
        return f"the terminal type is {terminal or 'not set'}"
    try:
        size = os.get_terminal_size(sys.stdout.fileno())
    except OSError:
        return "the terminal does not tell its size"
    if not size.columns or not size.lines:
        return "the terminal has no size"
    return ""


def why_no_screens() -> str:
    """Say why the full-screen front end cannot be loaded, or return ""."""
    try:
        import octavia_wizard.screens.app  # noqa: F401
    except ImportError as error:
        return f"the screens cannot be shown ({error})"
    return ""


def _begin(invocation: Invocation, preset: str | None) -> Beginning:
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.interview import begin
    from octavia_wizard.core.questions.paths import load_named

    given = load_named(preset) if preset else Answers()
    beginning = begin(invocation.options(given), given)
    session = beginning.session
    session.answers = rehearsed(invocation, session.answers)
    return beginning


def _unfinished(session: Session) -> str:
    """Return the command line that goes on with a run that did not come to its end, or ""."""
    from octavia_wizard.core.engine.resume import resumable
    from octavia_wizard.core.errors import WizardError

    try:
        run = resumable(session.place)
    except WizardError:
        return ""
    return session.command_line("resume") if run is not None else ""


def _left(invocation: Invocation, session: Session, code: int, *, lines: bool) -> Result:
    """Say where everything is, for whoever left the interview."""
    place = session.place
    paths = {
        "answers": str(place.autosave) if place.autosave.exists() else None,
        "preset": str(place.preset) if place.preset.exists() else None,
    }
    again = session.command_line()
    unfinished = _unfinished(session)
    document = {
        **paths,
        "resume": unfinished or None,
        "deploy_dir": str(session.options.deploy_dir),
        "status": code,
    }
    rehearsed = invocation.rehearsal is not None

    def write(paper: object) -> None:
        from octavia_wizard.output.paper import Paper

        if not isinstance(paper, Paper):
            return
        if lines:
            from octavia_wizard.plain.lines import line_paper

            paper = line_paper(sys.stdout)
        paper.rows([(name, path) for name, path in paths.items() if path], ("dim",))
        if unfinished:
            paper.line("A run did not come to its end. This goes on with it:")
            paper.line(unfinished, indent=1)
        elif code == 0 and paths["answers"] and not paths["preset"]:
            paper.line("Your answers are kept. This goes on with them:")
            paper.line(again, indent=1)
        if rehearsed:
            paper.line(
                f"The rehearsal cloud keeps running; {command_line('rehearse', 'down')} ends it."
            )

    return Result("left", (document,), write, exit_code=code)
