"""Answers: only what the operator set, by dotted key, never a default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType


class Provenance(StrEnum):
    """Where an effective value came from."""

    OPERATOR = "operator"
    PRESET = "preset"
    DETECTED = "detected"
    ROLE_DEFAULT = "role default"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Answers:
    """What the operator set; partial is legal, and none differs from absent."""

    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """Dotted key to value, e.g. ``network.cidr``; role variables are ``variables.NAME``."""
    origins: Mapping[str, Provenance] = field(default_factory=lambda: MappingProxyType({}))
    """Dotted key to OPERATOR or PRESET; a key that is not listed came from the operator."""
    description: str = ""
    interactive: tuple[str, ...] = ()
    """Sections to show even when every question in them is answered."""
    accept: tuple[str, ...] = ()
    """Ids of the warnings accepted in advance."""

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def origin(self, key: str) -> Provenance:
        """Say who gave this answer."""
        return self.origins.get(key, Provenance.OPERATOR)

    def with_value(
        self, key: str, value: object, origin: Provenance = Provenance.OPERATOR
    ) -> Answers:
        """Return a copy in which ``key`` is answered."""
        return replace(
            self,
            values=MappingProxyType({**self.values, key: value}),
            origins=MappingProxyType({**self.origins, key: origin}),
        )

    def without(self, keys: Iterable[str]) -> Answers:
        """Return a copy in which ``keys`` are not answered."""
        gone = set(keys)
        return replace(
            self,
            values=MappingProxyType({k: v for k, v in self.values.items() if k not in gone}),
            origins=MappingProxyType({k: v for k, v in self.origins.items() if k not in gone}),
        )

    def accepting(self, finding_id: str) -> Answers:
        """Return a copy in which this warning is accepted."""
        return replace(self, accept=tuple(sorted({*self.accept, finding_id})))

    def over(self, base: Answers) -> Answers:
        """Lay these answers over ``base``: where both answer a key, these win."""
        return Answers(
            values=MappingProxyType({**base.values, **self.values}),
            origins=MappingProxyType({**base.origins, **self.origins}),
            description=self.description or base.description,
            interactive=tuple(sorted({*base.interactive, *self.interactive})),
            accept=tuple(sorted({*base.accept, *self.accept})),
        )
