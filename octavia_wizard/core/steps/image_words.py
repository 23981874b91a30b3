"""What a plan says of images: the wording that file and adoption have in common."""

from __future__ import annotations

from collections.abc import Iterable

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.resources import Image


def subject(image: Image) -> str:
    """Name an image in a line."""
    return f"{image.name} {image.id}".strip()


def lost_tags(effective: Effective, rivals: Iterable[Image]) -> list[str]:
    """Say which images lose the tag."""
    tag = effective.text("image.tag")
    return [
        f"- tag {tag} from {subject(rival)} (stays in Glance for image rollback)"
        for rival in rivals
    ]


def two_carriers(effective: Effective, found: tuple[Image, ...]) -> tuple[tuple[str, ...], str]:
    """Say that Octavia has a choice it should not have; the images come the newest first."""
    tag = effective.text("image.tag")
    lines = tuple(f"~ {image.id} {image.name}, made {image.created_at}" for image in found)
    reason = (
        f"{len(found)} active images carry the tag {tag}: "
        f"{' and '.join(image.id for image in found)}. Octavia takes the newest; take the tag "
        f"from the others (openstack image unset --tag {tag} ID), or set image.replace to yes"
    )
    return lines, reason
