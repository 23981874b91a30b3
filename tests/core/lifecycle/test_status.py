"""What image status tells is what Octavia's driver would find, and what runs it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import Amphora
from octavia_wizard.core.lifecycle.failover import failover_commands
from octavia_wizard.core.lifecycle.model import ImageStanding, ImageStatus, NoteKind
from octavia_wizard.core.lifecycle.status import image_status
from octavia_wizard.core.steps.image_marks import OCTAVIA
from tests.core.image.support import qcow2
from tests.core.lifecycle.support import TAG, Site


def kinds(status: ImageStatus) -> list[NoteKind]:
    """Return what the notes say."""
    return [note.kind for note in status.notes]


@pytest.fixture
def two(site: Site) -> tuple[str, str]:
    """A former image and the present one."""
    site.build()
    site.deploy()
    (first,) = site.carriers
    return first, site.rotate(3)


def test_the_present_image_and_the_former(site: Site, two: tuple[str, str]) -> None:
    """With provenance, age, and the amphorae that run them."""
    first, second = two
    site.cloud.amphorae = (
        Amphora("a", "ALLOCATED", "lb-1", second),
        Amphora("b", "DELETED", "lb-1", first),
    )
    status = image_status(site.session(), datetime.now(UTC) + timedelta(days=7))
    current = status.current
    assert current is not None
    assert (current.image.id, current.age, current.amphorae) == (second, 7, 1)
    assert current.origin.base == "ubuntu-minimal noble"
    assert current.origin.builder == "diskimage-builder 3.43.0"
    assert current.matches_release is True
    assert current.ours
    (former,) = status.former
    assert former.image.id == first
    assert former.amphorae == 0
    assert former.replaced is not None
    assert status.notes == ()


def test_failover_is_needed_once_for_each_load_balancer(site: Site, two: tuple[str, str]) -> None:
    """Also for amphorae of an image that is gone; a spare one is replaced by itself."""
    first, second = two
    site.cloud.amphorae = (
        Amphora("a", "ALLOCATED", "lb-1", first),
        Amphora("b", "ALLOCATED", "lb-1", first),
        Amphora("c", "ALLOCATED", "lb-2", "gone"),
        Amphora("d", "ALLOCATED", "lb-3", second),
        Amphora("e", "READY", None, first),
        Amphora("f", "BOOTING", "lb-4", None),
    )
    status = image_status(site.session())
    commands = failover_commands(status)
    assert [one.command for one in commands] == [
        "openstack loadbalancer failover lb-1",
        "openstack loadbalancer failover lb-2",
        "openstack loadbalancer amphora failover e",
    ]
    assert commands[0].amphorae == ("a", "b")
    assert kinds(status) == [NoteKind.FAILOVER]
    assert status.notes[0].text.startswith("4 amphorae")


def test_amphorae_that_cannot_be_read(site: Site, two: tuple[str, str]) -> None:
    """Are told as such, and counted as not known."""
    site.cloud.unread = {Part.AMPHORAE: "that takes the admin role"}
    status = image_status(site.session())
    assert status.amphorae_unread == "that takes the admin role"
    assert status.current is not None
    assert status.current.amphorae is None
    assert kinds(status) == [NoteKind.UNREAD]
    assert failover_commands(status) == ()


def test_what_is_wrong_with_the_tag(site: Site, two: tuple[str, str]) -> None:
    """Two with it, one of another project, none at all."""
    first, second = two
    images = site.cloud.images
    images[first] = replace(images[first], tags=(TAG,))
    status = image_status(site.session())
    assert [one.image.id for one in status.carriers] == [second, first]
    assert kinds(status) == [NoteKind.SEVERAL]
    images[first] = replace(images[first], owner="somebody")
    images[second] = replace(images[second], status="deactivated")
    status = image_status(site.session())
    assert status.current is None
    assert kinds(status) == [NoteKind.NONE, NoteKind.MISPLACED, NoteKind.MISPLACED]
    assert len(status.of(ImageStanding.MISPLACED)) == 2


def test_an_old_image_of_another_release(site: Site, two: tuple[str, str]) -> None:
    """Has had no security fixes, and its agent may not understand the controller."""
    _, second = two
    images = site.cloud.images
    told = {**images[second].properties, OCTAVIA: "stable/2024.1 @ 0123abc"}
    images[second] = replace(images[second], properties=told)
    status = image_status(site.session(), datetime.now(UTC) + timedelta(days=91))
    assert kinds(status) == [NoteKind.OLD, NoteKind.RELEASE]
    told[OCTAVIA] = "our-own-branch @ 0123abc"
    assert status.current is not None
    again = image_status(site.session())
    assert again.current is not None
    assert again.current.matches_release is None


def test_half_made_images_and_newer_builds(site: Site, two: tuple[str, str]) -> None:
    """Both are told with what to do about them."""
    first, second = two
    images = site.cloud.images
    images["half"] = replace(images[first], id="half", status="saving", tags=())
    built = datetime.fromisoformat(images[second].properties["octavia_wizard_built"])
    older = {"octavia_wizard_built": (built - timedelta(days=1)).isoformat()}
    images[second] = replace(images[second], properties={**images[second].properties, **older})
    site.build(5)
    status = image_status(site.session())
    assert [one.image.id for one in status.of(ImageStanding.UNFINISHED)] == ["half"]
    assert [record.request.output for record in status.builds] == [site.path]
    assert kinds(status) == [NoteKind.UNFINISHED, NoteKind.NEWER_BUILD]


def test_without_a_cloud_there_is_nothing_to_tell(site: Site, tmp_path: Path) -> None:
    """The option that names one is told."""
    qcow2(tmp_path / "amphora.qcow2")
    with pytest.raises(UsageError, match="name no cloud"):
        image_status(site.session(cloud__mode="files"))
