"""Checks of the deploy host before playbooks are run on it: tools, files, room, the cloud."""

from __future__ import annotations

import os
from collections.abc import Iterator

from octavia_wizard.core.facts.deploy_host_release import WRAPPER_SAYS
from octavia_wizard.core.facts.deploy_host_tools import CONFIG_DIR, DEFAULT_WRAPPER, is_fixed
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed, note, warning
from octavia_wizard.core.findings.rooms import RUN_PLAYBOOKS

NO_WRAPPER = error(
    "no-openstack-ansible",
    RUN_PLAYBOOKS,
    "There is no openstack-ansible to run playbooks with",
    "Only this wrapper gives a playbook the deploy directory, its user_*.yml and OSA's inventory.",
    "Run the wizard on the deploy host, after scripts/bootstrap-ansible.sh; or answer no "
    f"({RUN_PLAYBOOKS}: false) and run the playbooks there by hand.",
)
NO_CLONE = error(
    "no-openstack-ansible-checkout",
    RUN_PLAYBOOKS,
    "The checkout that openstack-ansible works with is not there",
    "OSA's inventory generator and group variables are in it, and up to 29.x the playbooks, too.",
    "Bring it back to its place, or call scripts/bootstrap-ansible.sh in the present one.",
)
NO_VERSION = warning(
    "wrapper-without-version",
    "cloud.release",
    "openstack-ansible does not carry the version of this release",
    "bootstrap-ansible.sh of the release writes it there, and group variables take "
    "openstack_release from it: without it, virtual environments are built for no version.",
    "Call scripts/bootstrap-ansible.sh in the checkout of the release.",
)
OTHER_DIRECTORY = error(
    "wrapper-reads-other-directory",
    RUN_PLAYBOOKS,
    "openstack-ansible reads another directory than this deploy directory",
    "It names that directory itself and heeds no OSA_CONFIG_DIR: what is written here would not "
    "reach any playbook.",
    "Use --deploy-dir with the directory it reads, or answer no and run the playbooks by hand.",
)
BY_ENVIRONMENT = note(
    "config-directory-by-environment",
    "deployment.playbooks",
    "Run by hand, openstack-ansible reads another directory than this deploy directory",
    "The wizard sets OSA_CONFIG_DIR for the playbooks it runs; in your shell it is to be set too.",
    "Call export OSA_CONFIG_DIR=DIRECTORY before openstack-ansible.",
)
VAULT_CLOSED = error(
    "playbooks-without-vault-password",
    RUN_PLAYBOOKS,
    "Playbooks would stop at what ansible-vault encrypted",
    "The wrapper hands every user_*.yml to every playbook, and Ansible ends where it cannot open "
    "one.",
    "Give the password of the vault: --vault-password-file FILE, or --ask-vault-pass.",
)
NO_ROOM = error(
    "deploy-host-disk-full",
    RUN_PLAYBOOKS,
    "There is too little room for what playbooks write on this host",
    "A playbook that cannot write its log or its facts stops in the middle of its work.",
    "Make room, e.g. among old logs below /openstack/log.",
)
NO_CLOUDS = warning(
    "clouds-yaml-missing",
    "deployment.playbooks",
    "The role finds no description of the cloud on this host",
    "From 18.0.0 on it makes service user, endpoints and resources from its service setup host, "
    'which is this host unless told otherwise, as the cloud "default" of a clouds.yaml there.',
    "Run OSA's playbook openstack.osa.setup_openstack (or os-keystone-install.yml) first, which "
    "writes that file; or set octavia_service_setup_host to \"{{ groups['utility_all'][0] }}\".",
)
SETUP_ELSEWHERE = note(
    "service-setup-host-elsewhere",
    "deployment.playbooks",
    "The role works on the cloud from another host than this one",
    "clouds.yaml and openstacksdk are needed there, and paths of images are paths there.",
    "Nothing to do where OSA set that host up, as it does the utility containers.",
)
USER_RC = note(
    "user-rc-changes-playbooks",
    "deployment.playbooks",
    "user.rc changes how playbooks are run",
    "openstack-ansible sources it after its own settings (26.0.0 on), and before the playbook: "
    "other callback plugins take the live progress away, another directory other variables in.",
    "Remove what is not needed from user.rc; the log of a run is kept in any case.",
)

SETUP_HOST = "octavia_service_setup_host"
_OSA_SETUP_HOST = "openstack_service_setup_host"
_LOCAL = ("localhost", "127.0.0.1", "::1")
_CLOUD = "default"
_CHANGING = ("ANSIBLE_CALLBACK_PLUGINS", "ANSIBLE_STDOUT_CALLBACK", "ANSIBLE_LIBRARY")
_VAULT_SETTINGS = ("ANSIBLE_VAULT_PASSWORD_FILE", "ANSIBLE_VAULT_IDENTITY_LIST")


def check_tools(case: Situation) -> Iterator[Finding]:
    """Look for what playbooks are run with."""
    host, tools = case.facts.host, case.facts.host.tools
    if tools.wrapper is None:
        if case.effective.is_on(RUN_PLAYBOOKS):
            looked = f"neither in the search path nor at {DEFAULT_WRAPPER}"
            yield NO_WRAPPER.found(f"No openstack-ansible that can be run was found, {looked}.")
        return
    if tools.clone is None and case.effective.is_on(RUN_PLAYBOOKS):
        yield NO_CLONE.found(f"The checkout {tools.wrapper} names is not there.")
    told = any(evidence.source.startswith(WRAPPER_SAYS) for evidence in host.releases)
    if case.release.rules.wrapper_has_version and not told:
        what = f"{tools.wrapper} has no OSA_VERSION, which {case.release.name} writes into it."
        yield NO_VERSION.found(what, where=str(tools.wrapper))


def check_directory(case: Situation) -> Iterator[Finding]:
    """Compare the directory the wrapper reads with the deploy directory in use."""
    host, found = case.facts.host, case.facts.host.tools.config_dir
    if found is None or os.path.realpath(found.value) == os.path.realpath(host.deploy_dir):
        return
    told = f"{found.value} ({found.source}), not {host.deploy_dir}"
    if not is_fixed(found):
        fix = f"Call export {CONFIG_DIR}={host.deploy_dir} before openstack-ansible."
        yield BY_ENVIRONMENT.found(f"It reads {told}.", fix=fix)
    elif case.effective.is_on(RUN_PLAYBOOKS):
        yield OTHER_DIRECTORY.found(f"It reads {told}.", where=str(host.tools.wrapper or ""))


def check_vault(case: Situation) -> Iterator[Finding]:
    """Look for what Ansible could not open when a playbook is run from here."""
    host = case.facts.host
    told = host.tools.vault_from or any(name in host.tools.user_rc for name in _VAULT_SETTINGS)
    if told or not case.effective.is_on(RUN_PLAYBOOKS):
        return
    for file in host.user_files:
        if file.closed:
            why = "the password given does not open it" if file.unopened else "no password is given"
            yield VAULT_CLOSED.found(f"{file.path.name} is encrypted; {why}.", where=str(file.path))
    if host.vault is None and host.secrets_encrypted:
        names = listed(host.secrets_encrypted)
        yield VAULT_CLOSED.found(f"Encrypted are the values of {names}; no password is given.")


def check_room(case: Situation) -> Iterator[Finding]:
    """Compare the room on each disk with what playbooks write there."""
    for room in case.inspected.rooms:
        if room.free_mib < room.needed_mib:
            parts = " and ".join(f"{mib} MiB for {what}" for what, mib in room.needs)
            what = (
                f"The disk of {room.point} has {room.free_mib} MiB free; there should be {parts}."
            )
            yield NO_ROOM.found(what, where=room.point)


def check_cloud_file(case: Situation) -> Iterator[Finding]:
    """Look for the cloud the role will work on, where it works on it from this host."""
    found = case.inspected.cloud_file
    if found is None or not case.release.has(SETUP_HOST):
        return
    setup = _setup_host(case)
    if setup not in _LOCAL:
        yield SETUP_ELSEWHERE.found(f"{SETUP_HOST} is {setup}.")
    elif not found.path:
        home = case.facts.host.home / ".config" / "openstack"
        yield NO_CLOUDS.found(f"There is no clouds.yaml in {home}, nor in /etc/openstack.")
    elif _CLOUD not in found.names:
        what = f'{found.path} describes no cloud "{_CLOUD}".'
        yield NO_CLOUDS.found(what, where=found.path)


def check_user_rc(case: Situation) -> Iterator[Finding]:
    """Look for settings that user.rc takes from the wizard's hands."""
    if not case.release.rules.user_rc:
        return
    for name, where in sorted(case.facts.host.tools.user_rc.items()):
        if name in _CHANGING or name.startswith("OSA_"):
            yield USER_RC.found(f"user.rc sets {name}.", where=where)


def _setup_host(case: Situation) -> str:
    """Return the host the role works on the cloud from: as the role is told, OSA, or nobody."""
    for name in (SETUP_HOST, _OSA_SETUP_HOST):
        told = case.variable(name)
        if told is None:
            told = _told(case.facts.host, name)
        if told is not None:
            return str(told)
    return "localhost"


def _told(host: HostFacts, name: str) -> object:
    """Return what the last user file says that can be read."""
    values = [f.variables[name].value for f in host.user_files if name in f.variables]
    return next((value for value in reversed(values) if value is not None), None)


CHECKS: tuple[Check, ...] = (
    check_tools,
    check_directory,
    check_vault,
    check_room,
    check_cloud_file,
    check_user_rc,
)
