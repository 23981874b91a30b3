"""The file an image is made of: there already, or still to be built or downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.image.build.asking import request_of
from octavia_wizard.core.image.build.lookup import finished_build, owner_of
from octavia_wizard.core.image.build.record import BuildRecord
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.fetched import fetched
from octavia_wizard.core.image.hashes import Digests, recall
from octavia_wizard.core.image.inspect import ImageFile, inspect_image
from octavia_wizard.core.steps.image_marks import (
    SOURCE,
    SOURCE_URL,
    VERIFIED,
    build_properties,
    is_build,
    not_before,
)
from octavia_wizard.core.urls import shown_url

BUILT_LATER = "to be built"
FETCHED_LATER = "to be downloaded"


@dataclass(frozen=True, slots=True)
class Brought:
    """What the answers want to have in Glance."""

    path: Path
    file: ImageFile | None = None
    """The file that is to be uploaded; None while it is still to be made."""
    digests: Digests | None = None
    """Its hashes, where they are known without reading it."""
    later: str = ""
    """How it is still to be made; "" where it is not."""
    request: BuildRequest | None = None
    """What is to be built, where it is built."""
    provenance: Mapping[str, str] = field(default_factory=dict)
    """Properties that tell where the file came from."""

    @property
    def is_gone(self) -> bool:
        """Whether it is the operator's own file, and not there."""
        return self.file is not None and not self.file.exists

    @property
    def problems(self) -> str:
        """Why the file cannot be uploaded; "" where it can, or is not there yet."""
        return "; ".join(self.file.problems) if self.file is not None else ""


def image_path(effective: Effective) -> Path:
    """Return the path of the file to upload."""
    return Path(effective.text("image.path")).expanduser().absolute()


def brought(effective: Effective, *, thorough: bool = False) -> Brought:
    """Look at the file; hashes only from what is remembered.

    A build or download that is not what is wanted now counts as still to be made: the step that
    makes the file replaces it.
    """
    path = image_path(effective)
    request = request_of(effective)
    if request is not None:
        record = finished_build(request, not_before(effective))
        if record is None:
            return Brought(path, later=BUILT_LATER, request=request)
        return Brought(
            path,
            inspect_image(path, effective.text("image.disk_format"), thorough=thorough),
            _digests(record) or recall(path),
            request=request,
            provenance=build_properties(record),
        )
    if effective.chosen("image.source", "download") and not is_fetched(effective, path):
        return Brought(path, later=FETCHED_LATER)
    file = inspect_image(path, effective.text("image.disk_format"), thorough=thorough)
    return Brought(path, file, recall(path), provenance=_provenance(path))


def is_it(brought: Brought, image: Image, effective: Effective) -> bool:
    """Say whether an image is made of this file, or of a build just like it."""
    if brought.request is not None and is_build(
        image, brought.request.fingerprint, not_before(effective)
    ):
        return True
    if brought.later == FETCHED_LATER:
        return is_download(image, effective)
    if brought.is_gone:
        return image.properties.get(SOURCE) == brought.path.name
    return brought.file is not None and has_data_of(image, brought.file, brought.digests)


def is_download(image: Image, effective: Effective) -> bool:
    """Say whether an image is of the URL of the answers, and was verified as they ask."""
    url = shown_url(effective.maybe_text("image.url") or "")
    told = effective.maybe_text("image.checksum") or ""
    verified = image.properties.get(VERIFIED, "")
    return image.properties.get(SOURCE_URL) == url and told in ("", verified)


def has_data_of(image: Image, file: ImageFile, digests: Digests | None) -> bool:
    """Say whether an image holds what a file does; by size only where no hashes are known."""
    if image.size != file.size:
        return False
    if digests is None:
        return True
    if image.hash_algo == "sha512" and image.hash_value:
        return image.hash_value == digests.sha512
    return image.checksum == digests.md5


def is_fetched(effective: Effective, path: Path) -> bool:
    """Say whether a file is what the answers want downloaded, verified as they ask.

    A file that was verified is good enough where no checksum is asked for.
    """
    known, told = fetched(path), effective.maybe_text("image.checksum") or ""
    url = shown_url(effective.maybe_text("image.url") or "")
    return known is not None and known.url == url and told in ("", known.checksum)


def _provenance(path: Path) -> Mapping[str, str]:
    """Tell of a file what the wizard knows, whatever the answers call it."""
    record = owner_of(path)
    if record is not None:
        return build_properties(record)
    known = fetched(path)
    if known is None:
        return {}
    told = {SOURCE_URL: known.url, VERIFIED: known.checksum}
    return {name: value for name, value in told.items() if value}


def _digests(record: BuildRecord) -> Digests | None:
    return Digests(record.result.md5, record.result.sha512) if record.result else None
