"""How certificates come to the controllers is told by release, as the role really does it."""

from __future__ import annotations

import pytest

from octavia_wizard.core.lifecycle.distribution import distribution, on_controllers, restarts
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.releases import find_release

FILES_PLAYBOOK = "openstack-ansible os-octavia-install.yml"


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ("16.0.5", FILES_PLAYBOOK),
        ("18.1.20", FILES_PLAYBOOK),
        ("22.4.4", FILES_PLAYBOOK),
        ("23.0.0", f"{FILES_PLAYBOOK} --tags octavia-config"),
        ("29.2.4", f"{FILES_PLAYBOOK} --tags octavia-config"),
        ("33.0.1", "openstack-ansible openstack.osa.octavia --tags octavia-config"),
    ],
)
def test_the_playbook(release: str, command: str) -> None:
    """To 22 the role's certificate tasks have no tags, and would be left out with them."""
    first = distribution(find_release(release), {Pem.CLIENT})[0]
    assert first.command == command
    assert bool(first.directory) is ("os-octavia-install.yml" in command)


@pytest.mark.parametrize(
    ("release", "pem", "by_itself"),
    [
        ("16.0.5", Pem.CLIENT, False),
        ("21.2.12", Pem.SERVER_CA, False),
        ("22.0.0", Pem.SERVER_CA, True),
        ("25.0.0", Pem.SERVER_CA, False),
        ("26.5.3", Pem.CLIENT_KEY, True),
        ("27.0.0", Pem.SERVER_CA, True),
        ("33.0.1", Pem.CLIENT_CA, True),
    ],
)
def test_whether_services_are_restarted(release: str, pem: Pem, by_itself: bool) -> None:
    """Where the role does not restart them, the command for it follows."""
    found = find_release(release)
    assert restarts(found, {pem}) is by_itself
    commands = [one.command for one in distribution(found, {pem})]
    told = ["ansible octavia_all -f 1 -m shell -a 'systemctl restart '\"'\"'octavia-*'\"'\"''"]
    assert commands[1:] == ([] if by_itself else told)


def test_all_certificates_of_a_bundle_are_shown() -> None:
    """openssl x509 alone would show the first, which the phases leave as it is."""
    assert "print_certs" in on_controllers(Pem.SERVER_CA).command
    assert "fingerprint" in on_controllers(Pem.CLIENT).command
