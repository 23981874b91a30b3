"""The clouds.yaml a playbook finds is the one openstacksdk would take there."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.facts.model import HostFacts, Tools
from octavia_wizard.core.findings import cloud_files
from octavia_wizard.core.findings.cloud_files import CloudFile, find_cloud_file

TEXT = "clouds:\n  default: {auth: {password: swordfish}}\n  other: {}\n"


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HostFacts:
    """A host with a home and a checkout, and nothing in them."""
    monkeypatch.setattr(cloud_files, "_SYSTEM", tmp_path / "system")
    for name in ("system", "home/.config/openstack", "clone/playbooks"):
        (tmp_path / name).mkdir(parents=True)
    return HostFacts(tmp_path, home=tmp_path / "home", tools=Tools(clone=tmp_path / "clone"))


def test_names_are_read_and_nothing_else(host: HostFacts) -> None:
    path = host.home / ".config/openstack/clouds.yaml"
    path.write_text(TEXT)
    found = find_cloud_file(host)
    assert found == CloudFile(str(path), frozenset(("default", "other")))
    assert "swordfish" not in repr(found)


def test_the_directory_of_the_playbooks_comes_first_and_the_system_s_last(
    host: HostFacts, tmp_path: Path
) -> None:
    for name in ("system", "home/.config/openstack", "clone/playbooks"):
        (tmp_path / name / "clouds.yaml").write_text(TEXT)
    for name in ("clone/playbooks", "home/.config/openstack", "system"):
        path = tmp_path / name / "clouds.yaml"
        assert find_cloud_file(host).path == str(path)
        path.unlink()
    assert find_cloud_file(host) == CloudFile("")


@pytest.mark.parametrize("name", ["clouds.yml", "clouds.json"])
def test_every_ending_openstacksdk_knows_is_taken(host: HostFacts, name: str) -> None:
    (host.home / ".config/openstack" / name).write_text('{"clouds": {"default": {}}}')
    assert find_cloud_file(host).names == {"default"}


@pytest.mark.parametrize("text", ["clouds: [", "clouds: 3\n", "", "- a\n"])
def test_a_file_that_describes_none_has_no_names(host: HostFacts, text: str) -> None:
    path = host.home / ".config/openstack/clouds.yaml"
    path.write_text(text)
    assert find_cloud_file(host) == CloudFile(str(path))


def test_what_cannot_be_read_has_no_names(host: HostFacts) -> None:
    path = host.home / ".config/openstack/clouds.yaml"
    path.mkdir()
    assert find_cloud_file(host) == CloudFile(str(path))
