"""The services' configuration."""

from __future__ import annotations

import configparser
import re
import stat
from pathlib import Path

import pytest
import yaml

from octavia_wizard.rehearsal import clouds, configuration, passwords
from octavia_wizard.rehearsal.layout import HOST, Layout, Service


@pytest.fixture
def secrets(layout: Layout) -> dict[str, str]:
    """The passwords of the cloud under test."""
    layout.state.mkdir(mode=0o700)
    return passwords.load_or_create(layout.passwords)


@pytest.mark.parametrize("name", configuration.FILES)
def test_every_template_is_filled_to_the_last_placeholder(
    name: str, layout: Layout, secrets: dict[str, str]
) -> None:
    """And is what oslo.config reads: sections of options, none given twice."""
    text = configuration.render(name, layout, secrets)
    assert "$" not in text
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.read_string(text)
    assert "DEFAULT" in text


def test_keystone_keeps_all_its_keys_in_the_state(layout: Layout, secrets: dict[str, str]) -> None:
    """Its defaults are below /etc: it would not start where nobody ran its own set-up."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(configuration.render("keystone.conf", layout, secrets))
    for section in ("fernet_tokens", "fernet_receipts", "credential"):
        assert Path(parser[section]["key_repository"]).is_relative_to(layout.state)


def test_a_template_ships_for_every_service(layout: Layout, secrets: dict[str, str]) -> None:
    """One file each, in a directory of its name."""
    configuration.write(layout, secrets)
    written = {path.parent.name for path in layout.etc.glob("*/*.conf")}
    assert written == set(Service)


def test_everything_written_is_private(layout: Layout, secrets: dict[str, str]) -> None:
    """The files hold passwords."""
    configuration.write(layout, secrets)
    clouds.write(layout, secrets)
    for path in layout.state.rglob("*"):
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected, path


def test_nothing_but_loopback_is_listened_on_or_called(
    layout: Layout, secrets: dict[str, str]
) -> None:
    """Every address in every file is the loopback's."""
    for name in configuration.FILES:
        text = configuration.render(name, layout, secrets)
        assert set(re.findall(r"https?://([^:/\s]+)", text)) <= {HOST}
        assert set(re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", text)) <= {HOST}


def test_neutron_knows_the_physical_networks_and_types(
    layout: Layout, secrets: dict[str, str]
) -> None:
    """Any VLAN on the named ones, flat networks anywhere, both tunnel types."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(configuration.render("neutron.conf", layout, secrets))
    named = parser["ml2_type_vlan"]["network_vlan_ranges"].split(",")
    assert {"physnet1", "physnet2", "provider", "lbaas", "vlan"} <= set(named)
    assert parser["ml2_type_flat"]["flat_networks"] == "*"
    assert {"vxlan", "geneve"} <= set(parser["ml2"]["type_drivers"].split(","))


def test_clients_find_three_logins(layout: Layout, secrets: dict[str, str]) -> None:
    """admin, octavia in the service project, and an ordinary user."""
    clouds.write(layout, secrets)
    known = yaml.safe_load(Path(layout.clouds_file).read_text())["clouds"]
    logins = {
        name: (entry["auth"]["username"], entry["auth"]["project_name"])
        for name, entry in known.items()
    }
    assert logins == {
        "rehearsal": ("admin", "admin"),
        "rehearsal-octavia": ("octavia", "service"),
        "rehearsal-demo": ("demo", "demo"),
    }
    assert known["rehearsal"]["auth"]["password"] == secrets["admin"]
