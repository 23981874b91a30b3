"""Deployments that run: an operator's files by release, and Ansible's own view of them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader  # type: ignore[import-untyped]

from octavia_wizard.core.adopting.adopt import adopt
from octavia_wizard.core.adopting.model import Adoption
from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.files import emit_files
from octavia_wizard.core.facts.deploy_host_files import OUR_VARIABLES, user_paths
from octavia_wizard.core.facts.model import CloudFacts, Facts
from octavia_wizard.core.questions.resolve import resolve
from octavia_wizard.core.releases import Release, find_release
from tests.core.emit.support import facts_of

RELEASES = ("16.0.29", "21.2.12", "25.6.0", "29.2.4", "31.3.0", "33.0.1")

USER_CONFIG = """\
---
cidr_networks:
  container: 172.29.236.0/22
  lbaas: 172.29.232.0/22
used_ips:
  - 172.29.232.1,172.29.232.50
  - "172.29.232.200,172.29.235.250"   # Neutron's
shared-infra_hosts: &infra
  infra1: {ip: 172.29.236.11}
  infra2: {ip: 172.29.236.12}
%(group)s: *infra
global_overrides:
  provider_networks:
    - network:
        container_bridge: br-lbaas
        container_type: veth
        container_interface: eth14
        ip_from_q: lbaas
        type: flat
        net_name: lbaas
        group_binds: [%(binds)s]
"""

FILES: dict[str, str] = {
    "16.0.29": """\
---
# Pike, as it was set up in 2018
debug: False
neutron_lbaas_octavia: True
octavia_loadbalancer_topology: SINGLE
octavia_spare_amphora_pool_size: "3"     # quoted, and a number all the same
octavia_management_net_subnet_allocation_pools: "172.29.232.200-172.29.235.250"
octavia_amp_ram: '2048'
octavia_amp_image_upload_enabled: "no"
octavia_ssh_enabled: no
octavia_octavia_conf_overrides:
  health_manager:
    failover_threads: 5
""",
    "21.2.12": """\
---
octavia_provider_network_name: vlan
octavia_provider_network_type: vlan
octavia_provider_segmentation_id: "412"
octavia_container_network_name: lbaas_address
octavia_loadbalancer_topology: ACTIVE_STANDBY   # since the outage
octavia_enable_anti_affinity: "True"
octavia_glance_image_tag: amphora-prod
octavia_download_artefact: False
octavia_ssh_enabled: "yes"
octavia_ssh_key_name: support
octavia_spare_amphora_pool_size: 2
octavia_num_instances: "400"
octavia_public_endpoint_debug: true
""",
    "25.6.0": """\
---
octavia_cinder_enabled: true
octavia_cinder_volume_type: "ceph"
octavia_cinder_volume_size: '20'
octavia_amp_availability_zone: lb
octavia_amp_disk: 0
octavia_amp_extra_specs:
  "hw_rng:allowed": True
octavia_management_net_dhcp: "False"
octavia_provider_network_mtu: "9000"
octavia_keystone_auth_plugin: "{{ octavia_keystone_auth_type }}"
octavia_wsgi_processes: "{{ [ansible_facts['processor_vcpus'], 4] | min }}"
octavia_service_project_name: services
""",
    "29.2.4": """\
---
octavia_neutron_management_network_uuid: 5f0c6a0e-6a5e-4b5c-9a3a-0c7b2a1d9e10
octavia_service_net_setup: no
octavia_nova_flavor_uuid: 42
octavia_management_net_subnet_cidr: 10.20.0.0/24
octavia_management_net_dhcp: "False"
octavia_ssh_enabled: true
octavia_health_manager_port: "5556"
octavia_tls_listener_enabled: 'no'
octavia_amp_image_id: 0a1b
""",
    "31.3.0": """\
---
octavia_loadbalancer_topology: SINGLE
octavia_enable_anti_affinity: no
octavia_provider_network_type: geneve
octavia_provider_segmentation_id: 77
octavia_security_group_rule_cidr: 0.0.0.0/0
octavia_num_ports: 9000
octavia_ovn_enabled: "False"
octavia_octavia_conf_overrides:
  controller_worker:
    amp_active_wait_sec: 15
  certificates:
    region_name: "{{ service_region }}"
""",
    "33.0.1": """\
---
octavia_loadbalancer_topology: "SINGLE"
octavia_enable_anti_affinity: "False"
octavia_management_net_subnet_gateway: 172.29.232.1
octavia_amp_vcpu: '2'
octavia_amp_active_retries: 30
octavia_swift_endpoint: x
octavia_extra_provider_drivers: null
octavia_legacy_policy: true
octavia_event_stream_driver: noop
""",
}
"""What operators write: comments, numbers and booleans in quotes, templates, dead names."""


@dataclass(frozen=True, slots=True)
class Site:
    """One deploy directory of a release."""

    release: Release
    directory: Path

    def facts(self, cloud: CloudFacts | None = None) -> Facts:
        """Read it afresh."""
        return facts_of(self.directory, cloud=cloud, HOME=str(self.directory.parent))

    def adopt(
        self, cloud: CloudFacts | None = None, given: Mapping[str, object] | None = None
    ) -> Adoption:
        """Import it."""
        values = {"cloud.release": self.release.name, **(given or {})}
        return adopt(self.facts(cloud), Answers(values))

    def emit(self, adoption: Adoption, cloud: CloudFacts | None = None) -> Effective:
        """Write the files of the preset into the directory itself; return the values."""
        facts = self.facts(cloud)
        effective = resolve(adoption.answers, facts)
        for file in emit_files(effective, facts):
            path = self.directory / file.path
            path.parent.mkdir(exist_ok=True)
            path.write_text(file.text)
        return effective


def site(
    release: str, root: Path, text: str | None = None, name: str = "user_variables.yml"
) -> Site:
    """Lay out a deploy directory."""
    known = find_release(release)
    directory = root / "openstack_deploy"
    directory.mkdir(parents=True)
    binds = ", ".join((known.rules.neutron_group_binds[0], *known.rules.service_groups))
    group = known.rules.infra_hosts_group
    config = USER_CONFIG % {"group": group, "binds": binds}
    (directory / "openstack_user_config.yml").write_text(config)
    (directory / name).write_text(FILES[release] if text is None else text)
    (directory / "user_secrets.yml").write_text(
        "".join(f"{secret}: value-of-{secret}\n" for secret in known.rules.required_secrets)
        + "octavia_server_certs_key_passphrase: 0123456789abcdef0123456789abcdef\n"
    )
    return Site(known, directory)


def ansible_view(directory: Path, only: str | None = None) -> dict[str, Any]:
    """Return all variables as Ansible's own loader reads them, the last file winning."""
    found: dict[str, Any] = {}
    for path in user_paths(directory, "C"):
        if only is None or path.name == only:
            with contextlib.suppress(AttributeError):
                found |= DataLoader().load_from_file(str(path)) or {}
    return found


def meaning(value: Any) -> Any:
    """Return what a value comes to where Ansible puts it into a file, or asks whether it is so."""
    if isinstance(value, dict):
        return {str(key): meaning(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [meaning(one) for one in value]
    text = str(value)
    words = {"yes": "true", "on": "true", "no": "false", "off": "false"}
    return words.get(text.lower(), text.lower())


def octavias(view: dict[str, Any], release: Release) -> dict[str, Any]:
    """Return what the release acts on, without secrets, by what it means."""
    return {
        name: meaning(value)
        for name, value in view.items()
        if (name.startswith("octavia_") or name == "debug")
        and release.has(name)
        and release.retired(name) is None
        and not name.endswith(("password", "passphrase", "hmac_key"))
    }


OURS = OUR_VARIABLES
