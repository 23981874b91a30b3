"""One look at all controllers, and at the hosts that carry them, through the real ``ansible``."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from octavia_wizard.core.adhoc.call import DEADLINE, Adhoc, Outcome, Reply, ask
from octavia_wizard.core.adhoc.reading import Sheet, bridge_of, controller_of, read_sheet
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import Interrupted, WizardError
from octavia_wizard.core.facts.controllers import Bridge, Controller, Controllers
from octavia_wizard.core.facts.managed import members, octavia_containers, on_metal
from octavia_wizard.core.facts.model import HostFacts

ETC = "/etc/octavia"
"""Where the role puts octavia.conf and certificates, in every release."""
UNITS = (
    "octavia-api",
    "octavia-worker",
    "octavia-housekeeping",
    "octavia-health-manager",
    "octavia-driver-agent",
)
"""Units of systemd the role makes (defaults/main.yml, ``octavia_services``); the last with OVN."""
_NO_ANSIBLE = "there is no ansible on this host"
_NO_CHECKOUT = "the checkout of OpenStack-Ansible, where its inventory is, was not found"
_ALL = "octavia_all"
_FIRST = frozenset(("!", "&", "~", "@"))
"""What a name must not begin with in a pattern of Ansible."""


def look_at_controllers(
    effective: Effective,
    host: HostFacts,
    environ: Mapping[str, str],
    cancel: threading.Event | None = None,
    *,
    etc: str = ETC,
    deadline: float = DEADLINE,
) -> Controllers:
    """Ask all controllers how they stand; nothing is changed on them.

    ``etc`` is the directory there, into which Ansible fills its variables; ``deadline``, in
    seconds, is for all hosts together.  What goes wrong is part of what is returned.  Raises
    Interrupted once ``cancel`` is set.
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    ansible, playbooks = host.tools.ansible, host.tools.playbooks
    if ansible is None or playbooks is None:
        return Controllers(at, problem=_NO_ANSIBLE if ansible is None else _NO_CHECKOUT)
    salt, bridge = secrets.token_hex(16), effective.maybe_text("network.bridge") or ""
    carriers = carriers_of(effective, host)
    from_environment = effective.release.rules.config_dir_from_environment
    call = Adhoc(
        program=ansible,
        directory=playbooks,
        pattern=":".join((_ALL, *carriers)),
        script=_script(),
        arguments=(etc, bridge, salt, *UNITS),
        environ=environ,
        vault=host.vault,
        config_dir=host.deploy_dir if from_environment else None,
        deadline=deadline,
    )
    try:
        replies = ask(call, cancel)
    except Interrupted:
        raise
    except WizardError as error:
        return Controllers(at, problem=error.in_a_line)
    if replies.problem:
        return Controllers(at, problem=replies.problem)
    gathered = _Gathered(effective, host, carriers, bridge, salt)
    for reply in replies.hosts:
        gathered.take(reply)
    return Controllers(at, tuple(gathered.controllers), gathered.bridges, gathered.unasked)


def carriers_of(effective: Effective, host: HostFacts) -> tuple[str, ...]:
    """Return the hosts that carry, or will carry, Octavia's containers or services, by name."""
    group = effective.release.rules.infra_hosts_group
    there = octavia_containers(host, effective.release)
    names = {one.physical_host or one.name for one in there}
    # Where a file of the operator's names the hosts, that is what OSA deploys.
    present = host.inventory.host_groups.get(group)
    names |= set(present or effective.mapping("deployment.hosts"))
    return tuple(sorted(name for name in names if _is_plain(name)))


def _is_plain(name: str) -> bool:
    return bool(name) and name[0] not in _FIRST and not set(name) & set(":,*?[] ")


@cache
def _script() -> str:
    return (files("octavia_wizard.core.adhoc") / "data" / "look.sh").read_text(encoding="utf-8")


class _Gathered:
    """What the hosts answered, sorted into controllers and hosts that carry them."""

    def __init__(
        self,
        effective: Effective,
        host: HostFacts,
        carriers: tuple[str, ...],
        bridge: str,
        salt: str,
    ) -> None:
        self.controllers: list[Controller] = []
        self.bridges: dict[str, Bridge | None] = {}
        self.unasked: dict[str, str] = {}
        self._known = set(members(host.inventory, _ALL)) | set(on_metal(host, effective.release))
        self._carriers, self._bridge, self._salt = frozenset(carriers), bridge, salt

    def take(self, reply: Reply) -> None:
        """Take the answer of one host."""
        sheet = read_sheet(reply.output) if reply.outcome is Outcome.OK else None
        problem = reply.message or "what it answered was cut short"
        if reply.host in self._carriers:
            if sheet is None:
                self.unasked[reply.host] = problem
            elif self._bridge:
                self.bridges[reply.host] = bridge_of(sheet, self._bridge)
        if self._is_controller(reply.host, sheet):
            if sheet is None:
                self.controllers.append(Controller(reply.host, problem, deployed=False))
            else:
                self.controllers.append(controller_of(reply.host, sheet, self._salt))

    def _is_controller(self, name: str, sheet: Sheet | None) -> bool:
        if name in self._known or name not in self._carriers:
            return True
        return sheet is not None and sheet.conf_read
