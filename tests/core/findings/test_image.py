"""The image exists, can be found by Octavia, and is not the test image by accident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.findings import Inspected
from octavia_wizard.core.image.inspect import ImageFile
from tests.core.findings.support import Example, Given, cloud, each, host, image, user_file

TAG = "octavia-amphora-image"
ROLE = {"image.source": "role", "image.tag": TAG}
FILE = {"image.source": "file", "image.path": "/srv/amphora.qcow2", "image.tag": TAG}


def _adopt(*images: Image, wanted: str = "amphora", **parts: Any) -> Given:
    known = images or (image(**parts),)
    settings = {"image.source": "existing", "image.existing": wanted, "image.tag": TAG}
    return Given(settings, cloud=cloud(images=known))


def _file(*problems: str) -> Given:
    look = ImageFile(Path("/srv/amphora.qcow2"), problems=problems)
    return Given(FILE, inspected=Inspected(image=look))


def _beside(architecture: str) -> Given:
    old = image(properties={"hw_architecture": architecture})
    return Given({**FILE, "image.architecture": "x86_64"}, cloud=cloud(images=(old,)))


NOW = datetime(2026, 11, 22, tzinfo=UTC)
URL = "http://images.example/amphora.qcow2"


def _disk(boots: bool) -> Given:
    look = ImageFile(Path("/srv/amphora.qcow2"), boots=boots, hint="" if boots else "it is empty")
    return Given(FILE, inspected=Inspected(image=look))


def _download(url: str, **more: object) -> Given:
    settings = {"image.source": "download", "image.url": url, "image.tag": TAG}
    return Given({**settings, **{f"image.{key}": value for key, value in more.items()}})


def _aged(days: int, source: str = "file") -> Given:
    look = ImageFile(Path("/srv/amphora.qcow2"), changed=NOW - timedelta(days=days))
    return Given({**FILE, "image.source": source}, inspected=Inspected(now=NOW, image=look))


EXAMPLES = (
    Example(
        "test-only-image",
        Given(ROLE),
        Given({**ROLE, "variables.octavia_artefact_url": "https://images.example/amphora.qcow2"}),
        says="https://",
    ),
    Example("image-file-unusable", _file("it is empty"), _file(), says="it is empty"),
    Example("image-not-bootable", _disk(boots=False), _disk(boots=True), says="it is empty"),
    Example(
        "image-download-unverified",
        _download(URL),
        _download(URL, checksum=f"md5:{'0' * 32}"),
        says="http://images.example/amphora.qcow2 is not encrypted",
    ),
    Example("image-old", _aged(181), _aged(180), says="181 days"),
    Example("image-not-found", _adopt(wanted="nothing"), _adopt(), says="nothing"),
    Example(
        "image-ambiguous",
        _adopt(image("i1"), image("i2")),
        _adopt(image("i1"), image("i2"), wanted="i2"),
        says="i2",
    ),
    Example("image-not-active", _adopt(status="queued"), _adopt(), says="queued"),
    Example("image-untagged", _adopt(tags=("other",)), _adopt(), says="other"),
    Example("image-of-another-project", _adopt(owner="admin-id"), _adopt(), says="admin-id"),
    Example(
        "two-images-with-tag",
        _adopt(image("i1"), image("i2", "second"), wanted="i1"),
        _adopt(image("i1"), image("i2", "second", status="deactivated"), wanted="i1"),
        says="second",
    ),
    Example(
        "no-image",
        Given({**ROLE, "variables.octavia_download_artefact": False}),
        Given(ROLE),
        says="octavia_download_artefact",
    ),
    Example("image-architecture-differs", _beside("aarch64"), _beside("x86_64"), says="aarch64"),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_the_test_image_is_known_by_its_name_wherever_it_comes_from() -> None:
    name = "test-only-amphora-x64-haproxy-ubuntu-noble.qcow2"
    from_file = Given({**FILE, "image.path": f"/srv/{name}"})
    assert from_file.found("test-only-image")[0].key == "image.path"
    assert _adopt(name=name, wanted="i1").found("test-only-image")[0].key == "image.existing"


def test_a_test_image_to_be_downloaded_is_named_once() -> None:
    name = "test-only-amphora-x64-haproxy-ubuntu-noble.qcow2"
    case = _download(f"https://me:secret@tarballs.example/{name}", path=f"/srv/{name}")
    (found,) = case.found("test-only-image")
    assert found.key == "image.url"
    assert "secret" not in found.what


def test_only_plain_http_needs_a_checksum() -> None:
    assert not _download("https://images.example/a.qcow2").found("image-download-unverified")
    assert not _download("file:///srv/a.qcow2").found("image-download-unverified")


def test_a_file_that_is_yet_to_be_made_is_not_missed() -> None:
    missing = ImageFile(Path("/srv/a.qcow2"), problems=("it does not exist",), exists=False)
    damaged = ImageFile(Path("/srv/a.qcow2"), problems=("it is cut short",))
    for source, told in (("file", True), ("build", False), ("download", False)):
        settings = {**FILE, "image.source": source}
        absent = Given(settings, inspected=Inspected(image=missing))
        assert bool(absent.found("image-file-unusable")) is told
        there = Given(settings, inspected=Inspected(image=damaged))
        assert there.found("image-file-unusable")


def test_the_age_is_that_of_what_will_be_used() -> None:
    assert _aged(400, "download").found("image-old")
    assert not _aged(400, "build").found("image-old")


def test_an_image_in_glance_is_as_old_as_it_says() -> None:
    stamped = {"octavia_wizard_built": "2026-01-05T10:00:00+00:00"}
    for parts, old in (
        ({"created_at": "2026-01-01T10:00:00Z"}, True),
        ({"created_at": "2026-11-01T10:00:00Z"}, False),
        ({"created_at": "2026-11-01T10:00:00Z", "properties": stamped}, True),
        ({"created_at": ""}, False),
    ):
        case = _adopt(**parts)
        aged = Given(case.settings, cloud=case.cloud, inspected=Inspected(now=NOW))
        assert bool(aged.found("image-old")) is old
        assert not case.found("image-old")


def test_a_url_in_a_user_file_replaces_the_roles_own() -> None:
    file = user_file("user_variables.yml", {"octavia_artefact_url": "https://x.example/a.qcow2"})
    assert not Given(ROLE, host=host(file)).found("test-only-image")


def test_before_23_octavia_takes_images_of_any_project() -> None:
    case = _adopt(owner="admin-id")
    older = Given(case.settings, release="22.4.4", cloud=case.cloud)
    assert not older.found("image-of-another-project")


def test_images_of_other_projects_do_not_compete_from_23_on() -> None:
    both = (image("i1"), image("i2", "second", owner="tenant-id"))
    assert not _adopt(*both, wanted="i1").found("two-images-with-tag")


def test_a_tagged_image_in_the_cloud_spares_the_download() -> None:
    settings = {**ROLE, "variables.octavia_download_artefact": False}
    assert not Given(settings, cloud=cloud(images=(image(),))).found("no-image")


def test_images_that_could_not_be_read_are_not_missed() -> None:
    case = _adopt(wanted="nothing")
    unread = cloud(unread={Part.IMAGES: "503"})
    assert not Given(case.settings, cloud=unread).found("image-not-found")
