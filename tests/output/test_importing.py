"""What an import found fits a terminal of 80 columns."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from octavia_wizard.output.importing import import_result
from octavia_wizard.output.paper import Paper
from tests.core.adopting.support import site


def test_every_answer_is_told_with_its_source_in_80_columns(tmp_path: Path) -> None:
    adoption = site("33.0.1", tmp_path).adopt()
    file = io.StringIO()
    paper = Paper(Console(file=file, width=80, color_system=None), wraps=True)
    import_result(adoption, "", tmp_path / "site.yml", ()).write(paper)

    lines = file.getvalue().splitlines()
    assert "  ≠ capacity.vcpus: 2" in lines
    told = lines[lines.index("  ≠ capacity.vcpus: 2") + 1]
    assert told.strip() == "user_variables.yml:5; role default: 1"
    assert all(any(line.key in text for text in lines) for line in adoption.lines)
    # A path is not broken, so that it can be copied.
    assert [line for line in lines if len(line) > 80 and str(tmp_path) not in line] == []
