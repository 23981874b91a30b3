"""The wrapper openstack-ansible and its rc file, written anew, with what each release does.

What they do is that of scripts/openstack-ansible.sh and .rc at the tags; paths lead into the tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.osa.era import Era

RULE = "=" * 79
NOTICE = "EXIT NOTICE [Playbook execution {}] " + "*" * 38


def wrapper_text(era: Era, root: Path) -> str:
    """Return the wrapper as bootstrap-ansible.sh would have left it."""
    return "\n".join([*_head(era, root), *_colour(), *_settings(era, root), *_run(era)]) + "\n"


def _head(era: Era, root: Path) -> Iterator[str]:
    clone = root / "opt/openstack-ansible"
    yield "#!/usr/bin/env bash"
    yield "# Stands in for the wrapper of OpenStack-Ansible, in the tests of octavia-wizard."
    machine = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    yield f'export PATH="{root}/opt/ansible-runtime/bin:{root}/bin:{machine}:${{PATH}}"'
    yield f'export OSA_VERSION="{era.tag}"'
    if era.configurable:
        yield f'export OSA_CLONE_ROOT="{clone}"'
    yield 'RUN_CMD=$(basename "${0}")'


def _colour() -> Iterator[str]:
    yield "tell() {"
    yield '  if [ "${ANSIBLE_NOCOLOR:-0}" -eq "1" ]; then echo -e "${@}"'
    yield '  else echo -e "\\e[0;35m${@}\\e[0m"; fi'
    yield "}"


def _settings(era: Era, root: Path) -> Iterator[str]:
    config = "${OSA_CONFIG_DIR}" if era.configurable else f"{root}/etc/openstack_deploy"
    clone = "${OSA_CLONE_ROOT}" if era.configurable else f"{root}/opt/openstack-ansible"
    yield "VAR1="
    yield f'if [[ "${{PWD}}" == *"{clone}"* ]] || [ "${{RUN_CMD}}" == "openstack-ansible" ]; then'
    yield f"  . {root}/bin/openstack-ansible.rc"
    yield f"  if [[ -d {config}/group_vars || -d {config}/host_vars ]]; then"
    yield f"    [[ -f {config}/inventory.ini ]] || echo '[all]' > {config}/inventory.ini"
    yield "  fi"
    if era.user_rc:
        yield f'  OSA_USER_RC="${{OSA_USER_RC:-{config}/user.rc}}"'
        yield "  if [[ -f ${OSA_USER_RC} ]]; then source ${OSA_USER_RC}; fi"
    yield f"  if ls -1 {config}/user_*.yml &> /dev/null; then"
    yield f'    VAR1="$(for i in $(ls {config}/user_*.yml); do echo -ne "-e @$i "; done)"'
    yield '    tell "Variable files: \\"${VAR1}\\""'
    yield "  fi"
    yield "fi"


def _run(era: Era) -> Iterator[str]:
    both = '"${@}" ${VAR1}' if era.arguments_first else '${VAR1} "${@}"'
    yield 'if [ "${RUN_CMD}" != "openstack-ansible" ] && [ "${RUN_CMD}" != "ansible-playbook" ]'
    # In 16 the variable files go to ansible-playbook alone.
    yield f'then ${{RUN_CMD}} {"" if era.arguments_first else "${VAR1} "}"${{@}}"; exit; fi'
    yield f"ansible-playbook {both}"
    yield 'CODE="$?"'
    yield f'if [[ "${{CODE}}" -ne "0" ]]; then echo -e "\\n{NOTICE.format("failure")}"'
    yield f'else echo -e "\\n{NOTICE.format("success")}"; fi'
    yield f'echo "{RULE}"'
    yield 'exit "${CODE}"'


def rc_text(era: Era, root: Path) -> str:
    """Return the settings of Ansible the wrapper sources."""
    return "\n".join(_rc(era, root)) + "\n"


def _default(name: str, value: str) -> str:
    return f'export {name}="${{{name}:-{value}}}"'


def _rc(era: Era, root: Path) -> Iterator[str]:
    etc, inventory = root / "etc", root / "opt/openstack-ansible" / era.inventory
    config = "${OSA_CONFIG_DIR}"
    if era.c_locale:
        yield _default("LC_ALL", "C.UTF-8")
    if era.configurable:
        yield _default("OSA_CONFIG_DIR", f"{etc}/openstack_deploy")
        sources = f"{inventory}/dynamic_inventory.py,{inventory}/inventory.ini"
        yield _default("ANSIBLE_INVENTORY", f"{sources},{config}/inventory.ini")
    else:
        config = f"{etc}/openstack_deploy"
        yield _default("ANSIBLE_INVENTORY", str(inventory))
    yield _default("ANSIBLE_RETRY_FILES_ENABLED", "False")
    yield _default("ANSIBLE_LOG_PATH", f"{root}/openstack/log/ansible-logging/ansible.log")
    yield 'mkdir -p "$(dirname ${ANSIBLE_LOG_PATH})" || unset ANSIBLE_LOG_PATH'
    yield _default(
        "ANSIBLE_ROLES_PATH", f"{etc}/ansible/roles:{etc}/ansible/roles/ceph-ansible/roles"
    )
    yield from _plugins(era, etc / "ansible")
    yield _default("ANSIBLE_GATHERING", "smart")
    yield _default("ANSIBLE_CACHE_PLUGIN", "jsonfile")
    yield _default("ANSIBLE_CACHE_PLUGIN_CONNECTION", f"{config}/ansible_facts")
    yield _default("ANSIBLE_CACHE_PLUGIN_TIMEOUT", "86400")
    yield _default("ANSIBLE_HOST_KEY_CHECKING", "False")
    yield _default("ANSIBLE_TIMEOUT", "5")
    yield _default("ANSIBLE_SSH_PIPELINING", "True")
    if era.configurable:
        yield 'export ANSIBLE_PIPELINING="${ANSIBLE_SSH_PIPELINING}"'
        yield _default("ANSIBLE_FORKS", "5")
    yield _default("ANSIBLE_FORCE_HANDLERS", "True")
    if era.major >= 22:
        yield _default(
            "ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS", "always" if era.underscored else "ignore"
        )
    if era.major >= 31:
        yield _default("ANSIBLE_CALLBACK_RESULT_FORMAT", "yaml")


def _plugins(era: Era, ansible: Path) -> Iterator[str]:
    own, ceph = f"{ansible}/roles/plugins", f"{ansible}/roles/ceph-ansible/plugins"
    if era.major < 25:
        yield _default("ANSIBLE_CONNECTION_PLUGINS", f"{own}/connection")
        yield _default("ANSIBLE_TRANSPORT", "ssh")
        callbacks = f"{own}/callback" if era.major == 16 else f"{own}/callback:{ceph}/callback"
    else:
        yield _default("ANSIBLE_COLLECTIONS_PATH", str(ansible))
        yield _default("ANSIBLE_TRANSPORT", "openstack.osa.ssh")
        callbacks = f"{ceph}/callback"
    yield _default("ANSIBLE_CALLBACK_PLUGINS", callbacks)
    if era.major == 16:
        yield 'export ANSIBLE_CALLBACK_WHITELIST="profile_tasks"'
    if era.major == 25:
        yield _default("ANSIBLE_STRATEGY", "openstack.osa.linear")
