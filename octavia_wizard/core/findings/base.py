"""How a check is written: the declaration of a finding, and what a check may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.entries import View
from octavia_wizard.core.emit.reservations import Reservation, reservation
from octavia_wizard.core.emit.user_config import placed
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.cloud import networks_called, subnets_of
from octavia_wizard.core.facts.model import CloudFacts, Facts, Inventory, Part
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.findings.inspected import Inspected
from octavia_wizard.core.releases import Release

GIVEN = (Provenance.OPERATOR, Provenance.PRESET)


@dataclass(frozen=True, slots=True)
class FindingInfo:
    """One kind of finding: everything about it that does not depend on the deployment."""

    id: str
    severity: Severity
    place: str
    """The question that cures it, or a section alone where no single question does."""
    title: str
    explanation: str
    """Why it matters."""
    cure: str

    @property
    def section(self) -> str:
        """Name of the section it is shown in."""
        return self.place.partition(".")[0]

    def found(
        self, what: str, *, place: str = "", where: str = "", why: str = "", fix: str = ""
    ) -> Finding:
        """Make a finding of this kind; what is not said is taken from the declaration."""
        at = place or self.place
        return Finding(
            id=self.id,
            severity=self.severity,
            section=at.partition(".")[0],
            what=what,
            why=why or self.explanation,
            fix=fix or self.cure,
            key=at if "." in at else "",
            where=where,
        )


def error(id: str, place: str, title: str, why: str, fix: str) -> FindingInfo:
    """Declare a finding that blocks every change."""
    return FindingInfo(id, Severity.ERROR, place, title, why, fix)


def warning(id: str, place: str, title: str, why: str, fix: str) -> FindingInfo:
    """Declare a finding that the operator must accept."""
    return FindingInfo(id, Severity.WARNING, place, title, why, fix)


def note(id: str, place: str, title: str, why: str, fix: str) -> FindingInfo:
    """Declare a finding that only informs."""
    return FindingInfo(id, Severity.NOTE, place, title, why, fix)


@dataclass(frozen=True, slots=True)
class Situation:
    """All a check may look at: it is a pure function of this."""

    effective: Effective
    facts: Facts
    inspected: Inspected

    @property
    def release(self) -> Release:
        """The release that will read the emitted files."""
        return self.effective.release

    @property
    def inventory(self) -> Inventory:
        """What openstack_user_config.yml and conf.d say."""
        return self.facts.host.inventory

    @property
    def live(self) -> bool:
        """Whether changes are made in a cloud."""
        return self.effective.chosen("cloud.mode", "live")

    @property
    def created_by_role(self) -> bool:
        """Whether the role, and not the wizard, makes the management network."""
        return self.effective.chosen("network.mode", "create") and self.effective.chosen(
            "network.created_by", "role"
        )

    @property
    def additions(self) -> Reservation:
        """What the wizard itself will add to the files of the inventory."""
        if not self.effective.is_on("network.edit_inventory"):
            return Reservation()
        wanted = reservation(self.view)
        try:
            placed(self.facts.host.texts, wanted)
        except FileError:
            # No safe place: it is left to the operator.
            return Reservation()
        return wanted

    @property
    def view(self) -> View:
        """The same, as what is emitted looks at it."""
        return View(self.effective, self.facts)

    def cloud(self, *parts: Part) -> CloudFacts | None:
        """Return the cloud facts, or None where one of these parts is not known."""
        cloud = self.facts.cloud
        if cloud is None or any(part in cloud.unread for part in parts):
            return None
        return cloud

    def given(self, key: str) -> bool:
        """Say whether the operator or a preset gave this key a value."""
        setting = self.effective.settings.get(key)
        return setting is not None and setting.value is not None and setting.provenance in GIVEN

    def variable(self, name: str) -> object:
        """Return what the section of all role variables sets; None where it does not."""
        setting = self.effective.settings.get(f"variables.{name}")
        return setting.value if setting is not None else None

    def own_networks(self) -> tuple[Network, ...]:
        """Return the networks in the cloud that the answers mean, by id or by name."""
        cloud = self.cloud(Part.NETWORKS)
        if cloud is None:
            return ()
        adopting = self.effective.chosen("network.mode", "adopt")
        name = self.effective.maybe_text("network.existing" if adopting else "network.name")
        return networks_called(cloud, name) if name is not None else ()

    def own_subnets(self) -> tuple[Subnet, ...]:
        """Return the IPv4 subnets of the one network the answers mean."""
        cloud, networks = self.cloud(Part.NETWORKS, Part.SUBNETS), self.own_networks()
        if cloud is None or len(networks) != 1:
            return ()
        return tuple(s for s in subnets_of(cloud, networks[0].id) if s.ip_version == 4)


Check = Callable[[Situation], Iterator[Finding]]


def listed(items: Iterable[str], most: int = 3) -> str:
    """Write a list in words, cut short where it is long."""
    all_items = list(items)
    shown = ", ".join(all_items[:most])
    return shown if len(all_items) <= most else f"{shown} and {len(all_items) - most} more"
