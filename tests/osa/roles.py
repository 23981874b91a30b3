"""The role os_octavia as it lies on a deploy host: the variables of the release, and few tasks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from octavia_wizard.core.releases import Reader, Variable, VariableKind, find_release
from tests.osa.era import Era

STANDINS = Path(__file__).parent / "standins"

# What the catalogue only knows to be computed, and the tasks here need.
COMPUTED = {
    "octavia_ca_private_key_passphrase": "{{ octavia_cert_client_password }}",
    "octavia_container_network_name": "{{ octavia_provider_network.ip_from_q }}_address",
    "octavia_provider_inventory_net_name": "{{ octavia_provider_network_name }}",
    "octavia_hm_hosts": (
        "{{ groups[octavia_hm_group] | map('extract', hostvars, "
        "['container_networks', octavia_container_network_name, 'address']) | join(',') }}"
    ),
    "octavia_security_group_rule_cidr": "{{ octavia_management_net_subnet_cidr }}",
}


def write_role(era: Era, root: Path) -> None:
    """Write the role."""
    role = root / "etc/ansible/roles/os_octavia"
    for part in ("defaults", "tasks", "templates", "vars", "handlers"):
        (role / part).mkdir(parents=True)
    (role / "defaults/main.yml").write_text(_defaults(era))
    (role / "vars/main.yml").write_text(yaml.safe_dump(_vars(era, root), width=500))
    for part in ("tasks", "handlers"):
        text = (STANDINS / f"role/{part}.yml").read_text()
        (role / f"{part}/main.yml").write_text(text)
    template = (STANDINS / "role/octavia.conf.j2").read_text()
    (role / "templates/octavia.conf.j2").write_text(template)
    (role / "templates/rest.j2").write_text(_rest(era))


def _defaults(era: Era) -> str:
    lines = ["---", "# The variables of the release; what is computed there is so here too"]
    computed = COMPUTED | {"octavia_provider_network": _provider_network(era)}
    for name, variable in _variables(era):
        if variable.kind is VariableKind.COMMENTED_OUT:
            lines.append(f"# {name}: {variable.default_text.partition(chr(10))[0]}".rstrip())
        if variable.kind is not VariableKind.DEFAULT:
            continue
        if variable.computed:
            text = _yaml(computed.get(name, "{{ octavia_computed | default(omit) }}"))
        elif isinstance(variable.default, list | dict):
            text = _yaml(variable.default)
        else:
            text = variable.default_text
        lines.append(f"{name}: {text}")
    return "\n".join([*lines, ""])


def _variables(era: Era) -> list[tuple[str, Variable]]:
    """Return the variables the role itself reads."""
    variables = find_release(era.tag).variables()
    return [pair for pair in variables.items() if pair[1].read_by is Reader.ROLE]


def _yaml(value: object) -> str:
    """Write a value on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, width=5000)
    return text.removesuffix("...\n").strip()


def _rest(era: Era) -> str:
    """Mention every variable without a default, as some task or template of the real role does."""
    read = [name for name, one in _variables(era) if one.kind is not VariableKind.DEFAULT]
    return "".join(f"{name} = {{{{ {name} | default('') }}}}\n" for name in read)


def _provider_network(era: Era) -> str:
    name = "octavia_provider_network_name"
    if era.major >= 25:
        name = "octavia_provider_inventory_net_name"
    return (
        "{{ provider_networks | map(attribute='network') | selectattr('net_name', 'defined') "
        f"| selectattr('net_name', 'equalto', {name}) | first }}}}"
    )


def _vars(era: Era, root: Path) -> dict[str, object]:
    """Return what the real role has in its tasks, by era."""
    return {
        "octavia_copied": _combined() if era.combined_client else _apart(),
        "octavia_joined": not era.combined_client,
        "octavia_server_ca_file": "ca.pem" if era.combined_client else "server_ca.pem",
        "octavia_names_key_always": era.major == 16,
        "octavia_owner_looked_up": era.major >= 23,
        "octavia_lookup": str(root / "bin/look-up"),
    }


def _combined() -> Mapping[str, str]:
    return {
        "client.pem": "{{ octavia_client_cert }}",
        "client_ca.pem": "{{ octavia_client_ca }}",
        "server_ca.pem": "{{ octavia_ca_certificate }}",
        "ca.pem": "{{ octavia_server_ca }}",
        "ca_key.pem": "{{ octavia_ca_private_key }}",
    }


def _apart() -> Mapping[str, str]:
    return {
        "client.pem.crt": "{{ octavia_client_cert }}",
        "client.pem.key": "{{ octavia_client_key }}",
        "client_ca.pem": "{{ octavia_client_ca }}",
        "server_ca.pem": "{{ octavia_ca_certificate }}",
        "ca_key.pem": "{{ octavia_ca_private_key }}",
    }
