"""Builds a deploy host below a directory: all of it is real but OpenStack-Ansible's own code."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from tests.osa.clone import STANDINS, write_clone
from tests.osa.configuration import write_configuration
from tests.osa.era import ERAS, Era
from tests.osa.host import DeployHost
from tests.osa.roles import write_role
from tests.osa.wrapper import rc_text, wrapper_text

ANSIBLE = Path(sys.executable).parent
"""Where the Ansible of the environment lies in which the tests run."""


def build_tree(root: Path, release: str, ansible: Path = ANSIBLE) -> DeployHost:
    """Build the deploy host of a release in a directory that is empty or not there yet.

    ``ansible`` is the directory of the real ``ansible-playbook`` and its like. Nothing outside
    ``root`` is written.
    """
    era = ERAS[release]
    host = DeployHost(root, era)
    host.home.mkdir(parents=True, mode=0o700)
    for name in ("bin", "opt", "etc/ansible/roles", "hosts"):
        (root / name).mkdir(parents=True)
    # The interpreter finds its packages beside the link it was started by.
    (root / "opt/ansible-runtime").symlink_to(ansible.parent)
    _programs(era, root, ansible)
    write_configuration(era, host.deploy_dir, ansible, host.home / ".vault_password")
    write_clone(era, root, root / "opt/ansible-runtime/bin/python")
    write_role(era, root)
    _jail(root)
    done = host.run("--list-hosts", "all", program="ansible")
    if done.returncode != 0:
        raise AssertionError(f"the inventory of {release} is broken:\n{done.stdout}{done.stderr}")
    _hosts(host)
    return host


def _programs(era: Era, root: Path, ansible: Path) -> None:
    programs = root / "bin"
    for name, text in (
        ("openstack-ansible", wrapper_text(era, root)),
        ("look-up", f"#!{ansible / 'python'}\n{(STANDINS / 'look_up.py').read_text()}"),
    ):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    (programs / "openstack-ansible.rc").write_text(rc_text(era, root))
    for found in sorted(ansible.glob("ansible*")):
        wrapped = found.name in ("ansible", "ansible-playbook")
        target = Path("openstack-ansible") if wrapped else root / "opt/ansible-runtime/bin"
        (programs / found.name).symlink_to(target if wrapped else target / found.name)


def _hosts(host: DeployHost) -> None:
    """Make what OSA deployed before anybody thought of Octavia: hosts, and their containers."""
    inventory = json.loads((host.deploy_dir / "openstack_inventory.json").read_text())
    for name, known in inventory["_meta"]["hostvars"].items():
        carrier = host.carrier(known["physical_host"])
        path = carrier if known.get("is_metal") else carrier / "var/lib/lxc" / name / "rootfs"
        (path / "etc").mkdir(parents=True, exist_ok=True)
        if known.get("is_metal"):
            _bridge(path, "br-mgmt", known["ansible_host"])
            _bridge(path, "br-lbaas")


def _bridge(host: Path, name: str, address: str = "") -> None:
    """Make a bridge that is up, as an operator does before OSA is run."""
    device = host / "sys/class/net" / name
    (device / "brif/bond0").mkdir(parents=True)
    for file, text in (("flags", "0x1003"), ("operstate", "up"), ("mtu", "1500")):
        (device / file).write_text(text + "\n")
    if address:
        line = f"3: {name}    inet {address}/22 brd + scope global {name}\\ valid_lft forever\n"
        (host / "etc/addresses").write_text(line)


def _jail(root: Path) -> None:
    jail = root / "jail"
    (jail / "bin").mkdir(parents=True)
    shutil.copy(STANDINS / "jail/sitecustomize.py", jail)
    for program in (STANDINS / "programs").iterdir():
        shutil.copy(program, jail / "bin")
        (jail / "bin" / program.name).chmod(0o755)
