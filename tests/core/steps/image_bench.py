"""A deployment whose image is a file, and ways to have other images in Glance."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.steps.image import ImageStep
from octavia_wizard.core.steps.image_marks import carriers_of, octavia_choice
from tests.core.pki.support import effective
from tests.core.steps.single_step import StepBench, bench
from tests.fakes import SERVICE

TAG = "octavia-amphora-image"
NAME = "amphora-x64-haproxy"
WANTED = {"hw_architecture": "x86_64", "hw_rng_model": "virtio"}


def answers(path: Path, release: str = "33.0.1", **more: object) -> Effective:
    """Return the answers of someone who uploads a file."""
    defaults: dict[str, object] = {
        "image__source": "file",
        "image__path": str(path),
        "image__name": NAME,
        "image__tag": TAG,
        "image__disk_format": "qcow2",
        "image__architecture": "x86_64",
        "image__properties": {"hw_rng_model": "virtio"},
    }
    return effective(release, **{**defaults, **more})


def uploader(path: Path, release: str = "33.0.1", **more: object) -> StepBench:
    """Return a bench with the step."""
    return bench(path.parent, ImageStep(), answers(path, release, **more))


def adopter(root: Path, existing: str, release: str = "33.0.1", **more: object) -> StepBench:
    """Return a bench of someone who names an image in Glance."""
    given = {"image__source": "existing", "image__existing": existing, "image__tag": TAG}
    return bench(root, ImageStep(), effective(release, **{**given, **more}))


def put(one: StepBench, id: str, path: Path | None = None, **changed: Any) -> Image:
    """Let Glance have an image, by default a sound one of the file, each newer than the last."""
    data = path.read_bytes() if path else b"other"
    image = Image(
        id=id,
        name=NAME,
        status="active",
        owner=SERVICE,
        tags=(TAG,),
        disk_format="qcow2",
        size=len(data),
        checksum=hashlib.md5(data, usedforsecurity=False).hexdigest(),
        created_at=f"2020-01-01T00:00:{len(one.cloud.images):02}Z",
        properties=WANTED,
    )
    one.cloud.images[id] = replace(image, **changed)
    one.cloud._save()
    return one.cloud.images[id]


def carriers(one: StepBench) -> list[str]:
    """Return the ids of all images Octavia could take, the one it would take first."""
    return [image.id for image in carriers_of(one.cloud.images.values(), TAG, SERVICE)]


def taken(one: StepBench) -> str:
    """Return the id of the image Octavia boots; "" where there is none."""
    found = octavia_choice(one.cloud.images.values(), TAG, SERVICE)
    return found[0].id if found else ""


def watch(one: StepBench) -> list[str]:
    """Return a list that takes down which image Octavia boots after each call of the cloud."""
    seen: list[str] = []
    real = one.cloud._save

    def saved() -> None:
        real()
        seen.append(taken(one))

    one.cloud._save = saved  # type: ignore[method-assign]
    return seen
