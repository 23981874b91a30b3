"""The core can be used without a user interface, and help is shown without loading the world."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import octavia_wizard.core

UI = ("textual", "rich", "questionary", "prompt_toolkit", "click")

_LIST_LOADED = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print("\\n".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded_by(*modules: str) -> set[str]:
    """Return the top-level packages a fresh interpreter has loaded after importing modules."""
    done = subprocess.run(
        [sys.executable, "-c", _LIST_LOADED, *modules], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_no_module_of_the_core_loads_a_user_interface() -> None:
    names = [
        module.name
        for module in pkgutil.walk_packages(octavia_wizard.core.__path__, "octavia_wizard.core.")
    ]
    assert len(names) > 40
    assert not loaded_by(*names) & set(UI)


def test_planning_does_not_load_the_openstack_client() -> None:
    assert "openstack" not in loaded_by("octavia_wizard.core.session")


def test_the_command_line_loads_neither_screens_nor_the_openstack_client() -> None:
    assert not loaded_by("octavia_wizard.cli") & {"textual", "openstack", "questionary"}
