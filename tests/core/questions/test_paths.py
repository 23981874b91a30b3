"""A preset means the same from any working directory, and so does a resumed run."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.questions import find_question
from octavia_wizard.core.questions.paths import load_named
from octavia_wizard.core.questions.text import parse_answer


def test_relative_paths_start_from_the_preset(tmp_path: Path) -> None:
    path = tmp_path / "site.yml"
    path.write_text(
        "schema: 1\nimage:\n  path: images/amphora.qcow2\nssh:\n  private_key: ~/.ssh/k\n"
    )
    answers = load_named(str(path))
    assert answers.values["image.path"] == str(tmp_path / "images/amphora.qcow2")
    assert answers.values["ssh.private_key"] == "~/.ssh/k"


def test_those_of_a_shipped_preset_start_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_named("zed-linuxbridge").values["image.path"] == str(
        tmp_path / "amphora-x64-haproxy.qcow2"
    )


def test_a_typed_path_starts_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    question = find_question("image.path")
    assert question is not None
    assert parse_answer(question, "a/../b.qcow2") == str(tmp_path / "b.qcow2")
