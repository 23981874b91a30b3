"""What the operator of a tree has in /etc/openstack_deploy."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.osa.era import Encryption, Era

SITES = Path(__file__).parent / "standins/sites"
VAULT_PASSWORD = "of-the-old-mill"
SECRETS = (
    "keystone_auth_admin_password",
    "memcached_encryption_key",
    "octavia_container_mysql_password",
    "octavia_service_password",
    "octavia_health_hmac_key",
)
"""Names of OSA's own user_secrets.yml in every release; the rest follows from the release."""


def write_configuration(era: Era, deploy_dir: Path, ansible: Path, password_file: Path) -> None:
    """Write all files of the operator."""
    text = (SITES / f"{era.site}.yml").read_text()
    (deploy_dir / "conf.d").mkdir(parents=True)
    end = "\r\n" if era.crlf else "\n"
    _write(deploy_dir / "openstack_user_config.yml", text.replace("\n", end))
    _write(deploy_dir / "conf.d/glance.yml", _service(era, "image_hosts", "Images, on two only."))
    _write(deploy_dir / "conf.d/cinder.yml", _service(era, "storage-infra_hosts", "Volumes"))
    _write(deploy_dir / "user_variables.yml", _variables(era))
    _write(deploy_dir / "user_zz_site.yml", _last(era))
    (deploy_dir / "group_vars").mkdir()
    _write(deploy_dir / "group_vars/horizon_all.yml", "horizon_time_zone: Europe/Berlin\n")
    if era.major >= 18:
        _clouds(password_file.parent / ".config/openstack/clouds.yaml")
    if era.user_rc:
        _write(deploy_dir / "user.rc", 'export SITE_NOTE="read by the wrapper"  # since zed\n')
    _secrets(era, deploy_dir / "user_secrets.yml", ansible, password_file)


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    with path.open("w", newline="") as file:
        file.write(text)
    path.chmod(mode)


def _clouds(path: Path) -> None:
    """Write what the Keystone playbook leaves on the host that sets services up."""
    path.parent.mkdir(parents=True)
    auth = "{auth_url: 'http://127.0.0.1:9', username: admin, password: none}"
    _write(path, f"clouds:\n  default:\n    auth: {auth}\n    region_name: RegionOne\n", 0o600)


def _service(era: Era, group: str, note: str) -> str:
    net = "10.20.0" if era.site == "openvswitch" else "172.29.236"
    hosts = "".join(f"  infra{n}: {{ip: {net}.1{n}}}  # rack {n}\n" for n in (1, 2))
    return f"# {note}\n{era.group(group)}:\n{hosts}"


def _variables(era: Era) -> str:
    return f"""---
## Site-wide settings. Octavia is still missing here!
debug: false
install_method: 'source'

# Neutron
neutron_plugin_type: {era.plugin}
haproxy_keepalived_external_vip_cidr:  "192.0.2.9/32"     # ask the network people
openstack_service_publicuri_proto: "https"
site_banner: from user_variables.yml   # overridden further down the alphabet

haproxy_extra_services:
    - service:
        haproxy_service_name: grafana
        haproxy_port: 3000      # not 443
"""


def _last(era: Era) -> str:
    return f"""# Read last: "z" comes after everything else.
site_banner: "from user_zz_site.yml"
site_release: '{era.tag}'
"""


def _values(era: Era) -> Iterator[tuple[str, str]]:
    names = list(SECRETS)
    names.append("octavia_rabbitmq_password" if era.major < 18 else "octavia_oslomsg_rpc_password")
    if era.major > 16:
        names.append("octavia_cert_client_password")
    for name in names:
        yield name, f"Secret0f{name.replace('_', '')}{era.major}"


def _secrets(era: Era, path: Path, ansible: Path, password_file: Path) -> None:
    vault = [str(ansible / "ansible-vault")]
    single = era.encryption is Encryption.VALUES
    lines = ["---", "# Filled by pw-token-gen.py; do not edit"]
    for number, (name, value) in enumerate(_values(era)):
        hidden = single and number % 2 == 0
        lines.append(_hidden(vault, name, value, password_file) if hidden else f"{name}: {value}")
    _write(path, "\n".join([*lines, ""]), 0o600)
    if era.encryption is not Encryption.NONE:
        _write(password_file, VAULT_PASSWORD + "\n", 0o600)
    if era.encryption is Encryption.WHOLE:
        _run([*vault, "encrypt", str(path)], password_file)


def _hidden(vault: list[str], name: str, value: str, password_file: Path) -> str:
    _write(password_file, VAULT_PASSWORD + "\n", 0o600)
    command = [*vault, "encrypt_string", "--stdin-name", name]
    return _run(command, password_file, value).rstrip("\n")


def _run(command: list[str], password_file: Path, given: str | None = None) -> str:
    full = [*command, "--vault-password-file", str(password_file)]
    home = {"HOME": str(password_file.parent), "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(full, input=given, text=True, capture_output=True, check=True, env=home)
    return done.stdout
