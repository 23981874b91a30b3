"""What only the operator can type is asked for once, and judged before it is kept."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.secret_prompts import secret_prompts, try_secret
from tests.core.pki.support import SECRETS as PASSPHRASES
from tests.core.pki.support import SERVER_SECRET, generating, laid_out, openssl, owning
from tests.core.vault_support import PASSWORD, encrypted

SERVER = "octavia_ca_private_key_passphrase"
SOURCE = "octavia_wizard_client_source_password"
NAMES = {
    "server_ca_certificate": "ca_server_01.pem",
    "server_ca_key": "private/cakey.pem",
    "client_ca_certificate": "ca_01.pem",
    "client_certificate": "client-.pem",
    "client_key": "client.key",
}


@pytest.fixture
def own(tmp_path: Path) -> dict[str, object]:
    """Files of the operator's: the server CA's key encrypted, the client's in a PKCS#12 file."""
    laid_out(generating(tmp_path / "mine"))
    paths = {name: tmp_path / "mine" / file for name, file in NAMES.items()}
    bundle = tmp_path / "client.p12"
    openssl(
        *("pkcs12", "-export", "-in", paths["client_certificate"], "-inkey", paths["client_key"]),
        *("-passout", "pass:of the bundle", "-out", bundle),
    )
    return {**paths, "client_certificate": bundle, "client_key": bundle}


def deploy_dir(root: Path, **files: str) -> HostFacts:
    """Return what is known of a deploy directory with these files."""
    place = root / "openstack_deploy"
    place.mkdir()
    for name, text in files.items():
        (place / f"{name}.yml").write_text(text)
    return read_host(place, environ={})


def test_each_file_is_asked_for_once(own: dict[str, object], tmp_path: Path) -> None:
    """A PKCS#12 file that is certificate and key has one password."""
    host = deploy_dir(tmp_path)
    prompts = secret_prompts(owning("33.0.1", directory=tmp_path / "octavia", **own), host)
    assert [prompt.key.name for prompt in prompts if prompt.key] == [SERVER, SOURCE]
    assert all(prompt.is_wanted for prompt in prompts)
    assert "written nowhere" in prompts[1].purpose
    assert "user_secrets_octavia.yml" in prompts[0].purpose


def test_what_was_typed_is_tried(own: dict[str, object], tmp_path: Path) -> None:
    """Only what opens the file is kept; what is known is no longer waited for."""
    host = deploy_dir(tmp_path)
    answers = owning("33.0.1", directory=tmp_path / "octavia", **own)
    bundle = secret_prompts(answers, host)[1]

    def tried(text: str) -> bool:
        return try_secret(bundle, Secret(text), host.deploy_dir, os.environ).verdict.opens

    assert not tried("")
    assert not tried("wrong")
    assert tried("of the bundle")
    host = replace(host, typed={SOURCE: Secret("of the bundle")})
    (first, second) = secret_prompts(answers, host)
    assert (first.key and first.key.name, first.is_wanted) == (SERVER, True)
    assert (second.key and second.key.name, second.is_wanted) == (SOURCE, False)


def test_generated_keys_whose_secrets_got_lost(tmp_path: Path) -> None:
    """They are asked for like the operator's own: nothing made afresh would open them."""
    laid_out(generating(tmp_path / "octavia"))
    host = deploy_dir(tmp_path)
    prompts = secret_prompts(generating(tmp_path / "octavia"), host)
    assert {prompt.key.name for prompt in prompts if prompt.key and prompt.is_wanted} == {
        SERVER,
        "octavia_cert_client_password",
    }


def test_the_password_of_the_vault_comes_first(own: dict[str, object], tmp_path: Path) -> None:
    """What a closed file may hold is not asked for; what no file would hold is."""
    text = f"{SERVER}: {SERVER_SECRET}\n"
    host = deploy_dir(tmp_path, user_secrets=encrypted(text, tmp_path))
    answers = owning("33.0.1", directory=tmp_path / "octavia", **own)
    prompts = secret_prompts(answers, host)
    assert prompts[0].opens_vault
    assert {prompt.key.name for prompt in prompts if prompt.key and prompt.is_wanted} == {SOURCE}
    wrong = try_secret(prompts[0], Secret("wrong"), host.deploy_dir, os.environ)
    assert not wrong.verdict.opens
    assert wrong.vault is None
    right = try_secret(prompts[0], Secret(PASSWORD), host.deploy_dir, os.environ)
    assert right.verdict.opens
    opened = read_host(host.deploy_dir, environ={}, vault=right.vault)
    prompts = secret_prompts(answers, opened)
    assert [prompt.key.name for prompt in prompts if prompt.key and prompt.is_wanted] == [SOURCE]


def test_nothing_to_type(tmp_path: Path) -> None:
    """Of what is made and known nothing is waited for."""
    laid_out(generating(tmp_path / "octavia"))
    lines = "".join(f"{name}: {value}\n" for name, value in PASSPHRASES.items())
    host = deploy_dir(tmp_path, user_secrets=lines)
    prompts = secret_prompts(generating(tmp_path / "octavia"), host)
    assert not any(prompt.is_wanted or prompt.can_be_typed for prompt in prompts)
