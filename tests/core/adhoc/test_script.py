"""The script that runs on hosts reads octavia.conf as oslo.config does, and hides every secret."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from octavia_wizard.core.adhoc.reading import Sheet, bridge_of, digest_of, read_sheet
from tests.core.controllers.support import RELEASES, SALT, conf, told_by

SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]
CONF = """
stray continuation = no
[DEFAULT]
# password = word-1
;token = word-2
junk word-3
debug = False
transport_url = rabbit://octavia:word-4@10.0.0.1:5671//octavia
plain = rabbit://10.0.0.1
odd = http://someone:word-5@host
quoted = "in quotes"
coloned: one=two
twice = first
twice = second
MY_PASSWORD = word-6
admin_token=word-7
[health_manager]
controller_ip_port_list = 10.0.0.1:5555,
    10.0.0.2:5555
heartbeat_key = word-8
    word-9

    word-10
[certificates]
ca_private_key = /etc/octavia/certs/ca_key.pem
other_private_key = word-11
ca_private_key_passphrase: 'word-12'
[controller_worker]
amp_ssh_key_name = octavia_key
[haproxy_amphora]
connection_max_retries = 120
[database]
connection = mysql+pymysql://octavia:word-13@db/octavia
last = value"""


def sheet_of(etc: Path, shell: str = "sh") -> Sheet:
    """Run the script and read what it tells."""
    sheet = read_sheet(told_by(etc, shell=shell))
    assert sheet is not None
    return sheet


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    """A configuration directory."""
    (tmp_path / "certs").mkdir()
    (tmp_path / "octavia.conf").write_text(CONF)
    return tmp_path


@pytest.mark.parametrize("shell", SHELLS)
def test_no_secret_is_told_in_whatever_form_it_stands_there(etc: Path, shell: str) -> None:
    command = "sh" if shell == "busybox" else shell
    assert "word-" not in told_by(etc, shell=command)


def test_what_is_no_secret_is_told_as_oslo_config_reads_it(etc: Path) -> None:
    assert sheet_of(etc).options == {
        "DEFAULT.stray continuation": "no",
        "DEFAULT.debug": "False",
        "DEFAULT.plain": "rabbit://10.0.0.1",
        "DEFAULT.quoted": "in quotes",
        "DEFAULT.coloned": "one=two",
        "DEFAULT.twice": "second",
        "health_manager.controller_ip_port_list": "10.0.0.1:5555,\n10.0.0.2:5555",
        "certificates.ca_private_key": "/etc/octavia/certs/ca_key.pem",
        "controller_worker.amp_ssh_key_name": "octavia_key",
        "haproxy_amphora.connection_max_retries": "120",
        "database.last": "value",
    }


def test_a_secret_is_told_as_a_digest_of_its_whole_value(etc: Path) -> None:
    secrets = sheet_of(etc).secrets
    assert secrets["health_manager.heartbeat_key"] == digest_of(SALT, "word-8\nword-9")
    assert secrets["certificates.ca_private_key_passphrase"] == digest_of(SALT, "word-12")
    assert set(secrets) == {
        "DEFAULT.transport_url",
        "DEFAULT.odd",
        "DEFAULT.MY_PASSWORD",
        "DEFAULT.admin_token",
        "health_manager.heartbeat_key",
        "certificates.other_private_key",
        "certificates.ca_private_key_passphrase",
        "database.connection",
    }


@pytest.mark.parametrize("release", RELEASES)
def test_what_the_role_writes_gives_none_of_its_secrets_away(release: str, tmp_path: Path) -> None:
    (tmp_path / "octavia.conf").write_text(conf(release))
    told = told_by(tmp_path)
    assert "planted" not in told
    sheet = read_sheet(told)
    assert sheet is not None
    assert len(sheet.options) > 40
    assert len(sheet.secrets) >= 7


def test_of_a_file_with_key_and_certificate_only_the_certificate_is_told(etc: Path) -> None:
    key, certificate = etc / "key", etc / "certificate"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    both = (certificate.read_text(), key.read_text())
    (etc / "certs" / "client.pem").write_text("".join(both))
    # A certificate that lost its end must not drag the key behind it along.
    torn = certificate.read_text().partition("-----END")[0]
    (etc / "certs" / "server_ca.pem").write_text(torn + key.read_text() + "".join(both))
    told = told_by(etc)
    for line in key.read_text().splitlines():
        assert line not in told
    sheet = read_sheet(told)
    assert sheet is not None
    der = base64.b64decode("".join(certificate.read_text().splitlines()[1:-1]))
    assert base64.b64decode("".join(sheet.pem["client.pem"][1:-1])) == der


def test_without_octavia_conf_that_is_what_is_told(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path)
    assert not sheet.files
    assert not sheet.conf_read


def test_a_bridge_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert bridge_of(sheet_of(tmp_path), "br-lbaas") is None


def test_what_was_cut_short_is_not_taken_for_an_answer(etc: Path) -> None:
    told = told_by(etc)
    assert read_sheet(told) is not None
    assert read_sheet(told.rpartition("Z")[0]) is None
    assert read_sheet("V1\nMoctavia.conf nonsense of mode\nZ\n") is None
