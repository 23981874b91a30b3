"""A deployment with generated certificates, for what renews and replaces them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from octavia_wizard.core.pki.layout import CertificateLayout, certificate_layout
from octavia_wizard.core.steps.base import Step
from tests.core.pki.support import generating, laid_out
from tests.core.steps.single_step import StepBench, bench


def directory_of(root: Path) -> Path:
    """Return where the certificates lie."""
    return root / "openstack_deploy" / "octavia"


def deployed(
    root: Path, step: Step, release: str = "33.0.1", **answers: object
) -> tuple[StepBench, CertificateLayout]:
    """Return a bench of a step, with certificates that were made before."""
    effective = generating(directory_of(root), release, **answers)
    one = bench(root, step, effective)
    layout = certificate_layout(effective)
    if not layout.directory.exists():
        layout.directory.mkdir(mode=0o700)
        (layout.directory / "private").mkdir(mode=0o700)
        laid_out(effective)
    return one, layout


def later(minutes: int = 1) -> str:
    """Return a moment after the certificates of this test were made, as an answer."""
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    return moment.isoformat(timespec="seconds")


def contents(root: Path) -> Mapping[str, tuple[int, bytes | None]]:
    """Return mode and content of everything below a directory; None for directories."""
    return {
        str(path.relative_to(root)): (
            path.lstat().st_mode & 0o7777,
            path.read_bytes() if path.is_file() else None,
        )
        for path in root.rglob("*")
    }
