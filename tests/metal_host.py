"""A deploy host whose controllers run their services without containers, and that is an old one."""

from __future__ import annotations

from octavia_wizard.core.session import Session

_CONFIG = """\
---
cidr_networks:
  management: 172.29.236.0/22
shared-infra_hosts: &controllers
  infra1:
    ip: 172.29.236.11
    no_containers: true
octavia-infra_hosts: *controllers
"""


def put_metal(session: Session) -> None:
    """Write its configuration, and read it; Octavia's group is named as before 33.0.0."""
    path = session.options.deploy_dir / "openstack_user_config.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_CONFIG)
    session.read_host()
