"""What a playbook is started with: the operator's environment, and what the wizard needs of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from octavia_wizard.core.locales import usable

EVENTS = "OCTAVIA_WIZARD_EVENTS"
"""Names the file the callback plugin writes to."""

_ROLES = "/etc/ansible/roles"
_CALLBACKS = (f"{_ROLES}/plugins/callback", f"{_ROLES}/ceph-ansible/plugins/callback")
"""Where OSA looks for callback plugins unless it is told (openstack-ansible.rc, all releases)."""
_KEPT = ("OS_CLIENT_CONFIG_FILE",)
"""What says where clouds are described, rather than which one is meant."""
_SILENT = frozenset({"null", "minimal", "json", "jsonl", "oneline", "counter_enabled"})
"""Output plugins that write nothing, or nothing before the end, or no names of tasks."""
_DROPPED = frozenset(
    {
        EVENTS,
        # The password is handed over; nobody is there to type it.
        "ANSIBLE_ASK_VAULT_PASS",
        "ANSIBLE_FORCE_COLOR",
        "ANSIBLE_STEP",
    }
)


def environment_for(
    environ: Mapping[str, str],
    *,
    plugins: Path | None = None,
    events: Path | None = None,
    config_dir: Path | None = None,
    password: Path | None = None,
) -> dict[str, str]:
    """Return a playbook's environment, of which no value is a secret of the wizard's.

    ``plugins`` is the directory of our callback plugin, ``events`` where it writes, and
    ``password`` the file or pipe the vault password is read from.
    """
    own = {
        name: value
        for name, value in environ.items()
        if name not in _DROPPED
        and not name.startswith("OCTAVIA_WIZARD_")
        # They would be laid over the cloud that clouds.yaml describes.
        and (not name.startswith("OS_") or name in _KEPT)
    }
    output = own.get("ANSIBLE_STDOUT_CALLBACK", "")
    if output.rpartition(".")[2] in _SILENT:
        del own["ANSIBLE_STDOUT_CALLBACK"]
    own |= {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_NOCOWS": "1"}
    if plugins is not None:
        # OSA's own value is a default only, so that ours would replace it.
        others = own.get("ANSIBLE_CALLBACK_PLUGINS") or ":".join(_CALLBACKS)
        own["ANSIBLE_CALLBACK_PLUGINS"] = f"{plugins}:{others}"
    if events is not None:
        own[EVENTS] = str(events)
    if config_dir is not None:
        own["OSA_CONFIG_DIR"] = str(config_dir)
    if password is not None:
        own["ANSIBLE_VAULT_PASSWORD_FILE"] = str(password)
    return own | _readable_locale(own)


def _readable_locale(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what makes Ansible start where the locale is not UTF-8, and keeps the sorting order.

    ansible-core 2.14 and later refuse such a locale, and one that is not installed. The order in
    which OSA's wrapper reads the user's files is that of ``ls``, and stays as the operator has it.
    """
    if not usable(environ):
        return {"LC_ALL": "C.UTF-8"}  # ls, too, then sorts by bytes
    over, own, rest = (environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    kind = over or own or rest
    if kind.lower().replace("-", "").endswith("utf8"):
        return {}
    order = over or environ.get("LC_COLLATE", "") or rest or "C"
    return {"LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LC_COLLATE": order}
