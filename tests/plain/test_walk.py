"""Every question can be shown, explained, answered and gone back from, line by line."""

from __future__ import annotations

import pytest

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.image.build import preflight
from octavia_wizard.core.questions import QUESTIONS, SECTIONS, Kind, Question
from octavia_wizard.core.session import Session
from octavia_wizard.plain.building import Builds
from octavia_wizard.plain.options import Move
from tests.metal_host import put_metal
from tests.plain.conftest import Asked, Sitting

RELEASES = ("16.0.5", "22.4.1", "33.0.1")
"""Of each era of certificates, with the spare pool and without."""
METAL = "on metal, and from before 33"
STATES: dict[str, dict[str, str]] = {
    "create": {
        "cloud.name": "site",
        "network.provider_type": "vlan",
        "ssh.enabled": "yes",
        "image.source": "build",
        "image.tune_build": "yes",
        "image.replace": "yes",
        "certificates.intermediates": "yes",
        "deployment.run_playbooks": "yes",
    },
    "adopt": {
        "cloud.name": "site",
        "network.mode": "adopt",
        "image.source": "existing",
        "certificates.source": "own",
        "ssh.enabled": "yes",
        "ssh.source": "import",
        "capacity.flavor_source": "adopt",
    },
    "files only": {
        "cloud.mode": "files",
        "network.provider_type": "flat",
        "certificates.not_before": "2026-11-21",
        "certificates.rollover": "server-trust",
        "deployment.playbooks_not_before": "2026-11-21",
    },
    "overlay by the role": {
        "cloud.name": "site",
        "network.created_by": "role",
        "network.provider_type": "vxlan",
        "image.source": "download",
    },
    METAL: {
        "cloud.mode": "files",
        "network.created_by": "role",
        "deployment.hosts": "infra1=172.29.236.11",
    },
}
NAMES = [section.name for section in SECTIONS if section.name != "variables"]
_TYPED = {
    "cloud.release": "29.2.4",
    "network.cidr": "10.20.0.0/22",
    "network.pool": "10.20.0.60-10.20.3.100",
    "network.gateway": "10.20.0.1",
    "network.dns_servers": "10.20.0.2, 10.20.0.3",
    "network.allowed_cidr": "10.20.0.0/24",
    "certificates.approved": ":".join(["9F"] * 32),
    "deployment.hosts": "infra1=172.29.236.11",
    "image.url": "https://mirror.example/amphora.qcow2",
    "image.checksum": f"sha256:{'a1' * 32}",
    "image.not_before": "2026-11-22",
    "certificates.not_before": "2026-11-22",
    "deployment.health_managers": "infra1=172.29.232.11",
    "deployment.playbooks_not_before": "2026-11-22",
    "deployment.smoke_member": "192.0.2.10:80",
    "image.build_environment": "DIB_DISTRIBUTION=example",
}


@pytest.fixture(autouse=True)
def _only_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Walk through the questions, and begin nothing; nor ask this host what a build would lack."""
    monkeypatch.setattr(Builds, "offer", lambda _: None)
    monkeypatch.setattr(preflight, "preflight", lambda *_: ())


_BY_KIND = {
    Kind.INTEGER: "1234",
    Kind.PATH: "/srv/example",
    Kind.LIST: "example",
    Kind.MAPPING: "a=b",
}


def answers_for(session: Session, release: str, state: str) -> dict[str, str]:
    """Return answers under which many questions apply."""
    answers = {"cloud.release": release, **STATES[state]}
    if state == METAL:
        put_metal(session)
    session.give("cloud.release", release)
    if session.question("capacity.volume_backed").when(session.context):
        answers["capacity.volume_backed"] = "yes"
    return answers


def answer_to(sitting: Sitting, question: Question) -> str:
    """Return an answer that is not the one that holds, as it is typed."""
    session = sitting.session
    setting = session.effective.settings.get(question.key)
    value = setting.value if setting is not None else None
    if question.kind is Kind.FLAG:
        return "no" if value is True else "yes"
    if question.kind is Kind.CHOICE and question.choices is not None:
        values = [choice.value for choice in question.choices(session.context)]
        other = next((one for one in values if one != value), values[0])
        return str(values.index(other) + 1)
    if question.kind is Kind.CHOICES:
        return "1"
    own = question.key.rpartition(".")[2].replace("_", "-")
    return _TYPED.get(question.key) or _BY_KIND.get(question.kind, own)


def flowing(text: str) -> str:
    """Return a text without line breaks, however it was broken."""
    return " ".join(text.split())


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_shown_explained_left_and_answered(
    asked: Asked, session: Session, name: str, release: str, state: str
) -> None:
    sitting = asked(answers_for(session, release, state))
    sitting.asker.read_cloud()
    given = session.answers
    for key in [item.question.key for item in session.asked(name)]:
        session.answers = given
        question = session.question(key)
        assert sitting.ask(key, "v", "?", "<") is Move.BACK, key
        text = flowing(sitting.written)
        assert question.title_in(session.context) in text
        assert key in text
        assert flowing(question.help) in text
        operator = sitting.type(answer_to(sitting, question), then="n")
        assert sitting.asker.ask(question) is None, key
        assert not operator.left
        only = question.kind is Kind.CHOICE and len(question.choices(session.context)) == 1  # type: ignore[misc]
        assert key in session.answers or only, (key, sitting.written)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", NAMES)
def test_a_section_is_gone_through_by_enter_and_back_by_the_way_it_came(
    asked: Asked, session: Session, name: str, state: str
) -> None:
    sitting = asked(answers_for(session, "33.0.1", state))
    sitting.asker.read_cloud()
    open_keys = session.effective.missing
    for key in open_keys:
        typed = answer_to(sitting, session.question(key))
        session.give_text(key, "site" if key == "cloud.name" else typed)
    keys = [item.question.key for item in session.asked(name)]
    given = session.answers
    sitting.type(*[""] * len(keys))
    assert sitting.asker.ask_section(name)
    text = sitting.written
    assert [key for key in keys if f"  {key}  (" in text] == keys
    sitting.type(*[""] * (len(keys) - 1), *["<"] * len(keys))
    assert not sitting.asker.ask_section(name)
    assert session.answers == given


def test_every_question_is_walked_in_some_release(session: Session) -> None:
    walked: set[str] = set()
    for release in RELEASES:
        for state in STATES:
            session.answers = Answers()
            for key, text in answers_for(session, release, state).items():
                session.give_text(key, text)
            for name in NAMES:
                walked |= {item.question.key for item in session.asked(name)}
    assert sorted({question.key for question in QUESTIONS} - walked) == []
