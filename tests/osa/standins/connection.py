"""Stands in for OSA's connection plugin ``ssh``: the hosts are directories of this machine.

As with OSA's own, a container is reached through the host that carries it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleConnectionFailure  # type: ignore[import-untyped]
from ansible.plugins.connection.local import (  # type: ignore[import-untyped]
    Connection as Local,
)

DOCUMENTATION = """
name: ssh
short_description: directories of this machine as hosts
description: Runs everything here, each host in its own directory.
author: the tests
options:
  physical_host:
    description: the host that carries the container
    vars: [{name: physical_host}]
  container_name:
    description: the container, or the host itself
    vars: [{name: container_name}]
extends_documentation_fragment: [connection_pipelining]
"""

TREE = Path("@TREE@")


class Connection(Local):  # type: ignore[misc]
    """Reaches one directory."""

    transport = "openstack.osa.ssh"
    has_pipelining = True

    def _connect(self) -> Any:
        host, carrier = self.get_option("container_name"), self.get_option("physical_host")
        root = TREE / "hosts" / carrier
        inside = root if carrier == host else root / "var/lib/lxc" / host / "rootfs"
        for place in (root, inside):
            if not place.is_dir() or (place / "switches/unreachable").exists():
                raise AnsibleConnectionFailure(
                    f"Failed to connect to the host via ssh: ssh: connect to host {host} port 22: "
                    "No route to host"
                )
        self._root = inside
        return super()._connect()

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> Any:
        """Run a command as it would run on the host."""
        self._connect()
        outside = os.environ.copy()
        os.environ.update(
            OSA_HOST_ROOT=str(self._root),
            PYTHONPATH=str(TREE / "jail"),
            PATH=f"{TREE / 'jail/bin'}:{outside['PATH']}",
        )
        try:
            return super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        finally:
            os.environ.clear()
            os.environ.update(outside)
