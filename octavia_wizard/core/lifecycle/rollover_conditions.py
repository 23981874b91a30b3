"""Whether the next phase of a rollover may be begun without cutting an amphora off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from octavia_wizard.core.facts.resources import Amphora
from octavia_wizard.core.lifecycle.failover import failover_command
from octavia_wizard.core.lifecycle.rollover_model import Readiness
from octavia_wizard.core.pki.rollover_files import Position, Side, Stage
from octavia_wizard.core.steps.image_prune import running


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the amphorae."""

    amphorae: tuple[Amphora, ...] | None
    """None where they could not be read."""
    validity: int
    """Days for which Octavia makes their certificates."""
    failed_over: bool = False
    """The operator says that every load balancer was failed over since the playbook ran."""


def readiness_of(position: Position, evidence: Evidence, now: datetime) -> Readiness:
    """Judge whether the phase that follows may be begun."""
    stage = position.stage
    if stage in (None, Stage.DROP) and position.following is Stage.TRUST:
        return _beginning(position)
    noted = position.noted
    if noted is None:
        return Readiness(False, position.problem or "nothing was noted of the present phase")
    if noted.distributed is None:
        return Readiness(
            False,
            f"phase {noted.stage} was begun {noted.changed:%Y-%m-%d %H:%M} UTC, and it is not "
            "known that the playbook has brought it to all controllers",
            f"run the playbook, then: certs rollover {position.side} --distributed",
        )
    if position.side is Side.SERVER and stage is Stage.USE:
        return _new_certificates(noted.distributed, evidence, now)
    if position.side is Side.CLIENT and stage is Stage.TRUST:
        return _booted_since(noted.distributed, evidence)
    return Readiness(
        True, f"phase {noted.stage} is on all controllers since {noted.distributed:%Y-%m-%d}"
    )


def _beginning(position: Position) -> Readiness:
    noted = position.noted
    if noted is not None and noted.distributed is None:
        return Readiness(
            False,
            "the last rollover was not brought to an end: its phase drop was not distributed",
            f"run the playbook, then: certs rollover {position.side} --distributed",
        )
    return Readiness(True, "nothing has to be true before the first phase")


def _new_certificates(since: datetime, evidence: Evidence, now: datetime) -> Readiness:
    """Ask whether every amphora has a certificate that the new authority signed."""
    validity = timedelta(days=evidence.validity)
    earliest = since + validity

    def is_new(amphora: Amphora) -> bool:
        if amphora.certificate_ends is not None:
            return amphora.certificate_ends - validity >= since
        return amphora.created is not None and amphora.created >= since

    if evidence.amphorae is not None:
        return _by_amphorae(
            evidence.amphorae,
            is_new,
            f"has a certificate signed since {since:%Y-%m-%d %H:%M} UTC",
            earliest,
        )
    if evidence.failed_over:
        return Readiness(True, "you say that every load balancer was failed over since")
    if now >= earliest:
        return Readiness(
            True,
            f"the new CA signs since {since:%Y-%m-%d}, and certificates of amphorae are valid for "
            f"{evidence.validity} days: none of the former CA is left",
            earliest=earliest,
        )
    return Readiness(
        False,
        f"the new CA signs since {since:%Y-%m-%d}; Octavia renews the certificates of amphorae by "
        f"itself, all of them by {earliest:%Y-%m-%d}",
        "wait until then, or fail over every load balancer one by one and say --failed-over",
        earliest,
    )


def _booted_since(since: datetime, evidence: Evidence) -> Readiness:
    """Ask whether every amphora has booted with the bundle that has the new authority."""

    def is_new(amphora: Amphora) -> bool:
        return amphora.created is not None and amphora.created >= since

    if evidence.amphorae is not None:
        return _by_amphorae(
            evidence.amphorae, is_new, f"was made since {since:%Y-%m-%d %H:%M} UTC", None
        )
    if evidence.failed_over:
        return Readiness(True, "you say that every load balancer was failed over since")
    return Readiness(
        False,
        "an amphora gets the client CA when it boots, and only then: those made before "
        f"{since:%Y-%m-%d %H:%M} UTC do not trust the new one",
        "fail over every load balancer one by one and say --failed-over, or name the cloud so that "
        "the amphorae can be looked at",
    )


def _by_amphorae(
    amphorae: Sequence[Amphora],
    is_new: Callable[[Amphora], bool],
    what: str,
    earliest: datetime | None,
) -> Readiness:
    there = running(amphorae)
    late = [one for one in there if not is_new(one)]
    if not late:
        return Readiness(True, f"every one of {len(there)} amphorae {what}")
    commands = tuple(sorted({failover_command(one) for one in late}))
    return Readiness(
        False,
        f"of {len(late)} of {len(there)} amphorae it cannot be said that it {what}",
        "fail their load balancers over, one at a time, and look again",
        earliest,
        commands,
    )
