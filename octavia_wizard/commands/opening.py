"""Opening a session for a verb of day two: with the answers of a preset, or of the deployment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from octavia_wizard.commands.flow import complete_preset
from octavia_wizard.commands.invocation import Invocation
from octavia_wizard.commands.rehearsing import rehearsed

if TYPE_CHECKING:
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.session import Session

F = TypeVar("F", bound=Callable[..., Any])

THIS_DEPLOYMENT = "the answers of this deployment"


class Verbs(click.Group):
    """A group that lists its verbs with the whole of what each does."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the first paragraph of the help of each verb."""
        rows = [
            (name, " ".join((verb.help or "").partition("\n\n")[0].split()))
            for name, verb in self.commands.items()
        ]
        with formatter.section("Verbs"):
            formatter.write_dl(rows)


def maybe_preset_argument(function: F) -> F:
    """Add the argument PRESET, which may be left out."""
    return click.argument("preset", required=False, shell_complete=complete_preset)(function)


def open_session(
    invocation: Invocation,
    preset: str | None,
    settings: Sequence[str] = (),
    accept: Sequence[str] = (),
) -> Session:
    """Open a session with the answers of a preset, or else of this deployment, or with none.

    Raises PresetError for them and for settings.
    """
    session = begun(invocation, preset)
    complete(session, settings, accept)
    return session


def begun(invocation: Invocation, preset: str | None) -> Session:
    """Open it without settings of the command line; raises PresetError."""
    from octavia_wizard.core.interview import begin
    from octavia_wizard.core.questions.paths import load_named

    answers = load_named(preset) if preset is not None else _saved(invocation)
    answers = rehearsed(invocation, answers)
    beginning = begin(invocation.options(answers), answers, keep_saved=False)
    if invocation.deploy_dir.is_dir():
        for problem in beginning.problems:
            invocation.output.say(f"note: {problem.message}")
    return beginning.session


def complete(session: Session, settings: Sequence[str], accept: Sequence[str]) -> None:
    """Give a session the settings of the command line; raises PresetError."""
    # The release decides which role variables there are to set.
    session.apply_settings(sorted(settings, key=lambda text: not text.startswith("cloud.")))
    for finding in accept:
        session.accept(finding)


def require_sections(session: Session, source: str, sections: Sequence[str]) -> None:
    """Raise PresetError for open questions of these sections; the other ones do not matter."""
    from octavia_wizard.commands.flow import require_answers

    missing = session.effective.missing
    besides = [key for key in missing if key.partition(".")[0] not in sections]
    require_answers(session, source, besides=besides)


def _saved(invocation: Invocation) -> Answers:
    """Return the answers of this deployment as they were last kept, by a run or an interview."""
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.answers.load import load_preset
    from octavia_wizard.core.places import DeploymentPlace

    place = DeploymentPlace.of(invocation.deploy_dir)
    kept = [path for path in (place.preset, place.autosave) if path.is_file()]
    if not kept:
        return Answers()
    newest = max(kept, key=lambda path: path.stat().st_mtime)
    invocation.output.say(f"with the answers of this deployment, {newest}")
    return load_preset(newest)
