"""The image amphorae boot from: the one Octavia finds by its tag."""

from __future__ import annotations

from octavia_wizard.core.adopting.model import Found, Source
from octavia_wizard.core.adopting.reading import Answered, Reading
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.releases import ImageMechanism
from octavia_wizard.core.steps.image_marks import OWNER_VARIABLE, octavia_choice

TAG = "octavia_glance_image_tag"
DOWNLOAD = "octavia_download_artefact"
_TAG = "octavia-amphora-image"
_DOWNLOADS = (ImageMechanism.DOWNLOAD, ImageMechanism.RESOURCE)


def image_answers(reading: Reading) -> Answered:
    """Adopt the image Octavia takes; where the cloud was not read, say who brings it."""
    images = images_in_use(reading)
    if images:
        image = images[0]
        where = f"{image.name or 'an image'} carries the tag {image_tag(reading)}"
        yield "image.source", Found("existing", Source.CLOUD, where)
        yield "image.existing", Found(image.id, Source.CLOUD, where)
    elif _downloads(reading):
        yield "image.source", reading.by_file_or_role(DOWNLOAD, "role")
    else:
        yield "image.source", _nobody(reading)


def image_tag(reading: Reading) -> str:
    """Return the tag by which Octavia finds its image."""
    held = reading.holds(TAG)
    return held if isinstance(held, str) and held else _TAG


def images_in_use(reading: Reading) -> tuple[Image, ...]:
    """Return the images Octavia chooses from, the one it boots first."""
    cloud = reading.cloud
    if cloud is None:
        return ()
    owner = reading.text(OWNER_VARIABLE)
    if owner is None and reading.release.rules.image_owner_is_service_project:
        owner = cloud.service_project_id
    return octavia_choice(cloud.images, image_tag(reading), owner)


def _downloads(reading: Reading) -> bool:
    if reading.release.rules.image_mechanism not in _DOWNLOADS:
        return False
    return reading.holds(DOWNLOAD) is True


def _nobody(reading: Reading) -> Found:
    if reading.value(DOWNLOAD) is not None:
        return reading.by_file(DOWNLOAD, "existing")
    return Found("existing", Source.CHOSEN, "the role of this release downloads none")
