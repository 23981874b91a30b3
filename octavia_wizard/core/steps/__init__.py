"""The steps of a deployment, one module each.

``ALL`` is built when it is first asked for, because the modules of the steps
import what a mere ``--help`` has no use for.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from types import ModuleType

from octavia_wizard.core.steps.base import Step

MODULES = (
    "secrets",
    "certificates",
    "files",
    "containers_playbook",
    "neutron_playbook",
    "network",
    "subnet",
    "security_group",
    "flavor",
    "ssh_key",
    "keypair",
    "image_file",
    "image",
    "quotas",
    "octavia_playbook",
    "haproxy_playbook",
    "lbaas_playbook",
    "quotas_playbook",
    "horizon_playbook",
    "verification",
)
"""Module of each step, which is also its id, in the order an operator reads them."""
MODULES_ON_REQUEST = ("image_prune", "client_renewal", "ca_rollover", "secrets_import")
"""Those of the steps that are no part of a deployment, but are done when they are asked for."""

ALL: tuple[Step, ...]
ON_REQUEST: tuple[Step, ...]


def __getattr__(name: str) -> object:
    wanted = {"ALL": MODULES, "ON_REQUEST": MODULES_ON_REQUEST}.get(name)
    if wanted is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    steps = tuple(
        _step_of(importlib.import_module(f"{__name__}.{module}"), module) for module in wanted
    )
    globals()[name] = steps
    return steps


def known() -> tuple[Step, ...]:
    """Return every step there is, also those on request."""
    from octavia_wizard.core import steps

    return (*steps.ALL, *steps.ON_REQUEST)


def steps_for(only: Sequence[str]) -> tuple[Step, ...]:
    """Return the steps of a deployment, with those on request that are asked for by id."""
    return tuple(step for step in known() if step.id in MODULES or step.id in only)


def _step_of(module: ModuleType, id: str) -> Step:
    for candidate in vars(module).values():
        if (
            isinstance(candidate, type)
            and issubclass(candidate, Step)
            and candidate.__module__ == module.__name__
            and getattr(candidate, "id", None) == id
        ):
            return candidate()
    raise LookupError(f"{module.__name__} defines no Step with the id {id!r}")
