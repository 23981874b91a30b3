"""The registry holds every step, in an order a run can follow, and is built only when needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from octavia_wizard.core import steps
from octavia_wizard.core.engine.plan import in_order
from octavia_wizard.core.facts.model import Part

NEEDS = {
    "certificates": ("secrets",),
    "subnet": ("network",),
    "keypair": ("ssh_key",),
    "image": ("image_file",),
    "files": ("secrets", "certificates"),
    "containers_playbook": ("files",),
    "neutron_playbook": ("files", "containers_playbook"),
    "octavia_playbook": (
        "secrets",
        "certificates",
        "network",
        "subnet",
        "security_group",
        "flavor",
        "ssh_key",
        "files",
        "neutron_playbook",
    ),
    "haproxy_playbook": ("octavia_playbook",),
    "lbaas_playbook": ("haproxy_playbook",),
    "quotas_playbook": ("lbaas_playbook",),
    "horizon_playbook": ("quotas_playbook",),
    "verification": (
        "network",
        "subnet",
        "security_group",
        "flavor",
        "keypair",
        "image",
        "quotas",
        "octavia_playbook",
        "haproxy_playbook",
        "lbaas_playbook",
        "quotas_playbook",
    ),
}
PLAYBOOKS = {name for name in steps.MODULES if name.endswith("_playbook")}
LOCAL = {"secrets", "certificates", "ssh_key", "files"} | PLAYBOOKS


def test_every_step_is_there_under_the_name_of_its_module() -> None:
    assert tuple(step.id for step in steps.ALL) == steps.MODULES
    assert steps.ALL is steps.ALL


def test_needs_are_known_without_a_circle_and_the_order_respects_them() -> None:
    assert [step.id for step in in_order(steps.ALL)] == list(steps.MODULES)
    assert {step.id: step.needs for step in steps.ALL if step.needs} == NEEDS


def test_steps_of_this_host_read_no_cloud_and_the_others_do() -> None:
    assert {step.id for step in steps.ALL if not step.reads} == LOCAL
    assert all(Part.IDENTITY in step.reads for step in steps.ALL if step.reads)


def test_every_step_has_a_title_and_a_section() -> None:
    titles = [step.title for step in steps.ALL]
    assert len(set(titles)) == len(titles)
    sections = {"network", "image", "certificates", "ssh", "capacity", "deployment"}
    assert {step.section for step in steps.ALL} <= sections


def test_steps_on_request_are_planned_when_they_are_asked_for_and_always_known() -> None:
    assert tuple(step.id for step in steps.ON_REQUEST) == steps.MODULES_ON_REQUEST
    assert steps.steps_for(()) == steps.ALL
    assert steps.steps_for(steps.MODULES_ON_REQUEST) == steps.known()
    assert [step.id for step in steps.steps_for(("image_prune",))] == [
        *steps.MODULES,
        "image_prune",
    ]


def test_another_name_is_not_in_it() -> None:
    with pytest.raises(AttributeError, match="NONE"):
        _ = steps.NONE


def test_to_import_the_package_loads_no_step() -> None:
    script = (
        "import sys, octavia_wizard.core.engine.run, octavia_wizard.core.engine.undo\n"
        "loaded = [m for m in sys.modules if m.startswith('octavia_wizard.core.steps.')]\n"
        "print(loaded, 'cryptography' in sys.modules, 'openstack' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout
    assert told == "['octavia_wizard.core.steps.base'] False False\n"
