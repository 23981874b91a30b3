"""Checks of the amphora image: the file to upload, or the image in Glance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from octavia_wizard.core.facts.cloud import images_called
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed, note, warning
from octavia_wizard.core.image.inspect import is_test_only
from octavia_wizard.core.urls import shown_url

OLD_AFTER = timedelta(days=180)
BUILT = "octavia_wizard_built"
"""The property in which the wizard writes down when it built an image."""

TEST_IMAGE = warning(
    "test-only-image",
    "image.source",
    "The amphora image is meant for tests",
    "The Octavia project publishes it for its own tests: it gets no timely security fixes, and "
    "amphorae stand in the path of all traffic.",
    "Build an image with diskimage-create.sh of the release's branch for anything but a test.",
)
FILE_UNUSABLE = error(
    "image-file-unusable",
    "image.path",
    "The image file cannot be used",
    "It would be uploaded as it is, and no amphora would boot from it.",
    "Give the path of the image that diskimage-create.sh made.",
)
UNBOOTABLE = warning(
    "image-not-bootable",
    "image.path",
    "The image does not look like a disk that boots",
    "Without a partition table and a boot loader an amphora ends in Nova with no sign of life, and "
    "Octavia gives it up after some minutes.",
    "Give the path of the image that diskimage-create.sh made.",
)
UNVERIFIED = warning(
    "image-download-unverified",
    "image.checksum",
    "The download cannot be verified",
    "Over plain http anybody on the way can put another image in place of it, and amphorae stand "
    "in the path of all traffic.",
    "Give the checksum of the file (image.checksum), or an https URL.",
)
OLD = note(
    "image-old",
    "image.source",
    "The image is old",
    "Amphorae get no updates: what was mended in their operating system since is missing in them.",
    "Build a new one with diskimage-create.sh now and then, and fail the load balancers over.",
)
NOT_FOUND = error(
    "image-not-found",
    "image.existing",
    "The image does not exist",
    "Without it no amphora boots.",
    "Choose one of the images in Glance, or upload a file.",
)
AMBIGUOUS = error(
    "image-ambiguous",
    "image.existing",
    "Several images have this name",
    "Nothing tells which one is meant.",
    "Give the id of the image in place of its name.",
)
INACTIVE = error(
    "image-not-active",
    "image.existing",
    "The image has no data, or is switched off",
    "Octavia looks for active images only.",
    "Upload its data, reactivate it, or choose another.",
)
UNTAGGED = error(
    "image-untagged",
    "image.existing",
    "The image lacks the tag by which Octavia finds it",
    "Octavia knows its image by nothing but tag and owner. The wizard does not change an image "
    "it did not make.",
    "Tag it (openstack image set --tag), or answer the tag it has.",
)
FOREIGN = warning(
    "image-of-another-project",
    "image.existing",
    "The image belongs to another project",
    "From 23.0.0 Octavia looks for images of the service project alone, unless told otherwise: "
    "the files name this owner. A private image of another project may be refused to amphorae.",
    "Create the image in the service project (openstack image create --project), or share it.",
)
TWO_TAGGED = error(
    "two-images-with-tag",
    "image.tag",
    "Two active images have the tag",
    "Octavia takes the newest, whichever that is: amphorae of one cloud would differ.",
    "Remove the tag from all but one (openstack image unset --tag).",
)
NONE = error(
    "no-image",
    "image.source",
    "Nobody brings an amphora image",
    "The role downloads one only while octavia_download_artefact is true, and no image in the "
    "cloud has the tag.",
    "Upload a file, name an image in Glance, or leave octavia_download_artefact true.",
)
ARCHITECTURE = note(
    "image-architecture-differs",
    "image.architecture",
    "The image is of another architecture than the others",
    "The scheduler sends it to computes of that architecture only.",
    "Nothing to do if there are such computes.",
)


def check_test_only(case: Situation) -> Iterator[Finding]:
    """Look for the project's own test image."""
    for place, what in _named_test(case):
        yield TEST_IMAGE.found(what, place=place)
    for image in _existing(case):
        if is_test_only(image.name):
            what = f"{image.name} {image.id} is the test image, by its name."
            yield TEST_IMAGE.found(what, place="image.existing")


def check_file(case: Situation) -> Iterator[Finding]:
    """Look at the file to upload; one that is built or downloaded need not be there yet."""
    file = case.inspected.image
    if file is None or not (file.exists or case.effective.chosen("image.source", "file")):
        return
    for problem in file.problems:
        yield FILE_UNUSABLE.found(f"{file.path}: {problem}.", where=str(file.path))
    if file.boots is False and not file.problems:
        yield UNBOOTABLE.found(f"{file.path}: {file.hint}.", where=str(file.path))


def check_download(case: Situation) -> Iterator[Finding]:
    """Look at how a download is verified."""
    effective, url = case.effective, case.effective.maybe_text("image.url")
    if url is None or not effective.chosen("image.source", "download"):
        return
    if url.lower().startswith("http:") and effective.maybe_text("image.checksum") is None:
        yield UNVERIFIED.found(f"{shown_url(url)} is not encrypted, and no checksum is given.")


def check_age(case: Situation) -> Iterator[Finding]:
    """Look for an image that was made long ago; a copy of it can only be younger."""
    now, file = case.inspected.now, case.inspected.image
    if now is None:
        return
    # What is built anew may replace an old file.
    built = case.effective.chosen("image.source", "build")
    if not built and file is not None and file.changed is not None and not file.problems:
        yield from _old(now - file.changed, str(file.path), "image.path")
    for image in _existing(case):
        made = _made(image)
        if made is not None:
            yield from _old(now - made, f"{image.name} {image.id}", "image.existing")


def check_existing(case: Situation) -> Iterator[Finding]:
    """Look for the image in Glance that the answers name."""
    cloud, wanted = case.cloud(Part.IMAGES), case.effective.maybe_text("image.existing")
    if cloud is None or wanted is None or not case.effective.chosen("image.source", "existing"):
        return
    found = images_called(cloud, wanted)
    if not found:
        yield NOT_FOUND.found(f"No image has the id or name {wanted}.")
    elif len(found) > 1:
        ids = listed(f"{image.id} of {image.created_at[:10]}" for image in found)
        yield AMBIGUOUS.found(f"{len(found)} images are called {wanted}: {ids}.")
    else:
        yield from _judge(case, cloud, found[0])


def check_tagged(case: Situation) -> Iterator[Finding]:
    """Count the images Octavia could take."""
    cloud, tag = case.cloud(Part.IMAGES), case.effective.maybe_text("image.tag")
    if cloud is None or tag is None or case.effective.is_on("image.replace"):
        # The plan says then from which images the tag is taken.
        return
    found = [image for image in cloud.images if tag in image.tags and image.status == "active"]
    if case.release.rules.image_owner_is_service_project:
        found = [image for image in found if image.owner in _owners(case, cloud)]
    if len(found) > 1:
        newest_first = sorted(found, key=lambda image: image.created_at, reverse=True)
        told = listed(f"{i.name} {i.id} of {i.created_at[:10]}" for i in newest_first)
        yield TWO_TAGGED.found(f"{len(found)} images have the tag {tag}: {told}.")


def check_none(case: Situation) -> Iterator[Finding]:
    """Look for a deployment that ends without any image."""
    effective, cloud = case.effective, case.cloud(Part.IMAGES)
    if not effective.chosen("image.source", "role"):
        return
    tag = effective.maybe_text("image.tag") or ""
    tagged = cloud is not None and any(tag in image.tags for image in cloud.images)
    downloads = case.variable("octavia_download_artefact") is not False
    if not tagged and not (downloads and case.release.rules.default_image_url):
        reason = "octavia_download_artefact is false" if not downloads else "it downloads none"
        yield NONE.found(f"The role is to bring the image, but {reason}.")


def check_architecture(case: Situation) -> Iterator[Finding]:
    """Compare architectures of images that will be side by side."""
    cloud, wanted = case.cloud(Part.IMAGES), case.effective.maybe_text("image.architecture")
    tag = case.effective.maybe_text("image.tag")
    if cloud is None or wanted is None or tag is None:
        return
    for image in cloud.images:
        theirs = image.properties.get("hw_architecture") or image.properties.get("architecture")
        if tag in image.tags and theirs and theirs != wanted:
            yield ARCHITECTURE.found(f"{image.name} {image.id} is {theirs}, the file is {wanted}.")


def _judge(case: Situation, cloud: CloudFacts, image: Image) -> Iterator[Finding]:
    at = f"image {image.id}"
    if image.status != "active":
        yield INACTIVE.found(f"{image.name} {image.id} is {image.status}.", where=at)
    tag = case.effective.maybe_text("image.tag")
    if tag is not None and tag not in image.tags and not case.effective.is_on("image.replace"):
        tags = ", ".join(image.tags) or "none"
        yield UNTAGGED.found(f"{image.name} lacks the tag {tag}; its tags: {tags}.", where=at)
    project = cloud.service_project_id
    strict = case.release.rules.image_owner_is_service_project
    if strict and project is not None and image.owner != project:
        yield FOREIGN.found(
            f"{image.name} belongs to {image.owner}, not to the service project {project}, and is "
            f"{image.visibility}.",
            where=at,
        )


def _named_test(case: Situation) -> Iterator[tuple[str, str]]:
    """Yield the questions whose answer names the test image, and how."""
    effective = case.effective
    url, path = _url(case), effective.maybe_text("image.path")
    own = effective.maybe_text("image.url")
    if effective.chosen("image.source", "role") and url is not None and is_test_only(url):
        yield "image.source", f"The role is to download {shown_url(url)}."
    if effective.chosen("image.source", "download") and own is not None and is_test_only(own):
        yield "image.url", f"{shown_url(own)} is the test image, by its name."
    elif path is not None and is_test_only(path):
        yield "image.path", f"{path} is the test image, by its name."


def _old(age: timedelta, what: str, place: str) -> Iterator[Finding]:
    if age > OLD_AFTER:
        yield OLD.found(f"{what} was made {age.days} days ago, or earlier.", place=place)


def _made(image: Image) -> datetime | None:
    """Return when an image was built, as far as its properties tell, or else came to Glance."""
    for told in (image.properties.get(BUILT, ""), image.created_at):
        try:
            made = datetime.fromisoformat(told)
        except ValueError:
            continue
        return made if made.tzinfo else made.replace(tzinfo=UTC)
    return None


def _existing(case: Situation) -> tuple[Image, ...]:
    cloud, wanted = case.cloud(Part.IMAGES), case.effective.maybe_text("image.existing")
    if cloud is None or wanted is None or not case.effective.chosen("image.source", "existing"):
        return ()
    return images_called(cloud, wanted)


def _owners(case: Situation, cloud: CloudFacts) -> set[str | None]:
    adopted = _existing(case)
    return {image.owner for image in adopted} if adopted else {cloud.service_project_id}


def _url(case: Situation) -> str | None:
    """Return where the role downloads from: the answers, a user file, or its own default."""
    if case.variable("octavia_amp_image_resource") is not None:
        return None
    told = case.variable("octavia_artefact_url")
    for file in case.facts.host.user_files:
        known = file.variables.get("octavia_artefact_url")
        if told is None and known is not None and not file.ours:
            told = known.value
    return told if isinstance(told, str) else case.release.rules.default_image_url


CHECKS: tuple[Check, ...] = (
    check_test_only,
    check_file,
    check_download,
    check_age,
    check_existing,
    check_tagged,
    check_none,
    check_architecture,
)
