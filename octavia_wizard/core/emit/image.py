"""Variables of the amphora image."""

from __future__ import annotations

from octavia_wizard.core.emit.entries import Row, View
from octavia_wizard.core.emit.lookup import adopted_image


def _foreign_owner(view: View) -> str | None:
    """Return the owner of an adopted image the role would not find by itself."""
    image, cloud = adopted_image(view), view.facts.cloud
    if image is None or cloud is None or not view.release.rules.image_owner_is_service_project:
        return None
    return None if image.owner == cloud.service_project_id else image.owner


ROWS = (
    Row(
        variable="octavia_download_artefact",
        key="image.source",
        why="Whether the role downloads the project's test image, which gets no security fixes.",
        value=lambda view: view.effective.chosen("image.source", "role"),
        default=lambda _: True,
    ),
    Row(
        variable="octavia_glance_image_tag",
        key="image.tag",
        why="Octavia boots the newest image with this tag.",
    ),
    Row(
        variable="octavia_amp_image_owner_id",
        key="image.existing",
        why="Project that owns the image; without it, Octavia looks in the service project only.",
        value=_foreign_owner,
        always=True,
    ),
)
