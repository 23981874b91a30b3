"""Values that protect nothing are known without being kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.facts.secret_faults import (
    CONF_OVERRIDES,
    SERVER_CERTS_KEY_PASSPHRASE,
    Fault,
    fault_of,
    faults_in_overrides,
)
from tests.core.emit.support import facts_of

HEART = "octavia_health_hmac_key"
CA = "octavia_ca_private_key_passphrase"
GOOD = "A-strong_one=of-32-characters-00"
DEFAULT = "insecure-key-do-not-use-this-key"


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        (HEART, "insecure", Fault.PUBLISHED),
        (HEART, "secrete", Fault.PUBLISHED),
        (HEART, "abcdef", Fault.SHORT),
        (HEART, 1234, Fault.SHORT),
        (HEART, "x" * 24, None),
        (HEART, None, None),
        (HEART, "{{ of_a_template }}", None),
        (CA, "foobar", Fault.PUBLISHED),
        (CA, "not-secure-passphrase", Fault.PUBLISHED),
        (CA, "short", Fault.SHORT),
        (CA, "long-enough", None),
        (SERVER_CERTS_KEY_PASSPHRASE, DEFAULT, Fault.PUBLISHED),
        (SERVER_CERTS_KEY_PASSPHRASE, GOOD, None),
        (SERVER_CERTS_KEY_PASSPHRASE, f"{GOOD},{DEFAULT}", None),
        (SERVER_CERTS_KEY_PASSPHRASE, [GOOD, GOOD], None),
        (SERVER_CERTS_KEY_PASSPHRASE, f"{DEFAULT},{GOOD}", Fault.PUBLISHED),
        (SERVER_CERTS_KEY_PASSPHRASE, GOOD[1:], Fault.MALFORMED),
        (SERVER_CERTS_KEY_PASSPHRASE, GOOD.replace("A", "$"), Fault.MALFORMED),
        (SERVER_CERTS_KEY_PASSPHRASE, [], Fault.MALFORMED),
        ("octavia_service_password", "foobar", None),
    ],
)
def test_what_is_wrong_with_a_value(name: str, value: object, fault: Fault | None) -> None:
    assert fault_of(name, value) is fault


@pytest.mark.parametrize("value", [None, "text", [], {"certificates": None}, {"certificates": []}])
def test_a_map_of_any_shape_is_looked_into(value: object) -> None:
    assert not any(faults_in_overrides(value).values())


def test_the_facts_name_file_and_line_and_no_value(tmp_path: Path) -> None:
    (tmp_path / "user_secrets.yml").write_text(f"---\n{HEART}: insecure\n{CA}: foobar\n")
    (tmp_path / "user_variables.yml").write_text(
        f"{CONF_OVERRIDES}:\n  certificates:\n    server_certs_key_passphrase: {DEFAULT}\n"
        "  health_manager:\n    heartbeat_key: insecure\n"
    )
    host = facts_of(tmp_path).host
    found = {each.name: (each.fault, each.path.name, each.line) for each in host.faulty_secrets}
    assert found == {
        HEART: (Fault.PUBLISHED, "user_secrets.yml", 2),
        CA: (Fault.PUBLISHED, "user_secrets.yml", 3),
        f"{CONF_OVERRIDES}: certificates/server_certs_key_passphrase": (
            Fault.PUBLISHED,
            "user_variables.yml",
            1,
        ),
        f"{CONF_OVERRIDES}: health_manager/heartbeat_key": (
            Fault.PUBLISHED,
            "user_variables.yml",
            1,
        ),
    }
    assert "insecure" not in repr(host.faulty_secrets)
    assert "foobar" not in repr(host)


def test_the_last_file_counts_and_a_map_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "user_secrets.yml").write_text(f"{HEART}: insecure\n")
    (tmp_path / "user_secrets_z.yml").write_text(f"{HEART}: {'x' * 32}\n")
    (tmp_path / "user_a.yml").write_text(
        f"{CONF_OVERRIDES}: {{health_manager: {{heartbeat_key: insecure}}}}\n"
    )
    (tmp_path / "user_b.yml").write_text(f"{CONF_OVERRIDES}: {{DEFAULT: {{debug: true}}}}\n")
    assert facts_of(tmp_path).host.faulty_secrets == ()
