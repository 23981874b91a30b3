"""Small steps over a cloud that outlives its process, to see what the engine does with them."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.events import Event
from octavia_wizard.core.engine.plan import Plan, build_plan
from octavia_wizard.core.engine.retry import RetryPolicy
from octavia_wizard.core.engine.run import RunResult, run_plan
from octavia_wizard.core.engine.undo import UndoReport, undo
from octavia_wizard.core.errors import TransientError, WizardError
from octavia_wizard.core.facts.model import CloudFacts, Facts, HostFacts, Part
from octavia_wizard.core.facts.resources import Network
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.releases import find_release
from octavia_wizard.core.steps.base import (
    Action,
    Decision,
    Pending,
    Record,
    Step,
    Undone,
    UndoResult,
    Work,
)
from tests.fakes import FakeCloud

QUICK = RetryPolicy(attempts=4, base=0.001, cap=0.002, deadline=10)
PRESET = {"schema": 1, "network": {"name": "lbaas-mgmt"}}
KEPT = (
    "networks",
    "subnets",
    "security_groups",
    "flavors",
    "keypairs",
    "images",
    "image_data",
    "quotas",
)


class DurableCloud(FakeCloud):
    """A fake cloud whose resources are in a file, so that they survive a killed process.

    ``fail_writes`` and ``lose_writes`` are like ``fail`` and ``lose`` of the fake, but count only
    calls that change something.
    """

    def __init__(self, path: Path, **more: Any) -> None:
        super().__init__(**more)
        self.path = path
        self.number = 0
        self.fail_writes: dict[int, WizardError] = {}
        self.lose_writes: set[int] = set()
        self.written: list[str] = []
        if path.exists():
            self.number, kept = pickle.loads(path.read_bytes())  # noqa: S301
            for name, value in kept.items():
                setattr(self, name, value)

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        with super()._call(name):
            if not name.startswith(("read", "get_")):
                self.written.append(name)
                if len(self.written) in self.fail_writes:
                    raise self.fail_writes[len(self.written)]
            yield
            self._save()
            if len(self.written) in self.lose_writes and self.written[-1] == name:
                self.lose_writes.remove(len(self.written))
                raise TransientError(f"{name}: the connection was reset")

    def _id(self, kind: str) -> str:
        self.number += 1
        return f"{kind}-{self.number}"

    def _save(self) -> None:
        state = self.number, {name: getattr(self, name) for name in KEPT}
        unfinished = self.path.with_suffix(".new")
        unfinished.write_bytes(pickle.dumps(state))
        unfinished.replace(self.path)

    def resources(self) -> dict[str, object]:
        """Return all there is, without the ids, to compare before and after."""
        return {
            "networks": [_bare(n) for n in self.networks.values()],
            "subnets": [_bare(s, network_id="") for s in self.subnets.values()],
            "groups": [
                _bare(g, rules=tuple(sorted(_bare(rule) for rule in g.rules)))
                for g in self.security_groups.values()
            ],
            "flavors": [_bare(f) for f in self.flavors.values()],
            "keypairs": sorted(self.keypairs),
            "images": [
                _bare(i, properties=_unmarked(i.properties), tags=tuple(i.tags), created_at="")
                for i in self.images.values()
            ],
            "quotas": self.quotas,
        }


def _bare(resource: Any, **more: object) -> str:
    return repr(replace(resource, id="", **more))


def _unmarked(properties: Mapping[str, str]) -> dict[str, str]:
    """Leave out the marks of an upload, which differ from run to run."""
    return {key: properties[key] for key in properties if not key.startswith("octavia_wizard_")}


class Makes(Step):
    """A step that wants networks of certain names, each with an MTU of 1500."""

    id = "makes"
    title = "Makes"
    section = "test"
    reads = frozenset({Part.NETWORKS})
    names: tuple[str, ...] = ()

    def wanted(self) -> tuple[str, ...]:
        """Return the names of the networks it wants: its own id unless told otherwise."""
        return self.names or (self.id,)

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Create the missing ones, mend the MTU of the others."""
        assert facts.cloud is not None
        lines, action, subject = [], Action.KEEP, ""
        for name in self.wanted():
            found = [n for n in facts.cloud.networks if n.name == name]
            if len(found) > 1:
                return Decision(Action.CONFLICT, name, reason="two of the same name")
            if not found:
                action = Action.CREATE
                lines.append(f"+ {name}")
            elif found[0].mtu != 1500:
                action = Action.CHANGE if action is Action.KEEP else action
                lines.append(f"~ {name} MTU {found[0].mtu} → 1500")
            else:
                subject = f"{name} {found[0].id}"
        return Decision(action, subject or ", ".join(self.wanted()), tuple(lines))

    def apply(self, work: Work, decision: Decision) -> None:
        """Create and mend, one at a time."""
        assert work.facts.cloud is not None
        there = {network.name: network for network in work.facts.cloud.networks}
        for number, name in enumerate(self.wanted(), 1):
            work.checkpoint()
            work.progress(number, len(self.wanted()))
            if name not in there:
                with work.intent("network", name) as intent:
                    made = work.cloud.create_network(Network("", name, "service"))
                    intent.created(made.id, {"mtu": made.mtu})
            elif there[name].mtu != 1500:
                known = there[name]
                before, after = {"mtu": known.mtu}, {"mtu": 1500}
                with work.intent("mtu", name, id=known.id, before=before) as intent:
                    work.cloud.update_network(known.id, after)
                    intent.changed(known.id, before, after)

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look by name."""
        assert work.facts.cloud is not None
        found = [n for n in work.facts.cloud.networks if n.name == pending.name]
        if not found or (pending.kind == "mtu" and found[0].mtu != 1500):
            return None
        result, before = "created", {}
        if pending.kind == "mtu":
            result, before = "changed", dict(pending.lookup["before"])  # type: ignore[call-overload]
        network, after = found[0], {"mtu": found[0].mtu}
        return Record(0, self.id, pending.kind, pending.name, result, network.id, before, after)

    def undo(self, work: Work, record: Record) -> Undone:
        """Delete, or restore the MTU."""
        assert work.facts.cloud is not None
        found = [n for n in work.facts.cloud.networks if n.id == record.id]
        if not found:
            return Undone(UndoResult.GONE)
        if found[0].mtu != record.after["mtu"]:
            restored = record.result == "changed" and found[0].mtu == record.before["mtu"]
            return Undone(UndoResult.RESTORED if restored else UndoResult.CHANGED_SINCE, "MTU")
        if record.result == "changed":
            work.cloud.update_network(record.id, record.before)
            return Undone(UndoResult.RESTORED)
        work.cloud.delete_network(record.id)
        return Undone(UndoResult.REMOVED)


def makes(id: str, *names: str, needs: Sequence[str] = (), **more: object) -> Makes:
    """Return a step that wants these networks, or one named like itself."""
    attributes = {
        "id": id,
        "title": id.title(),
        "needs": tuple(needs),
        "names": names,
        **more,
    }
    return type(f"Makes_{id}", (Makes,), attributes)()  # type: ignore[no-any-return]


def host(root: Path) -> HostFacts:
    """Return the facts of an empty deploy host."""
    return HostFacts(deploy_dir=root / "openstack_deploy")


EFFECTIVE = Effective(release=find_release("33.0.1"))


@dataclass
class Bench:
    """A deployment to run steps in, as one process sees it."""

    root: Path
    steps: tuple[Step, ...]
    cloud: DurableCloud = field(init=False)
    events: list[Event] = field(default_factory=list)
    cancel: threading.Event = field(default_factory=threading.Event)
    effective: Effective = EFFECTIVE
    more_parts: frozenset[Part] = frozenset()

    def __post_init__(self) -> None:
        self.cloud = DurableCloud(self.root / "cloud.pickle")
        self.place = DeploymentPlace(self.root / "state" / "deployment")

    def read_host(self) -> HostFacts:
        """Read the deploy host."""
        return host(self.root)

    def facts(self) -> Facts:
        """Read everything, past the faults that are injected."""
        fail, lose, count = self.cloud.fail, self.cloud.lose, len(self.cloud.calls)
        self.cloud.fail, self.cloud.lose = {}, set()
        parts = frozenset().union(*(step.reads for step in self.steps)) | self.more_parts
        cloud: CloudFacts = self.cloud.read(parts)
        self.cloud.fail, self.cloud.lose = fail, lose
        del self.cloud.calls[count:]
        return Facts(self.read_host(), cloud=cloud)

    def values(self, facts: Facts) -> Effective:
        """Return the effective values that go with these facts."""
        return self.effective

    def plan(self, only: Sequence[str] = ()) -> Plan:
        """Plan from what is."""
        facts = self.facts()
        return build_plan(self.values(facts), facts, self.steps, only)

    def run(self, plan: Plan | None = None, **more: Any) -> RunResult:
        """Plan, unless a plan is given, and run."""
        facts = self.facts()
        options: dict[str, Any] = {
            "answers_document": PRESET,
            "read_host": self.read_host,
            "command": "replay preset.yml",
            "steps": self.steps,
            "policy": QUICK,
            **more,
        }
        return run_plan(
            plan or build_plan(self.values(facts), facts, self.steps),
            self.values(facts),
            facts,
            self.cloud,
            self.place,
            self.events.append,
            self.cancel,
            **options,
        )

    def undo(self, **more: Any) -> UndoReport:
        """Undo all, or what ``more`` says."""
        options: dict[str, Any] = {
            "read_host": self.read_host,
            "command": "undo",
            "steps": self.steps,
            "policy": QUICK,
            **more,
        }
        facts = self.facts()
        return undo(
            self.place,
            self.values(facts),
            facts,
            self.cloud,
            self.events.append,
            self.cancel,
            **options,
        )

    def of(self, kind: type) -> list[Any]:
        """Return the events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def names(self) -> list[str]:
        """Return the names of all networks in the cloud, sorted."""
        return sorted(network.name for network in self.cloud.networks.values())


def actions(plan: Plan) -> Mapping[str, Action]:
    """Return what a plan says of each step."""
    return {item.step: item.action for item in plan.items}


def names_of(steps: Iterable[Step]) -> list[str]:
    """Return the ids of steps."""
    return [step.id for step in steps]
