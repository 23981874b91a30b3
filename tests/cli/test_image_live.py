"""The verbs of day two against a real Glance: one image has the tag at any time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openstack
import pytest

from octavia_wizard.core.image.build import packages, preflight
from tests.cli.conftest import Run, lines_of
from tests.cli.test_image import a_host, options
from tests.conftest import RehearsalCloud
from tests.core.image.build.fake_build import make_fake
from tests.core.image.support import qcow2

Connection = Any
"""openstacksdk's proxies give other types for each version of a service."""

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning:openstack"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:openstack"),
]

TAG = "cli-day-two"


@pytest.fixture
def cloud(rehearsal_cloud: RehearsalCloud) -> Iterator[Connection]:
    """An administrator's own connection; the images of these tests go with it."""
    config = openstack.config.OpenStackConfig(config_files=[str(rehearsal_cloud.clouds_file)])
    connection = openstack.connection.Connection(config=config.get_one("rehearsal"))
    yield connection
    for image in connection.image.images():
        if image.name == TAG:
            connection.image.delete_image(image.id)
    connection.close()


@pytest.fixture
def preset(home: Path, rehearsal_cloud: RehearsalCloud, monkeypatch: pytest.MonkeyPatch) -> str:
    """A preset that says no more than where the images are and what they are called."""
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(rehearsal_cloud.clouds_file))
    path = home / "work" / "images.yml"
    path.write_text(
        "schema: 1\ncloud: {name: rehearsal, release: 33.0.1}\n"
        f"image: {{source: file, path: {home}/first.qcow2, name: {TAG}, tag: {TAG}}}\n"
    )
    for size, name in enumerate(("first", "second"), start=1):
        qcow2(home / f"{name}.qcow2", virtual_size=size << 30, l1_size=2 * size)
    return str(path)


def tagged(cloud: Connection) -> list[str]:
    """Return the ids of the images Octavia could take."""
    return [image.id for image in cloud.image.images(tag=TAG) if image.status == "active"]


@pytest.fixture
def uploaded(run: Run, preset: str, cloud: Connection) -> str:
    """The id of the first image, uploaded."""
    result = run("image", "upload", preset, "--yes")
    assert result.exit_code == 0, result.output
    assert "image status" in result.stdout
    assert "rollback" not in result.stdout, "there is nothing to go back to"
    (image,) = tagged(cloud)
    return image


@pytest.fixture
def rotated(run: Run, preset: str, cloud: Connection, uploaded: str, home: Path) -> str:
    """The id of the second image, in place of the first."""
    second = str(home / "second.qcow2")
    result = run("image", "rotate", preset, "--file", second, "--yes")
    assert result.exit_code == 0, result.output
    assert "image rollback" in result.stdout
    (image,) = tagged(cloud)
    assert image != uploaded
    return image


def test_a_cloud_without_an_image_is_told(run: Run, preset: str, cloud: Connection) -> None:
    result = run("image", "status", preset)

    assert result.exit_code == 0, result.output
    assert f"Images with tag {TAG}" in result.stdout
    assert "none" in result.stdout


def test_without_a_yes_nothing_is_uploaded(run: Run, preset: str, cloud: Connection) -> None:
    assert run("image", "upload", preset).exit_code == 2
    assert tagged(cloud) == []


def test_an_upload_is_shown_and_not_repeated(
    run: Run, preset: str, cloud: Connection, uploaded: str
) -> None:
    again = run("image", "upload", preset)

    assert again.exit_code == 0, again.output
    assert "Nothing to do" in again.stdout
    assert tagged(cloud) == [uploaded]
    (status, _) = lines_of(run("image", "status", preset, "--format", "json"))
    assert status["current"] == uploaded
    assert [image["standing"] for image in status["images"]] == ["current"]


def test_an_upload_does_not_take_the_place_of_another(
    run: Run, preset: str, cloud: Connection, uploaded: str, home: Path
) -> None:
    result = run("image", "upload", preset, "--file", str(home / "second.qcow2"), "--yes")

    assert result.exit_code == 4, result.output
    assert tagged(cloud) == [uploaded]


def test_a_rotation_leaves_the_former_one_to_go_back_to(
    run: Run, preset: str, cloud: Connection, uploaded: str, rotated: str
) -> None:
    (status, _) = lines_of(run("image", "status", preset, "--format", "json"))
    standings = {image["id"]: image["standing"] for image in status["images"]}
    assert standings == {rotated: "current", uploaded: "former"}

    tag = ("--cloud", "rehearsal", "--set", f"image.tag={TAG}", "--set", "cloud.release=33.0.1")
    back = run("image", "rollback", uploaded, "--yes", *tag)
    assert back.exit_code == 0, back.output
    assert tagged(cloud) == [uploaded]
    pruned = run("image", "prune", "--keep", "0", "--yes", *tag)
    assert pruned.exit_code == 0, pruned.output
    assert [image.id for image in cloud.image.images() if image.name == TAG] == [uploaded]


def test_a_rotation_keeps_as_many_former_ones_as_it_is_told(
    run: Run, preset: str, cloud: Connection, uploaded: str, rotated: str, home: Path
) -> None:
    third = qcow2(home / "third.qcow2", data_clusters=5)
    result = run("image", "rotate", preset, "--file", str(third), "--keep", "1", "--yes")

    assert result.exit_code == 0, result.output
    (image,) = tagged(cloud)
    left = {image.id for image in cloud.image.images() if image.name == TAG}
    assert left == {image, rotated}


def test_undo_takes_a_rotation_back(
    run: Run, cloud: Connection, uploaded: str, rotated: str
) -> None:
    result = run("undo", "--yes")

    assert result.exit_code == 0, result.output
    assert rotated not in {image.id for image in cloud.image.images()}


def test_an_image_is_built_before_it_is_uploaded(
    run: Run,
    preset: str,
    cloud: Connection,
    home: Path,
    uploaded: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(preflight, "read_host", a_host())
    monkeypatch.setattr(packages, "absent_packages", lambda family, names: frozenset())
    fake = make_fake(home, variables={"speed": "100"}, commit=True)
    given = options(fake, home)
    built = home / "work" / "built.yml"
    built.write_text(
        "schema: 1\ncloud: {name: rehearsal, release: 33.0.1}\n"
        f"image: {{source: build, path: {home}/built.qcow2, name: {TAG}, tag: {TAG}}}\n"
    )
    lines = lines_of(run("image", "rotate", str(built), *given, "--yes", "--format", "json"))
    shares = [
        line["done"]
        for line in lines
        if line.get("event") == "step-progress" and line["unit"] == "share"
    ]

    assert lines[-1]["exit_code"] == 0, lines[-1]
    assert len(shares) > 3
    assert shares == sorted(shares)
    (image,) = tagged(cloud)
    assert image != uploaded
    (status, _) = lines_of(run("image", "status", str(built), "--format", "json"))
    now = next(one for one in status["images"] if one["id"] == image)
    assert now["origin"]["base"]
    assert now["origin"]["sha512"]


def test_an_interrupted_rotation_is_gone_on_with(
    run: Run,
    preset: str,
    cloud: Connection,
    uploaded: str,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from octavia_wizard.core.errors import StepError
    from octavia_wizard.core.steps.image import ImageStep

    def fail(*_: object) -> None:
        raise StepError("the disk is full")

    second = str(home / "second.qcow2")
    with monkeypatch.context() as patch:
        patch.setattr(ImageStep, "apply", fail)
        failed = run("image", "rotate", preset, "--file", second, "--yes")
    assert failed.exit_code == 5, failed.output
    assert "resume" in failed.stderr
    kept = {path: path.read_bytes() for path in home.rglob("preset.yml")}
    result = run("resume", "--yes")

    assert result.exit_code == 0, result.output
    (image,) = tagged(cloud)
    assert image != uploaded
    assert {path: path.read_bytes() for path in home.rglob("preset.yml")} == kept


def test_answers_without_a_cloud_have_no_images(run: Run, files_preset: Path) -> None:
    result = run("image", "status", str(files_preset))

    assert result.exit_code == 2
    assert "--cloud" in result.stderr
