"""Every shipped preset does what its description says, on real services, and is undone again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.pki.pem import Pem
from tests.cli.conftest import Run
from tests.cli.test_live import Connection, cloud, inventory
from tests.conftest import RehearsalCloud
from tests.core.image.build.fake_build import make_fake
from tests.core.pki.support import SERVER_SECRET, generating, made
from tests.plain.imaging import building

__all__ = ["cloud"]

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning:openstack"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:openstack"),
]

# Up to 18 only /etc/openstack_deploy is read, and a test must not write there.
ACCEPTED = ("deploy-directory-not-read",)


@pytest.fixture(autouse=True)
def _site(
    home: Path, deploy_dir: Path, rehearsal_cloud: RehearsalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(rehearsal_cloud.clouds_file))
    image = deploy_dir.with_name("amphora-x64-haproxy.qcow2")
    shutil.copy(image, home / "work" / image.name)


def replayed(run: Run, cloud: Connection, *arguments: str) -> None:
    """Replay, replay again with nothing to do, and undo to what was there before."""
    before = inventory(cloud)
    accepted = [part for name in ACCEPTED for part in ("--accept", name)]
    command = ["replay", *arguments, "--cloud", "rehearsal", "--yes", *accepted]
    first = run(*command)
    assert first.exit_code == 0, first.output
    again = run(*command)
    assert again.exit_code == 0, again.output
    assert "Nothing to do" in again.stdout
    undone = run("undo", "--yes")
    assert undone.exit_code == 0, undone.output
    assert inventory(cloud) == before


@pytest.mark.parametrize("preset", ["pike-flat-single", "lab-single-node", "zed-linuxbridge"])
def test_what_is_to_be_made_is_made(preset: str, run: Run, cloud: Connection) -> None:
    replayed(run, cloud, preset)


def test_what_is_to_be_built_is_built(run: Run, cloud: Connection, home: Path) -> None:
    answers = building(make_fake(home / "fake", commit=True), home)
    given = [f"{key}={value}" for key, value in answers.items() if key.startswith("image.")]
    settings = [part for text in given for part in ("--set", text)]
    replayed(run, cloud, "production-vlan", *settings)


@pytest.fixture
def existing(cloud: Connection, deploy_dir: Path, home: Path) -> Iterator[None]:
    """What the preset adopts: a network, a tagged image, and certificates of the site's own."""
    project = cloud.identity.find_project("service").id
    network = cloud.network.create_network(name="octavia-mgmt", project_id=project)
    cloud.network.create_subnet(
        network_id=network.id, name="octavia-mgmt", project_id=project, cidr="10.66.0.0/22",
        ip_version=4, gateway_ip=None,
    )  # fmt: skip
    image = cloud.image.create_image(
        "amphora-x64-haproxy",
        data=(home / "work" / "amphora-x64-haproxy.qcow2").read_bytes(),
        disk_format="qcow2",
        container_format="bare",
        tags=["octavia-amphora-image"],
        visibility="private",
        owner=project,
        wait=True,
    )
    files = made(generating(home, certificates__key_type="ec-p256")).files
    pki = home / "work" / "octavia-pki"
    pki.mkdir(mode=0o700)
    for name, data in {
        "server_ca.pem": files[Pem.SERVER_CA],
        "server_ca.key": files[Pem.SERVER_CA_KEY],
        "client_ca.pem": files[Pem.CLIENT_CA],
        "client.pem": files[Pem.CLIENT],
        "client.key": files[Pem.CLIENT_KEY],
    }.items():
        (pki / name).touch(0o600)
        (pki / name).write_bytes(data)
    with (deploy_dir / "user_secrets.yml").open("a") as secrets:
        secrets.write(f"octavia_ca_private_key_passphrase: {SERVER_SECRET}\n")
    yield
    cloud.image.delete_image(image.id)
    cloud.network.delete_network(network.id)


@pytest.mark.usefixtures("existing")
def test_what_exists_is_adopted_and_left_as_it_was(run: Run, cloud: Connection) -> None:
    # The fingerprints of a site's own certificates are for its operator to approve.
    replayed(run, cloud, "adopt-existing", "--accept", "cert-not-approved")


def test_files_only_contacts_no_cloud(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(home / "none.yaml"))
    result = run("replay", "files-only", "--yes")
    assert result.exit_code == 0, result.output
