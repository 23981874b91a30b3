"""The certificates of a deployment are found where the role is pointed to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.pki.deployed import Deployed, Origin, find_deployed
from octavia_wizard.core.pki.layout import CertificateLayout, certificate_layout
from octavia_wizard.core.pki.pem import NAMES, ROOT_KEYS, Pem
from tests.core.findings.support import host, user_file
from tests.core.pki.support import BY_THE_ROLE, effective, generating, owning

RELEASES = ("16.0.29", "17.1.0", "21.0.0", "23.0.0", "25.0.0", "29.0.0", "33.0.1")


def put(*paths: Path) -> None:
    """Let files be there; what is in them does not matter."""
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def telling(**variables: object) -> HostFacts:
    return host(user_file("user_variables.yml", variables))


def emitting(layout: CertificateLayout) -> HostFacts:
    """Return a host that has the file the wizard emits."""
    return host(user_file("user_variables_octavia.yml", layout.variables, ours=True))


def find(release: str, home: Path, facts: HostFacts | None = None) -> Deployed:
    return find_deployed(effective(release), replace(facts or host(), home=home))


@pytest.mark.parametrize("release", RELEASES)
def test_what_the_wizard_emits_leads_to_the_files_of_the_answers(
    tmp_path: Path, release: str
) -> None:
    answers = generating(tmp_path / "octavia", release, certificates__key_type="rsa-4096")
    layout = certificate_layout(answers)
    put(*layout.files.values())
    found = find_deployed(answers, replace(emitting(layout), home=tmp_path))
    assert found.origin is Origin.USER_FILES
    # Where the role reads the halves, nothing leads to the file that has both.
    seen = {pem: path for pem, path in layout.files.items() if pem is not Pem.CLIENT_BUNDLE}
    assert dict(found.layout.files).items() >= seen.items()
    assert found.layout.role_key_bits == layout.role_key_bits
    assert found.layout.passphrases.keys() == layout.passphrases.keys()
    assert found.ours
    assert found.evidence[0] == "/etc/openstack_deploy/user_variables_octavia.yml:3"
    assert not found.unclear
    assert not found.setup_host


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("roots", [False, True])
def test_without_any_answers_the_same_files_are_found(
    tmp_path: Path, release: str, roots: bool
) -> None:
    """A monitoring system has no preset."""
    answers = generating(
        tmp_path / "octavia",
        release,
        certificates__key_type="rsa-4096",
        certificates__intermediates=roots,
    )
    layout = certificate_layout(answers)
    put(*layout.files.values())
    found = find(release, tmp_path, emitting(layout))
    assert found.origin is Origin.USER_FILES
    seen = {pem: path for pem, path in layout.files.items() if pem is not Pem.CLIENT_BUNDLE}
    assert dict(found.layout.files).items() >= seen.items()
    assert set(found.layout.files.values()) <= set(layout.files.values())
    assert found.layout.passphrases.keys() == layout.passphrases.keys()
    assert found.layout.role_key_bits == layout.role_key_bits
    assert found.ours


def test_a_root_key_taken_offline_is_not_missed(tmp_path: Path) -> None:
    answers = generating(tmp_path / "octavia", certificates__intermediates=True)
    layout = certificate_layout(answers)
    put(*(path for pem, path in layout.files.items() if pem not in ROOT_KEYS))
    found = find("33.0.1", tmp_path, telling(**layout.variables))
    assert not {*ROOT_KEYS} & found.layout.files.keys()
    assert Pem.CLIENT_CA_KEY in found.layout.files


def test_files_somebody_else_points_to(tmp_path: Path) -> None:
    facts = telling(
        octavia_ca_certificate="/pki/server/ca.crt",
        octavia_ca_private_key="/pki/server/ca.key",
        octavia_client_ca="/pki/client/ca.crt",
        octavia_client_cert="/pki/client/c.crt",
        octavia_client_key="/pki/client/c.key",
    )
    found = find("33.0.1", tmp_path, facts)
    assert found.origin is Origin.USER_FILES
    assert not found.ours
    assert {pem: str(path) for pem, path in found.layout.files.items()} == {
        Pem.SERVER_CA: "/pki/server/ca.crt",
        Pem.SERVER_CA_KEY: "/pki/server/ca.key",
        Pem.CLIENT_CA: "/pki/client/ca.crt",
        Pem.CLIENT: "/pki/client/c.crt",
        Pem.CLIENT_KEY: "/pki/client/c.key",
    }


def test_before_yoga_one_file_holds_certificate_and_key(tmp_path: Path) -> None:
    facts = telling(octavia_client_cert="/pki/client.pem", octavia_client_key="/not/read.key")
    found = find("23.0.0", tmp_path, facts)
    assert found.layout.files[Pem.CLIENT] == Path("/pki/client.pem")
    assert found.layout.files[Pem.CLIENT_KEY] == Path("/pki/client.pem")
    assert Pem.CLIENT_BUNDLE not in found.layout.files


def test_a_path_only_ansible_can_tell_is_named_and_not_looked_at(tmp_path: Path) -> None:
    facts = telling(octavia_client_ca="{{ groups['all'][0] }}.pem")
    found = find("33.0.1", tmp_path, facts)
    assert found.unclear == ("octavia_client_ca (/etc/openstack_deploy/user_variables.yml:3)",)
    assert Pem.CLIENT_CA not in found.layout.files
    assert Pem.SERVER_CA in found.layout.files


def test_the_role_of_pike_has_one_authority_in_its_home(tmp_path: Path) -> None:
    home = tmp_path / "lib"
    put(home / "certs/ca_01.pem")
    found = find("16.0.29", tmp_path, telling(octavia_system_home_folder=str(home)))
    assert found.origin is Origin.ROLE
    assert found.layout.files[Pem.SERVER_CA] == found.layout.files[Pem.CLIENT_CA]
    assert found.layout.files[Pem.CLIENT] == home / "certs/client.pem"
    assert find("16.0.29", tmp_path).layout.directory == Path("/var/lib/octavia/certs")


@pytest.mark.parametrize("release", ["17.1.0", "21.0.0", "23.0.0"])
def test_the_role_of_queens_to_xena_has_its_own_directory(tmp_path: Path, release: str) -> None:
    directory = tmp_path / "openstack-ansible/octavia"
    put(*(directory / name for pem, name in NAMES.items() if pem not in ROOT_KEYS))
    found = find(release, tmp_path)
    assert found.origin is Origin.ROLE
    assert found.layout.directory == directory
    assert found.layout.files[Pem.CLIENT_BUNDLE] == directory / "client.pem"
    assert found.layout.passphrases[Pem.SERVER_CA_KEY] == "octavia_cert_client_password"
    assert not found.ours


@pytest.mark.parametrize("told", [{}, {"openstack_pki_dir": "pki"}, {"octavia_cert_dir": "own"}])
def test_the_role_since_yoga_has_the_directory_of_the_pki(
    tmp_path: Path, told: dict[str, str]
) -> None:
    variables = {name: str(tmp_path / value) for name, value in told.items()}
    directory = tmp_path / next(iter(told.values()), "openstack-ansible")
    put(*(directory / name for name in BY_THE_ROLE.values()))
    facts = telling(**variables)
    facts = replace(facts, secrets={"octavia_ca_private_key_passphrase": tmp_path})
    found = find("29.0.0", tmp_path, facts)
    assert found.origin is Origin.ROLE
    assert {pem: path.relative_to(directory) for pem, path in found.layout.files.items()} == {
        pem: Path(name) for pem, name in BY_THE_ROLE.items()
    }
    assert found.layout.passphrases[Pem.SERVER_CA_KEY] == "octavia_ca_private_key_passphrase"


def test_files_of_the_answers_count_before_those_of_the_role(tmp_path: Path) -> None:
    answers = generating(tmp_path / "octavia")
    layout = certificate_layout(answers)
    put(tmp_path / "openstack-ansible" / BY_THE_ROLE[Pem.SERVER_CA])
    assert find_deployed(answers, replace(host(), home=tmp_path)).origin is Origin.ROLE
    put(layout.files[Pem.SERVER_CA])
    found = find_deployed(answers, replace(host(), home=tmp_path))
    assert found.origin is Origin.ANSWERS
    assert found.layout == layout


def test_where_there_is_nothing_it_is_said_where_that_was_looked_for(tmp_path: Path) -> None:
    found = find("33.0.1", tmp_path)
    assert found.origin is Origin.NONE
    assert found.layout.directory == tmp_path / "openstack-ansible"


@pytest.mark.parametrize(
    ("told", "elsewhere"),
    [
        ({"octavia_cert_setup_host": "localhost"}, ""),
        ({"octavia_cert_setup_host": "infra1"}, "infra1"),
        ({"openstack_pki_setup_host": "{{ groups['all'][0] }}"}, "{{ groups['all'][0] }}"),
        ({}, ""),
    ],
)
def test_another_host_that_makes_them_is_named(
    tmp_path: Path, told: dict[str, str], elsewhere: str
) -> None:
    assert find("33.0.1", tmp_path, telling(**told)).setup_host == elsewhere


def test_answers_tell_of_which_sources_the_files_are(tmp_path: Path) -> None:
    own: dict[str, Any] = {
        name: tmp_path / f"pki/{name}.pem"
        for name in ("server_ca_certificate", "server_ca_key", "client_ca_certificate")
    }
    own["client_certificate"] = own["client_key"] = tmp_path / "pki/client.p12"
    answers = owning(directory=tmp_path / "octavia", **own)
    layout = certificate_layout(answers)
    put(*layout.files.values())
    found = find_deployed(answers, replace(emitting(layout), home=tmp_path))
    assert not found.layout.generate
    assert found.layout.sources == layout.sources


@pytest.mark.parametrize(("generates", "enforced"), [(True, True), (False, False), ("no", False)])
def test_the_role_insists_on_sizes_only_where_it_makes_keys(
    tmp_path: Path, generates: object, enforced: bool
) -> None:
    facts = telling(octavia_ca_certificate="/pki/ca.pem", octavia_generate_certs=generates)
    bits = find("21.0.0", tmp_path, facts).layout.role_key_bits
    assert bool(bits) is enforced
    assert set(bits.values()) <= {4096}


def test_a_client_key_only_ansible_can_tell_is_not_taken_from_the_certificate(
    tmp_path: Path,
) -> None:
    facts = telling(octavia_client_cert="/pki/c.crt", octavia_client_key="{{ x }}")
    files = find("33.0.1", tmp_path, facts).layout.files
    assert files[Pem.CLIENT] == Path("/pki/c.crt")
    assert Pem.CLIENT_KEY not in files
