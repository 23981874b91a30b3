"""What every front end does with a session, from the first look to the run; nothing is asked here.

What an operator can mend during an interview (an unreachable cloud, an autosave that cannot be
read) comes back as a value, so that a front end can show it and go on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.answers.document import Document
from octavia_wizard.core.answers.load import answers_of
from octavia_wizard.core.applying import run_in_session
from octavia_wizard.core.engine.events import Event
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.engine.resume import Resumable, resumable
from octavia_wizard.core.engine.run import RunResult
from octavia_wizard.core.errors import UsageError, WizardError
from octavia_wizard.core.facts.model import PARTS_TO_ASK, PARTS_TO_PLAN, Part
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.questions import Kind, Question
from octavia_wizard.core.questions.text import show_value
from octavia_wizard.core.session import Options, Session


@dataclass(frozen=True, slots=True)
class Beginning:
    """A session ready for its first question, and what the operator should hear first."""

    session: Session
    continued: bool = False
    """Answers of an earlier interview are in the session."""
    unfinished: Resumable | None = None
    """The last run, where it did not come to its end."""
    problems: tuple[WizardError, ...] = ()
    """What could not be read and does not stand in the way of asking."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that applies and has neither an answer nor a default."""

    key: str
    title: str
    how: str
    """How to set it on a command line."""
    choices: tuple[str, ...] = ()


def begin(
    options: Options, answers: Answers | None = None, *, keep_saved: bool = True
) -> Beginning:
    """Open a session, read the deploy host, and take up the answers of an earlier interview.

    Given answers win over saved ones.  Raises PresetError where the answered release does not
    exist; nothing of the cloud is read.
    """
    problems: list[WizardError] = []
    session = Session(options, answers)
    saved = _saved(session, problems) if keep_saved else None
    if saved is not None:
        session.answers = session.answers.over(saved)
    try:
        session.read_host()
    except WizardError as error:
        problems.append(error)
    return Beginning(
        session=session,
        continued=saved is not None,
        unfinished=_unfinished(session.place, problems),
        problems=tuple(problems),
    )


def look_at_cloud(session: Session, parts: frozenset[Part] = PARTS_TO_PLAN) -> WizardError | None:
    """Read the cloud of the answers, if they ask for one; return why it could not be read."""
    if not session.works_live:
        session.forget_cloud()
        return None
    try:
        session.read_cloud(parts)
    except WizardError as error:
        return error
    return None


def look_to_ask(session: Session) -> WizardError | None:
    """Read the cloud with all that helps to choose from it; return why it could not be read."""
    return look_at_cloud(session, PARTS_TO_ASK)


def gaps(session: Session) -> tuple[Gap, ...]:
    """Return every question that is still open, in the order of the interview."""
    found = []
    for key in session.effective.missing:
        question = session.question(key)
        choices = question.choices(session.context) if question.choices else ()
        texts = tuple(show_value(question, choice.value) for choice in choices)
        found.append(Gap(key, question.title, f"--set {key}={_example(question)}", texts))
    return tuple(found)


def answers_of_run(run: Resumable) -> Answers:
    """Return the answers an unfinished run was started with; raises PresetError."""
    document = Document(f"the journal of run {run.run_id}", dict(run.answers))
    return answers_of(document, Provenance.OPERATOR)


def require_deploy_dir(directory: Path) -> None:
    """Raise UsageError where there is no deploy directory: a misspelt one must not be made."""
    if not directory.is_dir():
        raise UsageError(
            f"there is no deploy directory {directory}",
            hint="name it with --deploy-dir, or make it if this is where OpenStack-Ansible will "
            "read its files",
        )


def apply(
    session: Session,
    plan: Plan,
    *,
    command: str,
    report: Callable[[Event], None],
    cancel: threading.Event,
    resumes: str | None = None,
) -> RunResult:
    """Carry out a plan that was shown and confirmed; ``report`` is called from this thread.

    The result says how it ended.  Raises UsageError without a deploy directory, BlockedError,
    LockedError, FileError or a CloudError of the first connection before anything was done.
    """
    require_deploy_dir(session.options.deploy_dir)
    return run_in_session(
        session, plan, command=command, report=report, cancel=cancel, resumes=resumes
    )


def _saved(session: Session, problems: list[WizardError]) -> Answers | None:
    try:
        saved = session.saved_answers()
    except WizardError as error:
        problems.append(error)
        return None
    # They were typed, not read from a preset, whatever file they were kept in.
    return None if saved is None else replace(saved, origins=MappingProxyType({}))


def _unfinished(place: DeploymentPlace, problems: list[WizardError]) -> Resumable | None:
    try:
        found = resumable(place)
    except WizardError as error:
        problems.append(error)
        return None
    if found is not None and found.is_errand:
        # Its answers must not take the place of those of the deployment.
        problems.append(
            UsageError(
                f"run {found.run_id} ({found.command}) did not come to its end: {found.status}",
                hint="octavia-wizard resume goes on with it",
            )
        )
        return None
    return found


_EXAMPLES = {
    Kind.FLAG: "yes|no",
    Kind.INTEGER: "NUMBER",
    Kind.LIST: "A,B",
    Kind.CHOICES: "A,B",
    Kind.MAPPING: "NAME=VALUE,…",
    Kind.PATH: "PATH",
    Kind.DATA: "YAML",
}


def _example(question: Question) -> str:
    return _EXAMPLES.get(question.kind, question.key.rpartition(".")[2].upper())
