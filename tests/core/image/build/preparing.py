"""What the tests of a build's preparation have in common: orders, repositories, wheels."""

from __future__ import annotations

import os
import subprocess
import threading
import zipfile
from pathlib import Path
from typing import Any

from octavia_wizard.core.image.build.request import BuildRequest

GETOPTS = {
    "pike-eol": "a:b:c:d:hi:o:t:r:s:vw:x",
    "queens-eol": "a:b:c:d:ehi:no:pt:r:s:vw:x",
    "rocky-eol": "a:b:c:d:ehi:no:pt:r:s:vw:x",
    "stein-eol": "a:b:c:d:ehi:l:no:pt:r:s:vw:x",
    "train-eol": "a:b:c:d:efhi:k:l:no:pt:r:s:vw:x",
    "ussuri-eol": "a:b:c:d:efg:hi:k:l:no:pt:r:s:vw:x",
    "wallaby-eol": "a:b:c:d:efg:hi:k:l:no:pt:r:s:vw:xy",
    "zed-eol": "a:b:c:d:efg:hi:k:l:no:pt:r:s:vw:xy",
    "unmaintained/2023.1": "a:b:c:d:efg:hi:k:l:mno:pt:r:s:vw:xy",
    "stable/2026.1": "a:b:c:d:efg:hi:k:l:mno:pt:r:s:vw:xy",
}
"""The options of diskimage-create.sh as these tags and branches of Octavia have them."""


def order(root: Path, **changes: Any) -> BuildRequest:
    """Make an order for an image below a directory."""
    known: dict[str, Any] = {
        "output": root / "images" / "amphora.qcow2",
        "base_os": "ubuntu-minimal",
        "base_release": "noble",
        "architecture": "x86_64",
        "disk_format": "qcow2",
        "size_gib": 2,
        "repository": str(root / "octavia"),
        "refs": ("stable/2026.1",),
        "cache_directory": root / "cache",
        "work_directory": root / "work",
    }
    return BuildRequest(**{**known, **changes})


def script_text(
    getopts: str,
    *,
    systems: tuple[str, ...] = ("ubuntu-minimal", "rocky"),
    formats: tuple[str, ...] = ("qcow2", "raw"),
    quote: str = '"',
    platform: str = "grep '^NAME=' /etc/os-release",
    packages: str = "git",
) -> str:
    """Write a script that refuses what the real one of a release refuses, and makes a file."""

    def refuse(variable: str, values: tuple[str, ...]) -> str:
        tests = " && \\\n    ".join(f'[ {quote}${variable}{quote} != "{v}" ]' for v in values)
        return f"if {tests}; then\n    echo refused ${variable}; exit 3\nfi\n"

    return (
        f'#!/bin/bash\nset -e\nwhile getopts "{getopts}" opt; do\n'
        "case $opt in\na) AMP_ARCH=$OPTARG;;\ni) AMP_BASEOS=$OPTARG;;\nt) AMP_IMAGETYPE=$OPTARG;;\n"
        "o) OUT=$OPTARG;;\n*) ;;\nesac\ndone\n"
        + refuse("AMP_ARCH", ("amd64", "aarch64"))
        + refuse("AMP_BASEOS", systems)
        + refuse("AMP_IMAGETYPE", formats)
        + f'platform=$({platform} || true)\nPKG_LIST="{packages}"\n'
        + 'env | sort > "$OUT"\n'
    )


def git(directory: Path, *arguments: str) -> str:
    """Run git as some developer."""
    who = {f"GIT_{role}_{what}": "dev@example.org" for role in ("AUTHOR", "COMMITTER")
           for what in ("NAME", "EMAIL")}  # fmt: skip
    done = subprocess.run(
        ["git", "-C", str(directory), "-c", "init.defaultBranch=master", *arguments],
        env={"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent", **who},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def commit(checkout: Path, text: str) -> str:
    """Commit a script and one element; returns the commit."""
    (checkout / "diskimage-create").mkdir(parents=True, exist_ok=True)
    (checkout / "elements" / "amphora-agent").mkdir(parents=True, exist_ok=True)
    script = checkout / "diskimage-create" / "diskimage-create.sh"
    script.write_text(text)
    script.chmod(0o755)
    (checkout / "elements" / "amphora-agent" / "element-deps").write_text(f"{len(text)}\n")
    git(checkout, "add", "-A")
    git(checkout, "commit", "-q", "--allow-empty", "-m", "a change")
    return git(checkout, "rev-parse", "HEAD")


def octavia(root: Path, name: str = "octavia") -> Path:
    """Make a checkout with a stable branch, a tag of an old release, and master ahead of both."""
    checkout = root / name
    checkout.mkdir(parents=True)
    git(checkout, "init", "-q")
    commit(checkout, script_text(GETOPTS["stein-eol"]))
    git(checkout, "tag", "-a", "-m", "the end", "stein-eol")
    commit(checkout, script_text(GETOPTS["stable/2026.1"]))
    git(checkout, "tag", "18.0.0")
    git(checkout, "branch", "stable/2026.1")
    commit(checkout, script_text(GETOPTS["stable/2026.1"]) + "# master\n")
    return checkout


def wheel(directory: Path, version: str = "3.43.0") -> Path:
    """Make a wheel of a diskimage-builder that can but tell its version."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"diskimage_builder-{version}-py3-none-any.whl"
    info = f"diskimage_builder-{version}.dist-info"
    files = {
        "tell_version.py": f"def main():\n    print('{version}')\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: diskimage-builder\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\ndisk-image-create = tell_version:main\n",
    }
    record = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(name, text)
    return path


class Heard(list[str]):
    """A log that is kept."""

    def __call__(self, line: str) -> None:
        """Take a line."""
        self.append(line)

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self)


def never() -> threading.Event:
    """Make a wish to stop that nobody has."""
    return threading.Event()


def after(seconds: float) -> threading.Event:
    """Make a wish to stop that comes up after a while."""
    event = threading.Event()
    timer = threading.Timer(seconds, event.set)
    timer.daemon = True
    timer.start()
    return event
