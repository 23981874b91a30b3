"""What an import looks at: the release, the facts, and what the operator's files say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from octavia_wizard.core.adopting.model import Found, Source
from octavia_wizard.core.adopting.told import Told, carried, told_variables
from octavia_wizard.core.adopting.values import as_meant, default_of
from octavia_wizard.core.facts.model import CloudFacts, Facts
from octavia_wizard.core.releases import Release

Answered = Iterator[tuple[str, Found]]
"""Keys with what was found for them; of two for one key the later counts."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that answers are worked out from."""

    release: Release
    facts: Facts
    told: Mapping[str, Told] = field(default_factory=dict)
    """Every variable of every ``user_*.yml``."""
    spoken: Mapping[str, Told] = field(default_factory=dict)
    """Those of them that a preset for this release should speak of."""

    @classmethod
    def of(cls, release: Release, facts: Facts) -> Reading:
        """Read what the files say, for a release."""
        told = told_variables(facts.host)
        return cls(release, facts, told, carried(told, release))

    @property
    def cloud(self) -> CloudFacts | None:
        """The cloud, where one was read."""
        return self.facts.cloud

    def value(self, name: str) -> object:
        """Return what the files say, in the form that is meant; None where nothing can be said."""
        one = self.spoken.get(name)
        return as_meant(self.release, name, one.value) if one is not None and one.is_plain else None

    def text(self, name: str) -> str | None:
        """Return the same as text that says something, or None."""
        value = self.value(name)
        return None if value is None or value == "" else str(value)

    def holds(self, name: str) -> object:
        """Return what holds for a variable: as the files say, else by default; see default_of."""
        value = self.value(name)
        return default_of(self.release, name) if value is None else value

    def by_file(self, name: str, value: object) -> Found:
        """Tell a value that follows from a variable of the files."""
        return Found(value, Source.FILE, self.told[name].where)

    def by_file_or_role(self, name: str, value: object) -> Found:
        """Tell a value that follows from a variable, be it from the files or by default."""
        if self.value(name) is not None:
            return self.by_file(name, value)
        return Found(value, Source.ROLE, f"the role's default: no file has {name}")
