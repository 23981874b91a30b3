"""The real role's certificate tasks accept what the wizard wrote, and change none of it.

They run where checkouts are given, as git directories or URLs, in OCTAVIA_WIZARD_TEST_ROLE
(openstack-ansible-os_octavia), OCTAVIA_WIZARD_TEST_PKI_ROLE (ansible-role-pki) and
OCTAVIA_WIZARD_TEST_COLLECTION (openstack-ansible-plugins), and only as root, who can give a play
an /etc of its own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.integration.certificate_targets import expected_targets
from tests.integration.certificates import (
    RELEASES,
    RSA_ONLY,
    WITHOUT_OVN,
    Deployment,
    planned,
)
from tests.integration.own_pki import FORMS, SHORT_RSA, OwnPki
from tests.integration.real_role import COLLECTION, OCTAVIA, PKI_ROLE, ROLE, Roles, play

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        not (ROLE and PKI_ROLE and COLLECTION),
        reason="no checkouts in OCTAVIA_WIZARD_TEST_ROLE, _TEST_PKI_ROLE and _TEST_COLLECTION",
    ),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a play an /etc of its own"),
]


@pytest.fixture(scope="session")
def roles(tmp_path_factory: pytest.TempPathFactory) -> Roles:
    """Return the checkouts and tools; OCTAVIA_WIZARD_TEST_CACHE keeps them between sessions."""
    cache = os.environ.get("OCTAVIA_WIZARD_TEST_CACHE")
    root = Path(cache) if cache else tmp_path_factory.mktemp("roles")
    root.mkdir(parents=True, exist_ok=True)
    return Roles(root)


def _case(release: str, form: str) -> Any:
    return pytest.param(release, form, id=f"{release.partition('.')[0]}-{form}")


@pytest.mark.parametrize(
    ("release", "form"),
    [_case(release, form) for release in RELEASES for form in ("generate", "roots", *FORMS)],
)
def test_the_role_accepts_and_keeps_everything(
    release: str, form: str, roles: Roles, own_pkis: Mapping[str, OwnPki], tmp_path: Path
) -> None:
    _keeps(_deployment(release, form, own_pkis, tmp_path), roles)


@pytest.mark.parametrize("release", RSA_ONLY)
def test_the_key_of_the_client_ca_is_kept(release: str, roles: Roles, tmp_path: Path) -> None:
    """It has the client key's size, for the role has one variable for both."""
    own = OwnPki(tmp_path / "pki", SHORT_RSA)
    files = own.in_form("pem", tmp_path / "own", with_ca_key=True)
    _keeps(planned(tmp_path, release, "own", files), roles)


def _keeps(deployment: Deployment, roles: Roles) -> None:
    deployment.replay()
    before = deployment.state()
    play(roles, deployment)
    assert {name: deployment.state().get(name) for name in before} == before
    _judge_targets(deployment)
    # What the role adds or sets beside our files is nothing the wizard stumbles over.
    assert "Nothing to do" in deployment.replay()


@pytest.mark.parametrize("release", ["29.2.4", "33.0.1"])
def test_the_call_shared_with_ovn_keeps_everything(
    release: str, roles: Roles, tmp_path: Path
) -> None:
    """With OVN the role's call also makes OVN's certificate, and authorities nothing uses."""
    deployment = planned(tmp_path, release, "generate")
    deployment.replay()
    assert deployment.variables["octavia_generate_ca"] is True
    before = deployment.state()
    play(roles, deployment, ovn=True)
    assert deployment.state() == before
    _judge_targets(deployment)
    assert (deployment.place / "etc/octavia/certs/octavia_ovn.pem").stat().st_size


def _deployment(release: str, form: str, own_pkis: Mapping[str, OwnPki], root: Path) -> Deployment:
    ovn = (WITHOUT_OVN,) if int(release.partition(".")[0]) >= 25 else ()
    if form == "generate":
        return planned(root, release, "generate", None, *ovn)
    if form == "roots":
        return planned(root, release, "generate", None, "certificates.intermediates=yes", *ovn)
    own = own_pkis["rsa" if release in RSA_ONLY else "ec"].in_form(form, root / "own")
    return planned(root, release, "own", own, *ovn)


def _judge_targets(deployment: Deployment) -> None:
    """The files of the hosts hold what they should, and belong to the services' user."""
    certs = deployment.place / "etc/octavia/certs"
    expected = expected_targets(deployment)
    # Nothing else of ours gets there: neither the client CA's key nor that of a root.
    there = {path.name for path in certs.iterdir() if not path.name.startswith("octavia_ovn")}
    assert there == set(expected)
    for name, data in expected.items():
        assert (certs / name).read_bytes() == data, name
        stat = (certs / name).stat()
        # In 25 the role says neither owner nor mode of the file it puts together, and in 33 it
        # leaves the mode to the PKI role: facts of the role, which the wizard cannot better.
        if not (deployment.major == 25 and name == "client.pem"):
            assert (stat.st_uid, stat.st_gid) == (OCTAVIA[1], OCTAVIA[1]), name
            lax = deployment.major >= 33 and name != "client.pem"
            assert stat.st_mode & 0o777 == (0o644 if lax else 0o640), name
