"""From answers and facts to effective values: one pass, in the order of the questions."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.effective import Effective, Setting
from octavia_wizard.core.errors import PresetError, Problem, UsageError
from octavia_wizard.core.facts.model import DeployedRole, Facts, HostFacts
from octavia_wizard.core.questions import QUESTIONS
from octavia_wizard.core.questions.model import Context, Question
from octavia_wizard.core.questions.variables import PREFIX
from octavia_wizard.core.releases import Release, find_release, latest

RELEASE_KEY = "cloud.release"


def resolve(answers: Answers, facts: Facts) -> Effective:
    """Lay defaults under answers; each default sees the values before it.

    Raises PresetError where the answered release does not exist. While no release
    is known the newest one stands in and ``cloud.release`` is missing.
    """
    release = release_of(answers, facts)
    settings: dict[str, Setting] = {}
    view = MappingProxyType(settings)
    missing: list[str] = []
    unused: list[str] = []
    context = Context(release, facts, Effective(release, view), answers)
    for question in QUESTIONS:
        if not question.when(context):
            if question.key in answers:
                unused.append(question.key)
            continue
        setting = _setting(question, answers, context)
        if setting is None:
            missing.append(question.key)
        else:
            settings[question.key] = setting
    for key in answers.values:
        if key.startswith(PREFIX):
            settings[key] = _answered(key, answers)
    return Effective(
        release, MappingProxyType(settings), tuple(missing), tuple(unused), answers.accept
    )


def setting_of(question: Question, context: Context) -> Setting | None:
    """Return what holds for a question; a role variable nobody set has the role's default."""
    found = context.effective.settings.get(question.key)
    if found is None and question.key.startswith(PREFIX):
        proposed = question.default(context)
        if proposed is not None:
            return Setting(question.key, proposed.value, proposed.provenance, proposed.detail)
    return found


def release_of(answers: Answers, facts: Facts) -> Release:
    """Return the release that holds: answered, else detected, else the newest.

    Where it is the one that is deployed, the variables of the deployed role are its variables.
    """
    answered, detected = answers.values.get(RELEASE_KEY), _detected(facts.host)
    if answered is None:
        release = latest() if detected is None else detected
    else:
        try:
            release = find_release(str(answered))
        except UsageError as error:
            problem = Problem(RELEASE_KEY, error.message, error.hint)
            raise PresetError("answers", [problem]) from None
    role = facts.host.role
    # Who plans for another release than the deployed one will have another role by then.
    return release if role is None or release != detected else _with_role(release, _AsRead(role))


def _detected(host: HostFacts) -> Release | None:
    try:
        return None if host.release is None else find_release(host.release.value)
    except UsageError:
        return None


class _AsRead:
    """A role as it was read once: the same as itself alone, which takes no look at its content."""

    __slots__ = ("role",)

    def __init__(self, role: DeployedRole) -> None:
        self.role = role

    def __eq__(self, other: object) -> bool:
        """Say whether this is the very same reading."""
        return isinstance(other, _AsRead) and self.role is other.role

    def __hash__(self) -> int:
        """Return a number for this reading, which is kept as long as it is remembered."""
        return id(self.role)


@lru_cache(maxsize=4)
def _with_role(release: Release, read: _AsRead) -> Release:
    return release.with_role(str(read.role.path), read.role.defaults, read.role.mentions)


def _setting(question: Question, answers: Answers, context: Context) -> Setting | None:
    if question.key in answers:
        return _answered(question.key, answers)
    default = question.default(context)
    if default is None:
        return None
    return Setting(question.key, default.value, default.provenance, default.detail)


def _answered(key: str, answers: Answers) -> Setting:
    origin = answers.origin(key)
    detail = "from the preset" if origin is Provenance.PRESET else "as you answered"
    return Setting(key, answers.values[key], origin, detail)
