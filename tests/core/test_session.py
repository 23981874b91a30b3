"""A session reads the cloud its answers mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.cloud.api import Cloud
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.session import Options, Session


class Reader:
    """A cloud that only remembers whose resources it was asked for."""

    name, region = "site", "RegionOne"

    def __init__(self) -> None:
        self.asked: list[CloudFacts | None] = []

    def read(self, parts: frozenset[Part], known: CloudFacts | None = None) -> CloudFacts:
        """Return what is known."""
        self.asked.append(known)
        return known or CloudFacts("?", "?", "?")


@pytest.mark.parametrize("project", ["service", "amphorae"])
def test_the_project_that_was_answered_is_the_one_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: str
) -> None:
    answers = Answers().with_value("cloud.service_project", project)
    session = Session(Options(deploy_dir=tmp_path), answers)
    reader = Reader()
    monkeypatch.setattr(session, "connect", lambda: cast(Cloud, cast(Any, reader)))
    session.read_cloud()
    assert session.facts.cloud == CloudFacts("site", "RegionOne", project)
    session.give("cloud.service_project", "another")
    session.read_cloud()
    assert session.facts.cloud == CloudFacts("site", "RegionOne", "another")
    assert reader.asked[0] != reader.asked[1]
