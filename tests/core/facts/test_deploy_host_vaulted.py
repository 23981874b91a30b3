"""With the vault's password the names in encrypted files are known, and never their values."""

from __future__ import annotations

import os
from pathlib import Path

from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.facts.secret_faults import Fault
from octavia_wizard.core.vault import Vault
from tests.core.vault_support import PASSWORD, encrypted, inline

NOWHERE = Path("/nonexistent")
VALUE = "planted-value-8c1e"


def look(deploy: Path, password: str | None = PASSWORD) -> HostFacts:
    """Read a deploy directory with a password, or without one."""
    vault = Vault(Secret(password), os.environ) if password is not None else None
    return read_host(
        deploy,
        wrapper=NOWHERE,
        roles_dir=NOWHERE,
        release_file=NOWHERE,
        environ={},
        vault=vault,
    )


def test_names_and_lines_of_secrets_and_variables_are_known(tmp_path: Path) -> None:
    secrets = f"---\noctavia_service_password: {VALUE}\noctavia_health_hmac_key:\n"
    variables = f"a: 1\noctavia_amp_image_tag: {VALUE}\n"
    (tmp_path / "user_secrets.yml").write_text(encrypted(secrets, tmp_path))
    (tmp_path / "user_variables.yml").write_text(encrypted(variables, tmp_path, "prod"))
    host = look(tmp_path)
    files = {file.path.name: file for file in host.user_files}
    assert files["user_secrets.yml"].variables["octavia_service_password"].line == 2
    assert files["user_variables.yml"].variables["octavia_amp_image_tag"].line == 2
    assert all(file.vaulted and file.opened and not file.closed for file in files.values())
    assert host.secrets == {"octavia_service_password": tmp_path / "user_secrets.yml"}
    assert VALUE not in repr(host)
    assert PASSWORD not in repr(host)
    assert host.problems == ()


def test_without_a_password_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / "user_secrets.yml").write_text(encrypted(f"a_password: {VALUE}\n", tmp_path))
    (file,) = look(tmp_path, None).user_files
    assert file.closed
    assert (file.variables, file.unopened) == ({}, "")


def test_a_password_that_does_not_fit_is_told_of_each_file_and_the_rest_is_read(
    tmp_path: Path,
) -> None:
    (tmp_path / "user_secrets.yml").write_text(encrypted("a_password: x\n", tmp_path, word="else"))
    (tmp_path / "user_secrets_b.yml").write_text(encrypted("b_password: x\n", tmp_path))
    host = look(tmp_path)
    files = {file.path.name: file for file in host.user_files}
    assert files["user_secrets.yml"].closed
    assert "does not open" in files["user_secrets.yml"].unopened
    assert set(host.secrets) == {"b_password"}


def test_what_is_no_yaml_inside_is_a_problem_that_quotes_nothing(tmp_path: Path) -> None:
    (tmp_path / "user_secrets.yml").write_text(encrypted(f"a: [{VALUE}\n", tmp_path))
    host = look(tmp_path)
    assert [p.where for p in host.problems] == [f"{tmp_path}/user_secrets.yml:2"]
    assert VALUE not in repr(host)


def test_values_encrypted_by_themselves_are_there_with_and_without_the_password(
    tmp_path: Path,
) -> None:
    text = f"octavia_service_password: {inline(VALUE, tmp_path)}"
    text += f"octavia_health_hmac_key: {inline('insecure', tmp_path)}"
    (tmp_path / "user_secrets.yml").write_text(text)
    closed, opened = look(tmp_path, None), look(tmp_path)
    both = ("octavia_health_hmac_key", "octavia_service_password")
    assert closed.secrets_encrypted == opened.secrets_encrypted == both
    assert set(closed.secrets) == set(opened.secrets) == set(both)
    assert closed.faulty_secrets == ()
    assert [each.fault for each in opened.faulty_secrets] == [Fault.PUBLISHED]
    assert VALUE not in repr(opened)


def test_two_looks_at_the_same_are_equal(tmp_path: Path) -> None:
    (tmp_path / "user_secrets.yml").write_text(encrypted("a_password: x\n", tmp_path))
    assert look(tmp_path) == look(tmp_path)


def test_a_password_that_does_not_open_a_value_that_is_judged_is_told(tmp_path: Path) -> None:
    text = f"a: 1\noctavia_health_hmac_key: {inline('insecure', tmp_path)}"
    (tmp_path / "user_secrets.yml").write_text(text)
    host = look(tmp_path, "another")
    assert [p.where for p in host.problems] == [f"{tmp_path}/user_secrets.yml:2"]
    assert "does not open octavia_health_hmac_key" in host.problems[0].reason
    assert look(tmp_path, None).problems == look(tmp_path).problems == ()
