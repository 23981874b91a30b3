"""A running deployment keeps its authorities: an import names them, and proposes no others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from octavia_wizard.core.engine.plan import build_plan
from octavia_wizard.core.facts.deploy_host_files import OUR_VARIABLES
from octavia_wizard.core.pki.pem import NAMES, Pem
from octavia_wizard.core.questions.resolve import resolve
from octavia_wizard.core.steps.base import Action
from tests.core.adopting.support import Site, site
from tests.core.pki.support import BY_THE_ROLE, generating, laid_out

OCTAVIA = "octavia_loadbalancer_topology: SINGLE\n"
FILES = {
    "certificates.server_ca_certificate": Pem.SERVER_CA,
    "certificates.server_ca_key": Pem.SERVER_CA_KEY,
    "certificates.client_ca_certificate": Pem.CLIENT_CA,
    "certificates.client_certificate": Pem.CLIENT,
    "certificates.client_key": Pem.CLIENT_KEY,
}


def decided(running: Site) -> Action:
    """Return what the certificates step would do."""
    facts = running.facts()
    effective = resolve(running.adopt().answers, facts)
    items = build_plan(effective, facts).items
    return next(one.action for one in items if one.step == "certificates")


def test_what_the_role_made_in_era_b_is_named_as_it_lies(tmp_path: Path) -> None:
    running = site("21.2.12", tmp_path, OCTAVIA)
    directory = tmp_path / "openstack-ansible/octavia"
    laid_out(generating(directory, "21.2.12"))
    answers = running.adopt().answers.values

    assert answers["certificates.source"] == "own"
    assert answers["certificates.server_ca_certificate"] == str(directory / "ca_server_01.pem")
    assert answers["certificates.client_ca_certificate"] == str(directory / "ca_01.pem")


def test_what_the_role_made_in_era_c_is_named_as_it_lies(tmp_path: Path) -> None:
    running = site("31.3.0", tmp_path, OCTAVIA)
    layout = laid_out(generating(tmp_path / "made", "31.3.0"))
    for pem, name in BY_THE_ROLE.items():
        path = tmp_path / "openstack-ansible" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(layout.files[pem], path)
    adoption = running.adopt()
    answers = adoption.answers.values

    assert answers["certificates.source"] == "own"
    for key, pem in FILES.items():
        assert answers[key] == str(tmp_path / "openstack-ansible" / BY_THE_ROLE[pem])
    # Its passphrase would have to be typed: naming it is left to the operator.
    assert "certificates.client_ca_key" not in answers
    assert any("certificates.client_ca_key" in text for text in adoption.todo)


def test_in_era_a_one_authority_for_both_sides_is_not_replaced(tmp_path: Path) -> None:
    certs = tmp_path / "var/certs"
    layout = laid_out(generating(tmp_path / "made", "16.0.29"))
    (certs / "private").mkdir(parents=True)
    shutil.copy(layout.files[Pem.SERVER_CA], certs / "ca_01.pem")
    shutil.copy(layout.files[Pem.SERVER_CA_KEY], certs / "private/cakey.pem")
    shutil.copy(layout.files[Pem.CLIENT_BUNDLE], certs / "client.pem")
    text = f"{OCTAVIA}octavia_system_home_folder: {tmp_path / 'var'}\n"
    answers = site("16.0.29", tmp_path, text).adopt().answers.values

    assert answers["certificates.source"] == "own"
    assert answers["certificates.server_ca_certificate"] == str(certs / "ca_01.pem")
    assert answers["certificates.client_ca_certificate"] == str(certs / "ca_01.pem")
    assert answers["certificates.client_key"] == str(certs / "client.pem")


def test_files_the_operator_points_to_are_followed(tmp_path: Path) -> None:
    layout = laid_out(generating(tmp_path / "pki", "33.0.1"))
    text = OCTAVIA + yaml.safe_dump(
        {
            "octavia_ca_certificate": str(layout.files[Pem.SERVER_CA]),
            "octavia_ca_private_key": str(layout.files[Pem.SERVER_CA_KEY]),
            "octavia_client_ca": str(layout.files[Pem.CLIENT_CA]),
            "octavia_client_cert": str(layout.files[Pem.CLIENT]),
            "octavia_client_key": str(layout.files[Pem.CLIENT_KEY]),
            "octavia_generate_ca": False,
            "octavia_generate_client_cert": False,
        }
    )
    running = site("33.0.1", tmp_path, text)
    adoption = running.adopt()

    for key, pem in FILES.items():
        assert adoption.answers.values[key] == str(layout.files[pem])
    assert {one.name for one in adoption.deviations} <= {
        "octavia_ca_certificate",
        "octavia_ca_private_key",
        "octavia_client_ca",
        "octavia_client_cert",
        "octavia_client_key",
        "octavia_generate_ca",
        "octavia_generate_client_cert",
    }
    assert all("the same certificates" in one.why for one in adoption.deviations)


@pytest.mark.parametrize("release", ["16.0.29", "21.2.12", "25.6.0", "33.0.1"])
def test_what_the_wizard_made_is_kept(release: str, tmp_path: Path) -> None:
    running = site(release, tmp_path, OCTAVIA)
    layout = laid_out(generating(running.directory / "octavia", release))
    pointing = dict(layout.variables.items())
    ours = "---\n# Written by octavia-wizard\n" + yaml.safe_dump(pointing)
    (running.directory / OUR_VARIABLES).write_text(ours)
    adoption = running.adopt()
    answers = adoption.answers.values

    assert answers["certificates.source"] == "generate"
    assert answers["certificates.directory"] == str(running.directory / "octavia")
    assert answers["certificates.key_type"] == "ec-p256"
    assert not adoption.deviations


def test_authorities_are_never_made_where_none_are_found(tmp_path: Path) -> None:
    running = site("33.0.1", tmp_path, OCTAVIA)
    adoption = running.adopt()

    assert adoption.answers.values["certificates.source"] == "own"
    assert decided(running) is Action.BLOCKED
    assert any("no certificates were found" in text for text in adoption.unseen)
    assert any("certificates.server_ca_key" in text for text in adoption.todo)


def test_a_path_only_ansible_can_tell_is_not_guessed(tmp_path: Path) -> None:
    text = OCTAVIA + 'octavia_ca_certificate: "{{ site_pki }}/server_ca.pem"\n'
    adoption = site("33.0.1", tmp_path, text).adopt()

    assert "certificates.server_ca_certificate" not in adoption.answers.values
    assert any("octavia_ca_certificate" in text for text in adoption.unseen)


def test_our_copies_do_not_lie_over_the_operators_files(tmp_path: Path) -> None:
    running = site("33.0.1", tmp_path, OCTAVIA)
    directory = running.directory / "octavia"
    layout = laid_out(generating(directory, "33.0.1"))
    text = OCTAVIA + yaml.safe_dump(
        {
            "octavia_ca_certificate": str(layout.files[Pem.SERVER_CA]),
            "octavia_ca_private_key": str(layout.files[Pem.SERVER_CA_KEY]),
            "octavia_client_ca": str(layout.files[Pem.CLIENT_CA]),
            "octavia_client_cert": str(layout.files[Pem.CLIENT]),
            "octavia_client_key": str(layout.files[Pem.CLIENT_KEY]),
        }
    )
    (running.directory / "user_variables.yml").write_text(text)
    # One file of a whole set of ours is missing, so that it is none of ours.
    (directory / NAMES[Pem.CLIENT_BUNDLE]).unlink()
    answers = running.adopt().answers.values

    assert answers["certificates.source"] == "own"
    assert answers["certificates.directory"] == str(running.directory / "octavia-wizard")
