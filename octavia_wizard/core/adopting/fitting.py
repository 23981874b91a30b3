"""Answers that lead back to what is there: they are emitted, compared, and mended until they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from octavia_wizard.core.adopting.comparing import Difference, differences
from octavia_wizard.core.adopting.model import Found, Source
from octavia_wizard.core.adopting.reading import Reading
from octavia_wizard.core.adopting.rows import answers_for, checked
from octavia_wizard.core.adopting.values import UNSET, as_meant
from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.maps import MAPS
from octavia_wizard.core.facts.deploy_host_yaml import TEMPLATE_SIGNS
from octavia_wizard.core.questions.resolve import resolve
from octavia_wizard.core.questions.variables import PREFIX

QUOTAS = "capacity.set_quotas"
_QUOTA_KEY = "capacity.load_balancers"
_USER_IDENTITY = "openstack_user_identity"
_ROUNDS = 12
"""More than any chain of answers that follow from one another is long."""
_OF_HOST = ("cloud", "deployment")
_PROPOSED = ("network.pool", "image.existing")
"""Detected for what is to be made, and so no evidence of what there is."""

DELIBERATE: Mapping[str, str] = {
    "certificates.source": "the same certificates, from the directory octavia-wizard keeps them in",
}
"""By question, why what it leads to may differ from what the files say."""


@dataclass(slots=True)
class Fitting:
    """Answers on their way to fit."""

    reading: Reading
    given: Answers
    """What the operator said in advance: it holds, whatever is found."""
    found: dict[str, Found] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=lambda: dict(DELIBERATE))
    """By question, why a deviation it leads to is meant."""
    unfit: set[str] = field(default_factory=set)
    """Variables no preset can say as they are."""
    tried: set[tuple[str, str]] = field(default_factory=set)

    def take(self, answers: Iterator[tuple[str, Found]]) -> None:
        """Take what was found for questions; what cannot be an answer is passed over."""
        for key, found in answers:
            one = checked(key, found)
            if one is not None and key not in self.given:
                self.found[key] = one

    def answers(self, **more: object) -> Answers:
        """Return what was found as answers."""
        values = {key: found.value for key, found in self.found.items()}
        values |= {key.replace("__", "."): value for key, value in more.items()}
        return self.given.over(Answers(values, dict.fromkeys(values, Provenance.PRESET)))

    def effective(self, **more: object) -> Effective:
        """Resolve them; ``more`` are further answers, with ``__`` for the dot."""
        return resolve(self.answers(**more), self.reading.facts)

    def settle(self) -> Effective:
        """Mend the answers until what is emitted means what the files mean; return the values."""
        effective = self._tidied()
        for _ in range(_ROUNDS):
            mended = [self._mend(one, effective) for one in differences(self.reading, effective)]
            if not any(mended):
                break
            effective = self._tidied()
        return effective

    def _tidied(self) -> Effective:
        """Drop what does not apply, and write down what was detected: it may be gone later."""
        while True:
            effective = self.effective()
            unused = [key for key in effective.unused if self.found.pop(key, None) is not None]
            if not unused:
                break
        for setting in effective:
            if setting.provenance is Provenance.DETECTED and setting.key not in _PROPOSED:
                source = Source.HOST if self._of_host(setting.key) else Source.CLOUD
                self.found[setting.key] = Found(setting.value, source, setting.detail)
        return self.effective()

    def _of_host(self, key: str) -> bool:
        return self.reading.cloud is None or key.partition(".")[0] in _OF_HOST

    def _mend(self, one: Difference, effective: Effective) -> bool:
        """Change one answer for a difference; False where nothing is left to be tried."""
        key = one.entry.key if one.entry is not None else ""
        if key in self.why:
            return False
        ways = (self._without_quotas, self._by_question, self._by_name, self._silenced)
        return any(way(one, effective) for way in ways)

    def _without_quotas(self, one: Difference, effective: Effective) -> bool:
        about = one.entry is not None and one.entry.key == _QUOTA_KEY
        if not (about or one.name == _USER_IDENTITY) or not effective.is_on(QUOTAS):
            return False
        found = Found(False, Source.CHOSEN, "quotas stay as they are, and as the files have them")
        return self._answer(one, QUOTAS, found)

    def _by_question(self, one: Difference, effective: Effective) -> bool:
        """Answer the question whose answer is the value itself."""
        if one.leave_alone or one.wanted is UNSET:
            return False
        value = as_meant(self.reading.release, one.name, one.wanted)
        for key, answer in answers_for(self.reading.release, one.name, value):
            if key in effective and effective.value(key) != answer:
                return self._answer(one, key, self._said(one, answer))
        return False

    def _by_name(self, one: Difference, effective: Effective) -> bool:
        """Set the variable by its name, where a preset can say its value."""
        if one.leave_alone or one.name not in self.reading.spoken:
            return False
        value = as_meant(self.reading.release, one.name, one.wanted)
        if one.name in MAPS:
            value = without_templates(value)
        variable = self.reading.release.variable(one.name)
        found = checked(f"{PREFIX}{one.name}", self._said(one, value))
        if found is None or variable is None or variable.check_value(found.value) is not None:
            self.unfit.add(one.name)
            return False
        return self._answer(one, f"{PREFIX}{one.name}", found)

    def _silenced(self, one: Difference, effective: Effective) -> bool:
        """Emit nothing about it, so that the role, or the operator's file, has the say."""
        if one.entry is None or (one.name in MAPS and self._is_ours(one.name)):
            return False
        told = self.reading.told.get(one.name)
        if told is None:
            found = Found(None, Source.ROLE, "left to the role: no file says it")
        else:
            found = Found(None, Source.FILE, f"left to {told.where}")
        return self._answer(one, f"{PREFIX}{one.name}", found)

    def _is_ours(self, name: str) -> bool:
        return name in self.reading.told and self.reading.told[name].ours

    def _said(self, one: Difference, value: object) -> Found:
        told = self.reading.told.get(one.name)
        if told is None:
            return Found(value, Source.ROLE, f"the role's default: no file has {one.name}")
        return Found(value, Source.FILE, told.where)

    def _answer(self, one: Difference, key: str, found: Found) -> bool:
        """Take an answer, once: what did not help the first time does not the second."""
        mark = (one.name, f"{key}={found.value!r}")
        if mark in self.tried or key in self.given:
            return False
        self.tried.add(mark)
        self.found[key] = found
        return True


def without_templates(value: object) -> object:
    """Return a map without what Ansible computes in it: a preset says what is plain."""
    if isinstance(value, Mapping):
        kept = {name: without_templates(part) for name, part in value.items()}
        return {name: part for name, part in kept.items() if part not in (None, {})}
    if isinstance(value, str) and any(sign in value for sign in TEMPLATE_SIGNS):
        return None
    if isinstance(value, list | tuple):
        parts = [without_templates(part) for part in value]
        return None if None in parts else parts
    return value
