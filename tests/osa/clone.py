"""The checkout of OpenStack-Ansible, its inventory, playbooks and collection."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.osa.era import Era

STANDINS = Path(__file__).parent / "standins"
AUTHOR = {
    "GIT_AUTHOR_NAME": "Site",
    "GIT_AUTHOR_EMAIL": "site@example.com",
    "GIT_COMMITTER_NAME": "Site",
    "GIT_COMMITTER_EMAIL": "site@example.com",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
}
# Purpose to the name of a file in playbooks/, and of a playbook of the collection.
NAMES = {
    "containers": ("containers-lxc-create", "containers_lxc_create"),
    "octavia": ("os-octavia-install", "octavia"),
    "haproxy": ("haproxy-install", "haproxy"),
    "neutron": ("os-neutron-install", "neutron"),
    "horizon": ("os-horizon-install", "horizon"),
    "resources": ("openstack-resources", "openstack_resources"),
}


def write_clone(era: Era, root: Path, python: Path) -> None:
    """Write the checkout and the collection."""
    clone = root / "opt/openstack-ansible"
    inventory = clone / era.inventory
    inventory.mkdir(parents=True)
    script = _filled((STANDINS / "dynamic_inventory.py").read_text(), era, root)
    _script(inventory / "dynamic_inventory.py", f"#!{python}\n{script}")
    if era.configurable:
        (inventory / "inventory.ini").write_text("[local]\nlocalhost ansible_connection=local\n")
    _group_vars(era, root, inventory / "group_vars/all")
    _playbooks(era, root, clone / "playbooks")
    _plugins(era, root)
    _commit(era, clone)


def _filled(text: str, era: Era, root: Path) -> str:
    marks = {
        "@TREE@": str(root),
        "@CONFIG_DIR@": str(root / "etc/openstack_deploy"),
        "@CONFIGURABLE@": str(era.configurable),
        "@UNDERSCORED@": str(era.underscored),
        "@SEPARATOR@": era.separator,
        "@AGENT@": "neutron_ovn_controller" if "ovn" in era.agent else era.agent,
        "@OCTAVIA_API@": era.group("octavia-api"),
        "@SERIAL@": "['1', '100%']" if era.serial else "['100%']",
    }
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


def _script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def _group_vars(era: Era, root: Path, directory: Path) -> None:
    directory.mkdir(parents=True)
    inside = "'/var/lib/lxc/' ~ inventory_hostname ~ '/rootfs'"
    (directory / "all.yml").write_text(
        "openstack_release: \"{{ lookup('env', 'OSA_VERSION') | default('undefined', true) }}\"\n"
        f'host_root: "{root}/hosts/{{{{ physical_host }}}}'
        f"{{{{ (is_metal | default(false)) | ternary('', {inside}) }}}}\"\n"
        'ansible_python_interpreter: "{{ ansible_playbook_python }}"\n'
        f'tree: "{root}"\n'
        "keystone_service_region: RegionOne\n"
    )


def _playbooks(era: Era, root: Path, directory: Path) -> None:
    directory.mkdir(exist_ok=True)
    collection = root / "etc/ansible/ansible_collections/openstack/osa/playbooks"
    wanted = [purpose for purpose in NAMES if era.resources or purpose != "resources"]
    for purpose in wanted:
        file, name = NAMES[purpose]
        text = _filled((STANDINS / f"playbooks/{purpose}.yml").read_text(), era, root)
        if purpose == "octavia" and era.haproxy_inside:
            service = (STANDINS / "playbooks/haproxy_service.yml").read_text()
            text = f"{_filled(service, era, root)}\n{text.removeprefix('---')}"
        target = f"{file}.yml"
        if purpose == "containers" and era.major == 16:
            target = "lxc-containers-create.yml"
        if era.collection:
            collection.mkdir(parents=True, exist_ok=True)
            (collection / f"{name}.yml").write_text(text)
            text = f"---\n- import_playbook: openstack.osa.{name}\n"
        (directory / target).write_text(text)
    if era.major > 16:
        (directory / "lxc-containers-create.yml").symlink_to("containers-lxc-create.yml")


def _plugins(era: Era, root: Path) -> None:
    ansible = root / "etc/ansible"
    connection = ansible / "roles/plugins/connection"
    if era.major >= 25:
        collection = ansible / "ansible_collections/openstack/osa"
        connection = collection / "plugins/connection"
        connection.mkdir(parents=True)
        (collection / "galaxy.yml").write_text(
            "namespace: openstack\nname: osa\nversion: 1.0.0\nauthors: [the tests]\nreadme: none\n"
        )
    else:
        connection.mkdir(parents=True)
    text = _filled((STANDINS / "connection.py").read_text(), era, root)
    (connection / "ssh.py").write_text(text)
    if era.major == 25:
        strategy = ansible / "ansible_collections/openstack/osa/plugins/strategy"
        strategy.mkdir()
        shutil.copy(STANDINS / "strategy.py", strategy / "linear.py")


def _commit(era: Era, clone: Path) -> None:
    environment = {**os.environ, **AUTHOR}
    git = ["git", "-C", str(clone)]
    for arguments in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["commit", "--quiet", "--message", "As released"],
        ["tag", "--annotate", "--message", era.tag, era.tag],
    ):
        subprocess.run([*git, *arguments], env=environment, check=True, capture_output=True)
