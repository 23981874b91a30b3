"""What the verbs that take a preset have in common: load it, look around, judge it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from octavia_wizard.commands.invocation import Invocation
from octavia_wizard.commands.rehearsing import rehearsed

if TYPE_CHECKING:
    from octavia_wizard.core.errors import WizardError
    from octavia_wizard.core.finding import Finding
    from octavia_wizard.core.session import Session

F = TypeVar("F", bound=Callable[..., Any])

CLOUD = "cloud.name"
"""Needs no answer where no cloud is contacted."""
MISSING = "answer-missing"
"""Told by ``require_answers``, all of them together."""


def complete_preset(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[click.shell_completion.CompletionItem]:
    """Offer files and the presets that can be named."""
    from octavia_wizard.core.answers.presets import list_presets

    names = [entry.name for entry in list_presets() if entry.name.startswith(incomplete)]
    items = [click.shell_completion.CompletionItem(name) for name in names]
    # Files come first: the script of bash forgets all names before them.
    return [click.shell_completion.CompletionItem(incomplete, type="file"), *items]


def complete_key(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[click.shell_completion.CompletionItem]:
    """Offer the keys of a preset."""
    from octavia_wizard.core.answers.load import known_keys

    found = [key for key in known_keys() if key.startswith(incomplete)]
    return [click.shell_completion.CompletionItem(f"{key}=") for key in found]


def preset_argument(function: F) -> F:
    """Add the argument PRESET."""
    return click.argument("preset", shell_complete=complete_preset)(function)


def answer_options(function: F) -> F:
    """Add the options that complete or override a preset."""
    accept = click.option(
        "--accept",
        multiple=True,
        metavar="FINDING",
        help="Accept a warning by its id; may be repeated.",
    )
    setting = click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="KEY=VALUE",
        shell_complete=complete_key,
        help="Answer a question, whatever the preset says; may be repeated.",
    )
    return setting(accept(function))


def hosts_option(function: F) -> F:
    """Add the option that has the controllers asked."""
    return click.option(
        "--hosts",
        is_flag=True,
        help="Ask the controllers too, through Ansible; that changes nothing there.",
    )(function)


def only_option(function: F) -> F:
    """Add the option that narrows a plan."""
    return click.option(
        "--only",
        multiple=True,
        metavar="STEP",
        help="Only this step and those it needs; may be repeated.",
    )(function)


def load_session(
    invocation: Invocation, preset: str, settings: Sequence[str], accept: Sequence[str]
) -> Session:
    """Open a session with the answers of a preset, and read the deploy host.

    Raises PresetError for the preset and for settings.
    """
    from octavia_wizard.core.interview import begin
    from octavia_wizard.core.questions.paths import load_named

    answers = rehearsed(invocation, load_named(preset))
    beginning = begin(invocation.options(answers), answers, keep_saved=False)
    session = beginning.session
    for problem in beginning.problems:
        # Whoever needs what could not be read will fail for it; the others need not.
        invocation.output.say(f"note: {problem.message}")
    # The release decides which role variables there are to set.
    session.apply_settings(sorted(settings, key=lambda text: not text.startswith("cloud.")))
    for finding in accept:
        session.accept(finding)
    return session


def look_around(invocation: Invocation, session: Session, source: str) -> None:
    """Read the cloud of the answers, where they ask for one; raises UsageError or CloudError.

    Where the cloud itself is not answered, raises PresetError with everything that is missing.
    """
    from octavia_wizard.core.interview import look_at_cloud

    if CLOUD in session.effective.missing:
        require_answers(session, source)
    with invocation.output.busy("reading the cloud…"):
        error = look_at_cloud(session)
    if error is not None:
        raise error


def look_at_hosts(invocation: Invocation, session: Session) -> None:
    """Ask the controllers through Ansible; what goes wrong becomes a finding."""
    with invocation.output.busy("asking the controllers through Ansible…"):
        session.look_at_controllers()
    found = session.facts.controllers
    if found is None or found.problem:
        problem = found.problem if found else "nothing came of it"
        invocation.output.say(f"note: the controllers could not be asked: {problem}")
        return
    answered = sum(host.answered for host in found.hosts)
    told = f"{answered} of {len(found.hosts)} controllers answered"
    bridges = f"the bridge was looked for on {len(found.bridges)} hosts"
    invocation.output.say(f"{told if found.hosts else 'there is no controller yet'}; {bridges}")


def require_answers(session: Session, source: str, *, besides: Sequence[str] = ()) -> None:
    """Raise one PresetError that lists every open question; nothing where there is none.

    ``besides`` are keys that need no answer here.
    """
    from octavia_wizard.core.errors import PresetError, Problem
    from octavia_wizard.core.interview import gaps

    problems = []
    for gap in gaps(session):
        choices = f"; choose {', '.join(gap.choices)}" if gap.choices else ""
        if gap.key not in besides:
            reason = f"{gap.title!r} is not answered"
            problems.append(Problem(gap.key, reason, f"{gap.how}{choices}"))
    if problems:
        raise PresetError(source, problems)


def judge(invocation: Invocation, session: Session, besides: Sequence[str] = ()) -> bool:
    """Show the findings and say whether none stands in the way; ``besides`` are ids that do not."""
    from octavia_wizard.output.plans import findings_result

    found = [finding for finding in session.findings if finding.id != MISSING]
    if found:
        invocation.output.show(findings_result(found, session.answers.accept))
    return not _in_the_way(session, besides)


def _in_the_way(session: Session, besides: Sequence[str]) -> list[Finding]:
    return [finding for finding in session.blocking if finding.id not in (MISSING, *besides)]


def blocked(session: Session, besides: Sequence[str] = ()) -> WizardError:
    """Return the error that sums up what stands in the way; ``besides`` are ids that do not."""
    from octavia_wizard.core.errors import BlockedError
    from octavia_wizard.core.finding import Severity

    found = _in_the_way(session, besides)
    errors = [f.id for f in found if f.severity is Severity.ERROR]
    warnings = [f.id for f in found if f.severity is Severity.WARNING]
    parts = []
    if errors:
        parts.append(f"{_count(errors, 'error')}: {', '.join(errors)}")
    if warnings:
        parts.append(f"{_count(warnings, 'warning')} not accepted: {', '.join(warnings)}")
    cure = "do what the fix of each says"
    hint = cure if errors else f"{cure}, or accept with --accept ID"
    return BlockedError("; ".join(parts), hint=hint)


def _count(things: Sequence[str], what: str) -> str:
    return f"{len(things)} {what}{'s' if len(things) > 1 else ''}"


def has_errors(session: Session) -> bool:
    """Say whether findings make a plan meaningless."""
    from octavia_wizard.core.finding import Severity

    return any(finding.severity is Severity.ERROR for finding in _in_the_way(session, ()))


def where(session: Session) -> str:
    """Name cloud, region, release and deploy directory in a line."""
    cloud = session.facts.cloud
    place = f"{cloud.name} · {cloud.region}" if cloud else "files only"
    release = session.effective.release
    return f"{place} · OSA {release.name} · {session.options.deploy_dir}"


def only_of(only: Sequence[str]) -> tuple[str, ...]:
    """Return the steps asked for; a list between commas counts as several."""
    return tuple(name for text in only for name in text.split(",") if name)
