"""The deploy directory of a rehearsal: complete, readable as a site, never overwritten."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.image.inspect import inspect_image
from octavia_wizard.core.releases import find_release
from octavia_wizard.rehearsal.deploy_dir import (
    deploy_directory,
    ensure_deploy_dir,
    image_file,
    stand_in_image,
)
from octavia_wizard.rehearsal.layout import Layout


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A rehearsal cloud whose state has just been made."""
    layout = Layout.default(16000, root=tmp_path)
    layout.state.mkdir(parents=True)
    return layout


@pytest.fixture
def made(layout: Layout) -> Path:
    """The deploy directory."""
    return ensure_deploy_dir(layout)


def test_it_reads_as_a_site(made: Path) -> None:
    facts = read_host(made, environ={})

    assert not facts.problems
    assert set(facts.inventory.host_groups["os_infra_hosts"]) == {"infra1", "infra2", "infra3"}
    assert "physnet1" in [network.net_name for network in facts.inventory.provider_networks]
    rules = find_release("33.0.1").rules
    assert set(rules.required_secrets) <= set(facts.secrets)


def test_its_secrets_are_private_and_random(made: Path, tmp_path: Path) -> None:
    other = Layout.default(16001, root=tmp_path)
    other.state.mkdir()
    path = made / "user_secrets.yml"
    values = yaml.safe_load(path.read_text())

    assert path.stat().st_mode & 0o777 == 0o600
    assert len(set(values.values())) == len(values)
    assert path.read_text() != (ensure_deploy_dir(other) / "user_secrets.yml").read_text()


def test_what_is_there_stays(layout: Layout, made: Path) -> None:
    mine = made / "user_variables.yml"
    mine.write_text("---\nmine: true\n")
    image_file(made).write_bytes(b"mine")
    ensure_deploy_dir(layout)

    assert mine.read_text() == "---\nmine: true\n"
    assert image_file(made).read_bytes() == b"mine"


def test_half_of_one_is_made_whole(layout: Layout) -> None:
    target = deploy_directory(layout)
    os.mkdir(target.with_name(f".{target.name}.new"))

    assert (ensure_deploy_dir(layout) / "openstack_user_config.yml").exists()


def test_its_image_is_a_qcow2_file(made: Path) -> None:
    assert not inspect_image(image_file(made), "qcow2").problems


@pytest.mark.skipif(not shutil.which("qemu-img"), reason="qemu-img is not installed")
@pytest.mark.parametrize("gib", [1, 2, 20])
def test_qemu_finds_nothing_wrong_with_the_image(tmp_path: Path, gib: int) -> None:
    path = tmp_path / "stand-in.qcow2"
    path.write_bytes(stand_in_image(gib))
    subprocess.run(["qemu-img", "check", str(path)], check=True, capture_output=True)
