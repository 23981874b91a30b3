"""The image service, by openstacksdk's image proxy."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from octavia_wizard.core.cloud.sdk_connection import CONNECT_TIMEOUT, Connections
from octavia_wizard.core.cloud.sdk_map import image_body, image_of, image_patch
from octavia_wizard.core.cloud.sdk_upload import FileBody
from octavia_wizard.core.facts.resources import Image

if TYPE_CHECKING:
    from openstack.connection import Connection

_PATCH = "application/openstack-images-v2.1-json-patch"
_STORE_TIMEOUT = 900.0
"""Seconds the image service may take to store what it was sent, after the last byte."""


class SdkImages:
    """The image calls of ``core.cloud.api.Cloud``."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def create_image(self, image: Image) -> Image:
        """Create an image record in state ``queued``."""
        body = image_body(image)
        return self._connections.write(
            f"creating the image {image.name}",
            lambda c: image_of(_ask(c, "POST", "/images", json=body)),
        )

    def upload_image(
        self,
        id: str,
        path: Path,
        progress: Callable[[int, int], None],
        cancel: threading.Event,
        *,
        hashing: bool = True,
    ) -> Mapping[str, str]:
        """Stream a file into a queued image; return the sha512 of what was sent.

        Without ``hashing``, for a file whose hash is known, nothing is returned.
        Raises FileError when the file cannot be read or changes meanwhile, and Interrupted,
        between two chunks, when told to stop.
        """
        body = FileBody(path, progress, cancel, hashing=hashing)
        self._connections.write(
            f"uploading {path.name} into the image {id}",
            lambda c: _ask(
                c,
                "PUT",
                f"/images/{id}/file",
                data=body,
                headers={"Content-Type": "application/octet-stream", "Accept": "*/*"},
                timeout=(CONNECT_TIMEOUT, _STORE_TIMEOUT),
            ),
        )
        return dict(body.digests)

    def get_image(self, id: str) -> Image:
        """Read one image afresh."""
        return self._connections.read(
            f"reading the image {id}", lambda c: image_of(_ask(c, "GET", f"/images/{id}"))
        )

    def update_image(self, id: str, changes: Mapping[str, object]) -> Image:
        """Change tags, properties (None removes one) or other fields of an image."""
        patch = image_patch(self.get_image(id), changes)
        return self._connections.write(
            f"changing the image {id}",
            lambda c: image_of(
                _ask(c, "PATCH", f"/images/{id}", json=patch, headers={"Content-Type": _PATCH})
            ),
        )

    def delete_image(self, id: str) -> None:
        """Delete an image; one that is gone already is no fault."""
        self._connections.write(f"deleting the image {id}", lambda c: c.image.delete_image(id))


def _ask(connection: Connection, method: str, url: str, **kwargs: Any) -> dict[str, Any]:
    from openstack import exceptions

    answer = connection.image.request(url, method, **kwargs)
    exceptions.raise_from_response(answer)
    document: dict[str, Any] = answer.json() if answer.content else {}
    return document
