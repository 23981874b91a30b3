"""A session reads the cloud its answers mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.cloud.api import Cloud
from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.facts.model import PARTS_TO_ASK, PARTS_TO_PLAN, CloudFacts, Part
from octavia_wizard.core.interview import look_at_cloud, look_to_ask
from octavia_wizard.core.pki.layout import Pem
from octavia_wizard.core.session import Options, Session
from tests.core.pki.support import SERVER_SECRET, generating, laid_out


class Reader:
    """A cloud that only remembers whose resources it was asked for."""

    name, region = "site", "RegionOne"

    def __init__(self) -> None:
        self.asked: list[CloudFacts | None] = []
        self.parts: list[frozenset[Part]] = []

    def read(self, parts: frozenset[Part], known: CloudFacts | None = None) -> CloudFacts:
        """Return what is known."""
        self.asked.append(known)
        self.parts.append(parts)
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


def test_only_an_interview_asks_for_what_merely_helps_to_choose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replay stays at the requests its plan needs."""
    session = Session(Options(deploy_dir=tmp_path), Answers().with_value("cloud.name", "site"))
    reader = Reader()
    monkeypatch.setattr(session, "connect", lambda: cast(Cloud, cast(Any, reader)))
    assert look_at_cloud(session) is None
    assert look_to_ask(session) is None
    assert reader.parts == [PARTS_TO_PLAN, PARTS_TO_ASK]
    assert reader.parts[1] - reader.parts[0] == {Part.PROJECTS, Part.USAGE}


WORD = "planted-passphrase"
NAME = "octavia_ca_private_key_passphrase"


def _session(tmp_path: Path) -> Session:
    (tmp_path / "deploy").mkdir(exist_ok=True)
    return Session(Options(deploy_dir=tmp_path / "deploy", environ={"HOME": str(tmp_path)}))


def test_a_secret_that_was_typed_survives_reading_the_host_again(tmp_path: Path) -> None:
    session = _session(tmp_path)
    before = session.facts
    session.give_secret(NAME, WORD)
    session.read_host()
    assert session.facts.host.typed == {NAME: WORD}
    session.facts = before
    assert session.facts.host.typed == {NAME: WORD}, "facts read meanwhile know nothing of it"
    assert session.look_at_host().typed == {NAME: WORD}


def test_it_goes_along_with_the_facts_to_a_twin(tmp_path: Path) -> None:
    session, twin = _session(tmp_path), _session(tmp_path)
    session.give_secret(NAME, WORD)
    twin.facts = session.facts
    twin.read_host()
    assert twin.facts.host.typed == {NAME: WORD}


def test_it_is_forgotten_once_a_file_has_it(tmp_path: Path) -> None:
    session = _session(tmp_path)
    session.give_secret(NAME, WORD)
    (tmp_path / "deploy" / "user_secrets.yml").write_text(f"{NAME}: {WORD}\n")
    session.read_host()
    assert session.facts.host.typed == {}


def test_it_is_no_answer_and_in_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    session = _session(tmp_path)
    session.give_secret(NAME, WORD)
    session.autosave()
    assert WORD not in repr((session.answers, session.facts, session.answers_document()))
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and WORD in p.read_text()]


def test_findings_about_a_passphrase_go_away_once_it_is_typed(tmp_path: Path) -> None:
    layout = laid_out(generating(tmp_path / "certs"))
    session = _session(tmp_path)
    session.give("certificates.source", "own")
    for name, pem in (
        ("server_ca_certificate", Pem.SERVER_CA),
        ("server_ca_key", Pem.SERVER_CA_KEY),
        ("client_ca_certificate", Pem.CLIENT_CA),
        ("client_certificate", Pem.CLIENT),
        ("client_key", Pem.CLIENT_KEY),
    ):
        session.give(f"certificates.{name}", str(layout.files[pem]))
    session.read_host()
    found = {f.id: f for f in session.findings if f.section == "certificates"}
    assert found["passphrase-missing"].key == "certificates.server_ca_key"
    session.give_secret(NAME, "wrong")
    ids = {f.id for f in session.findings}
    assert "passphrase-missing" not in ids
    assert "cert-unreadable" in ids, "it does not open the key"
    session.give_secret(NAME, SERVER_SECRET)
    assert not {"passphrase-missing", "cert-unreadable"} & {f.id for f in session.findings}
    assert "cert-not-approved" in {f.id for f in session.findings}
    session.approve_certificates()
    assert "cert-not-approved" not in {f.id for f in session.findings}
    assert len(session.effective.texts("certificates.approved")) == 3
    session.withdraw_approval()
    assert "cert-not-approved" in {f.id for f in session.findings}


def test_a_dollar_in_what_was_typed_is_found_too(tmp_path: Path) -> None:
    session = _session(tmp_path)
    for name in ("server_ca_certificate", "server_ca_key", "client_ca_certificate",
                 "client_certificate", "client_key"):  # fmt: skip
        session.give(f"certificates.{name}", f"/nowhere/{name}.pem")
    session.give("certificates.source", "own")
    session.give_secret(NAME, "a$b")
    found = [f for f in session.findings if f.id == "dollar-in-secret"]
    assert found
    assert "a$b" not in repr(found)


def test_where_there_is_no_certificate_none_is_approved(tmp_path: Path) -> None:
    with pytest.raises(PresetError, match="no certificate to approve yet"):
        _session(tmp_path).approve_certificates()
