"""Builds that only replay, as the front end by prompts begins them."""

from __future__ import annotations

from pathlib import Path

from tests.core.image.build.fake_build import FakeBuild

GUTSY = "/usr/share/debootstrap/scripts/gutsy"


def building(fake: FakeBuild, directory: Path) -> dict[str, str]:
    """Return answers that build by a fake, all below one directory."""
    variables = {
        "DIB_DEBIAN_DEBOOTSTRAP_SCRIPT": GUTSY,
        "DIB_DEBOOTSTRAP_EXTRA_ARGS": "--keyring=/nowhere.gpg",
    }
    return {
        "cloud.name": "site",
        "cloud.release": "33.0.1",
        "image.source": "build",
        "image.path": str(directory / "images" / "amphora.qcow2"),
        "image.octavia_repository": str(fake.checkout),
        "image.octavia_ref": "master",
        "image.cache_directory": str(directory / "cache"),
        "image.work_directory": str(directory / "work"),
        "image.builder": str(fake.builder),
        "image.build_environment": ", ".join(f"{k}={v}" for k, v in variables.items()),
    }


def preset(answers: dict[str, str]) -> str:
    """Write answers of this kind as a preset."""
    lines = ["schema: 1", "cloud: {name: site, release: 33.0.1}", "image:"]
    for key, value in answers.items():
        name = key.removeprefix("image.")
        if name == key:
            continue
        if name == "build_environment":
            pairs = (part.split("=", 1) for part in value.split(", "))
            value = f"{{{', '.join(f'{k}: {v}' for k, v in pairs)}}}"
        lines.append(f"  {name}: {value}")
    return "\n".join(lines) + "\n"
