"""The steps of a deployment, one module each.

``ALL`` is built when it is first asked for, because the modules of the steps
import what a mere ``--help`` has no use for.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from octavia_wizard.core.steps.base import Step

MODULES = (
    "secrets",
    "certificates",
    "network",
    "subnet",
    "security_group",
    "flavor",
    "ssh_key",
    "keypair",
    "image",
    "quotas",
    "files",
)
"""Module of each step, which is also its id, in the order an operator reads them."""

ALL: tuple[Step, ...]


def __getattr__(name: str) -> object:
    if name != "ALL":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    steps = tuple(
        _step_of(importlib.import_module(f"{__name__}.{module}"), module) for module in MODULES
    )
    globals()["ALL"] = steps
    return steps


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
