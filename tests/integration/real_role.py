"""The real role and its tools of the time, run in a place of its own.

Nothing of the role is kept here: its checkouts are given by the environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.integration.certificates import Deployment, run

ROLE = os.environ.get("OCTAVIA_WIZARD_TEST_ROLE")
PKI_ROLE = os.environ.get("OCTAVIA_WIZARD_TEST_PKI_ROLE")
COLLECTION = os.environ.get("OCTAVIA_WIZARD_TEST_COLLECTION")


@dataclass(frozen=True, slots=True)
class Era:
    """The tools of a release; what it pins where Python 3.11 still runs that, else the next."""

    packages: tuple[str, ...]
    collections: str | None = None
    """The community package with the collections of that time."""


_OLD = ("jinja2<3.1", "markupsafe<2.1", "cryptography<42", "pyopenssl<25", "setuptools<70")
ERAS = {
    "2.9": Era(("ansible==2.9.27", *_OLD)),
    "2.10": Era(("ansible-base==2.10.17", *_OLD), "ansible==2.10.7"),
    "2.12": Era(("ansible-core==2.12.8", "jinja2<3.1", "cryptography<46"), "ansible==5.10.0"),
    "2.15": Era(("ansible-core==2.15.9", "cryptography<46"), "ansible==8.7.0"),
    "2.19": Era(("ansible-core==2.19.6", "cryptography"), "ansible==12.3.0"),
}
# The role commits OpenStack-Ansible pins in ansible-role-requirements.yml of the release. Of
# 33.0.1's PKI role the branch it follows is taken, where a checkout lacks the commit.
PINS = {
    "16.0.29": ("2.9", "5e2b4d928da5975b7904a5379c48a2feea3ad74c", ()),
    "17.1.17": ("2.9", "195fc53264ce4b24a5789280e3b40683535d7d77", ()),
    "21.2.12": ("2.9", "a2fcdbebb7f02983495d0165ad1e5ab5b4b16513", ()),
    "23.4.4": ("2.10", "53019323c41d933aa085a69ff8259deee383b9f3", ()),
    "25.6.0": (
        "2.12",
        "f8b8e0bfabebc06558cca1fa3231bb5cc411b297",
        ("b053c9de7fa69aba3615c21682ebece9850e9569",),
    ),
    "29.2.4": (
        "2.15",
        "2209d774e46990ba355407e3224192e73eb0038d",
        ("d084fe5cc465a6c938bebb8c67a73fff53d52679",),
    ),
    "33.0.1": (
        "2.19",
        "f0958afd5c80fb555c42f3bb672f061fad938c32",
        ("5959be376ef82b83c6a49434bcb6941ce2f892dd", "HEAD"),
    ),
}
COLLECTIONS = ("community/crypto", "ansible/posix", "ansible/utils")
OSA = {"33.0.1": "1ed3de228230fd4ef8ef2040745ed9e393d49bc5"}
"""The collection of OpenStack-Ansible whose filters the PKI role uses from then on."""
OCTAVIA = ("octavia", 4711)


class Roles:
    """Checkouts and tools, made as they are needed and kept for the session."""

    def __init__(self, root: Path) -> None:
        """Keep everything below a directory."""
        self.root = root

    def ansible(self, era: str) -> Path:
        """Return the directory with the tools of an era."""
        place = self.root / f"ansible-{era}"
        if place.exists():
            return place
        venv.create(place / "venv", with_pip=True)
        pip = [str(place / "venv/bin/python"), "-m", "pip", "--disable-pip-version-check", "-q"]
        run([*pip, "install", *ERAS[era].packages])
        if ERAS[era].collections is not None:
            run([*pip, "install", "setuptools<70", "wheel"])
            fetch = ["download", "--no-deps", "--no-build-isolation", "--dest", str(place)]
            run([*pip, *fetch, str(ERAS[era].collections)])
            (package,) = [*place.glob("ansible-*.whl"), *place.glob("ansible-*.tar.gz")]
            _unpack(package, place / "collections")
        return place

    def export(self, url: str, commits: tuple[str, ...], into: Path) -> None:
        """Write what a role has at the first of these commits that is there."""
        copy = self.root / f"{into.name}.git"
        if not copy.exists():
            run(["git", "clone", "--quiet", "--bare", url, str(copy)])
        git = ["git", "-C", str(copy)]
        known = [
            commit
            for commit in commits
            if not subprocess.run([*git, "cat-file", "-e", commit], capture_output=True).returncode
        ]
        into.mkdir(parents=True)
        archive = subprocess.run([*git, "archive", known[0]], capture_output=True, check=True)
        # Handlers restart services, and meta wants other roles; neither is about certificates.
        left_out = ["--exclude=handlers", "--exclude=meta"]
        subprocess.run(["tar", "x", "-C", str(into), *left_out], input=archive.stdout, check=True)


def _unpack(package: Path, into: Path) -> None:
    """Take the collections out of a wheel or a source distribution."""
    wanted = [f"ansible_collections/{name}/" for name in COLLECTIONS]
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as wheel:
            names = [name for name in wheel.namelist() if name.startswith(tuple(wanted))]
            for name in names:
                wheel.extract(name, into)
        return
    with tarfile.open(package) as source:
        for member in source.getmembers():
            name = member.name.partition("/")[2]
            if name.startswith(tuple(wanted)):
                member.name = name
                source.extract(member, into, filter="data")


def play(roles: Roles, deployment: Deployment, *, ovn: bool = False) -> None:
    """Run the tasks of the role that are about certificates; none may fail."""
    era, commit, pki_commits = PINS[deployment.release]
    ansible = roles.ansible(era)
    site = deployment.place / "site"
    octavia = site / "roles/os_octavia"
    roles.export(str(ROLE), (commit,), octavia)
    if pki_commits:
        roles.export(str(PKI_ROLE), pki_commits, site / "roles/pki")
    if deployment.release in OSA:
        collection = site / "collections/ansible_collections/openstack/osa"
        roles.export(str(COLLECTION), (OSA[deployment.release],), collection)
    (octavia / "tasks/certificates_only.yml").write_text(yaml.safe_dump(_chosen(octavia)))
    (site / "hosts.yml").write_text(yaml.safe_dump(_inventory(ovn)))
    (site / "play.yml").write_text(yaml.safe_dump(_plays(ovn)))
    _own_etc(deployment.place / "etc")
    files = [*deployment.secret_files, deployment.deploy_dir / "user_variables_octavia.yml"]
    extra = [part for path in files for part in ("-e", f"@{path}")]
    play = ["playbook", "-i", str(site / "hosts.yml"), str(site / "play.yml"), *extra]
    play[0] = str(ansible / "venv/bin/ansible-playbook")
    script = 'mount --bind "$0" /etc && exec "$@"'
    inside = ["unshare", "--mount", "sh", "-c", script, str(deployment.place / "etc")]
    collections = f"{ansible / 'collections'}:{site / 'collections'}"
    environment = {
        **deployment.environment,
        "USER": "root",
        "ANSIBLE_ERROR_ON_MISSING_HANDLER": "false",
        "ANSIBLE_COLLECTIONS_PATH": collections,
        "ANSIBLE_COLLECTIONS_PATHS": collections,
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
        "ANSIBLE_NOCOLOR": "1",
        "PYTHONWARNINGS": "ignore",
        "LC_ALL": "C.UTF-8",
    }
    said = run([*inside, *play], cwd=site, environment=environment)
    assert "failed=0" in said, said
    (deployment.place / "said.txt").write_text(said)


def _chosen(role: Path) -> list[dict[str, Any]]:
    """Pick, unchanged, the role's tasks that are about certificates of Octavia."""
    chosen = []
    for name in ("main.yml", "octavia_post_install.yml"):
        for task in yaml.safe_load((role / "tasks" / name).read_text()):
            text = json.dumps(task)
            if any(mark in text for mark in ("octavia_certs", '"pki"', "/etc/octavia/certs")):
                chosen.append(task)
    assert chosen
    return chosen


def _inventory(ovn: bool) -> dict[str, Any]:
    hosts: dict[str, Any] = {"octavia1": {"ansible_connection": "local"}}
    variables = {
        "neutron_plugin_type": "ml2.ovn" if ovn else "ml2.ovs",
        "management_address": "127.0.0.1",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        # The first releases install pyOpenSSL where the role makes certificates.
        "pip_install_options": "--dry-run",
        "octavia_developer_mode": False,
        "_octavia_bin": "/openstack/venvs/octavia/bin",
    }
    groups = {"octavia_all", "octavia-api", "octavia_api"}
    children: dict[str, Any] = {name: {"hosts": {"octavia1": {}}} for name in sorted(groups)}
    return {"all": {"hosts": hosts, "vars": variables, "children": children}}


def _plays(ovn: bool) -> list[dict[str, Any]]:
    roles: list[dict[str, Any]] = [
        {"include_role": {"name": "os_octavia", "tasks_from": "certificates_only.yml"}}
    ]
    if ovn:
        roles.insert(0, {"include_role": {"name": "pki"}, "vars": _authorities_of_the_cloud()})
    return [{"hosts": "octavia1", "gather_facts": True, "tasks": roles}]


def _authorities_of_the_cloud() -> dict[str, Any]:
    """Return what OpenStack-Ansible has the PKI role make before any service."""
    common = {"country": "GB", "state_or_province_name": "England", "organization_name": "Example"}
    usage = ["digitalSignature", "cRLSign", "keyCertSign"]
    root = {
        **common,
        "name": "ExampleCorpRoot",
        "cn": "Root",
        "provider": "selfsigned",
        "basic_constraints": "CA:TRUE",
        "key_usage": usage,
        "not_after": "+3650d",
    }
    below = {
        **root,
        "name": "ExampleCorpIntermediate",
        "cn": "Intermediate",
        "provider": "ownca",
        "basic_constraints": "CA:TRUE,pathlen:0",
        "signed_by": "ExampleCorpRoot",
    }
    return {
        "pki_dir": "{{ lookup('env', 'HOME') }}/openstack-ansible",
        "pki_create_ca": True,
        "pki_authorities": [root, below],
    }


def _own_etc(etc: Path) -> None:
    """Make what processes read from /etc, with the user the services run as."""
    etc.mkdir()
    for name in ("nsswitch.conf", "resolv.conf", "hosts", "ld.so.cache", "os-release", "localtime"):
        path = Path("/etc", name)
        if path.exists():
            (etc / name).write_bytes(path.read_bytes())
    user, number = OCTAVIA
    passwd = (
        Path("/etc/passwd").read_text()
        + f"{user}:x:{number}:{number}::/var/lib/octavia:/bin/false\n"
    )
    (etc / "passwd").write_text(passwd)
    (etc / "group").write_text(Path("/etc/group").read_text() + f"{user}:x:{number}:\n")
