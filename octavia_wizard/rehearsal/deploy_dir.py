"""The deploy directory of a rehearsal: a small site as OpenStack-Ansible would have it.

It stands beside the cloud's own state, so that dropping the state drops it too, and what is in it
is never overwritten. Its host groups and keys are those of 2026.1 (openstack_user_config.yml
examples of OpenStack-Ansible 33.0.1).
"""

from __future__ import annotations

import secrets
import string
import struct
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from octavia_wizard.core.image.inspect import inspect_image
from octavia_wizard.rehearsal import private
from octavia_wizard.rehearsal.layout import Layout

TEMPLATES = "deploy_templates"
SECRETS = (
    "galera_root_password",
    "haproxy_stats_password",
    "keystone_auth_admin_password",
    "keystone_container_mysql_password",
    "memcached_encryption_key",
    "neutron_ha_vrrp_auth_password",
    "nova_service_password",
    "octavia_cert_client_password",
    "octavia_container_mysql_password",
    "octavia_health_hmac_key",
    "octavia_oslomsg_rpc_password",
    "octavia_service_password",
    "rabbitmq_monitoring_password",
)
"""A few of those in OpenStack-Ansible's secrets file, with all of Octavia's in 2026.1."""
SECRET_CHARACTERS = 40

IMAGE_NAME = "amphora-x64-haproxy.qcow2"
IMAGE_GIB = 2
"""Size of the disk in the image, as that of diskimage-create.sh."""
_CLUSTER_BITS = 16


def deploy_directory(layout: Layout) -> Path:
    """Return the path of the deploy directory of a rehearsal cloud."""
    return layout.state / "openstack_deploy"


def image_file(deploy_dir: Path) -> Path:
    """Return the path of the image file that stands beside the deploy directory."""
    return deploy_dir.with_name(IMAGE_NAME)


def ensure_deploy_dir(layout: Layout) -> Path:
    """Make what is missing of the deploy directory and return its path; the state must exist."""
    target = deploy_directory(layout)
    if not target.exists():
        # Whole or not at all: a directory of that name is taken to be complete.
        unfinished = target.with_name(f".{target.name}.new")
        private.make_directory(unfinished)
        _copy(resources.files(__package__).joinpath(TEMPLATES), unfinished)
        private.write(unfinished / "user_secrets.yml", _secrets_text())
        unfinished.rename(target)
    image = image_file(target)
    if not image.exists() or _is_empty(image):
        image.write_bytes(stand_in_image(IMAGE_GIB))
    return target


def stand_in_image(gib: int) -> bytes:
    """Return a qcow2 file, version 3, of a disk of so many GiB with one empty partition.

    Header, reference counts and tables as docs/interop/qcow2 of QEMU lays them out; the only data
    is a partition table. The fake compute of the rehearsal boots whatever it is given.
    """
    cluster = 1 << _CLUSTER_BITS
    in_use = 1 << 63
    size = gib << 30
    entries = -(-size // (cluster * (cluster // 8)))
    header = struct.pack(
        ">4sIQIIQIIQQIIQQQQII",
        b"QFI\xfb", 3, 0, 0, _CLUSTER_BITS, size, 0, entries, 3 * cluster, cluster, 1,
        0, 0, 0, 0, 0, 4, 104,
    )  # fmt: skip
    table = struct.pack(">Q", 2 * cluster)
    counts = struct.pack(">6H", *[1] * 6)
    first_level = struct.pack(">Q", in_use | 4 * cluster).ljust(8 * entries, b"\0")
    second_level = struct.pack(">Q", in_use | 5 * cluster)
    clusters = (header, table, counts, first_level, second_level, _partition_table(size))
    return b"".join(part.ljust(cluster, b"\0") for part in clusters)


def _is_empty(image: Path) -> bool:
    """Say whether it is what earlier versions made: a disk without a partition table."""
    found = inspect_image(image, "qcow2", thorough=True)
    return not found.problems and found.allocated == 0


def _partition_table(size: int) -> bytes:
    """Return a master boot record with one active Linux partition up to the end of the disk."""
    start = 2048
    entry = struct.pack("<B3xB3xII", 0x80, 0x83, start, size // 512 - start)
    # What a BIOS runs first: it stops the processor, as there is no boot loader.
    return b"\xf4".ljust(446, b"\0") + entry.ljust(64, b"\0") + b"\x55\xaa"


def _copy(source: Traversable, target: Path) -> None:
    for entry in source.iterdir():
        if entry.is_dir():
            private.make_directory(target / entry.name)
            _copy(entry, target / entry.name)
        elif entry.name.endswith(".yml"):
            (target / entry.name).write_text(entry.read_text(encoding="utf-8"), encoding="utf-8")


def _secrets_text() -> str:
    alphabet = string.ascii_letters + string.digits
    lines = ["---", "# Random, and good for the rehearsal only."]
    for name in SECRETS:
        value = "".join(secrets.choice(alphabet) for _ in range(SECRET_CHARACTERS))
        lines.append(f"{name}: {value}")
    return "\n".join(lines) + "\n"
