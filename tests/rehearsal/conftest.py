"""Fixtures of the rehearsal cloud's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.rehearsal.layout import Layout
from octavia_wizard.rehearsal.progress import Progress, Watch


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A rehearsal cloud of its own that is neither installed nor running."""
    made = Layout.default(2000, root=tmp_path / "rehearsal")
    made.root.mkdir(mode=0o700)
    return made


@pytest.fixture
def reports() -> list[Progress]:
    """What a start reported."""
    return []


@pytest.fixture
def watch(reports: list[Progress]) -> Watch:
    """A watch over a start that nobody wants to stop."""
    return Watch(reports.append)
