"""Every question can be shown and answered by keyboard, in old and new releases."""

from __future__ import annotations

import pytest

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.questions import QUESTIONS, SECTIONS, Kind
from octavia_wizard.core.session import Session
from octavia_wizard.screens.editors import ChoiceField
from octavia_wizard.screens.row import QuestionRow
from octavia_wizard.screens.section import QuestionsScreen
from tests.metal_host import put_metal
from tests.screens.conftest import Desk, Opened

RELEASES = {"16.0.5": "pike", "22.4.1": "victoria", "33.0.1": "2026.1"}
STATES: tuple[dict[str, str], ...] = (
    {
        "cloud.name": "site",
        "network.provider_type": "vlan",
        "ssh.enabled": "yes",
        "image.source": "file",
        "certificates.intermediates": "yes",
        "deployment.run_playbooks": "yes",
        "deployment.playbooks_not_before": "2026-11-21",
    },
    {
        "cloud.name": "site",
        "network.mode": "adopt",
        "image.source": "existing",
        "certificates.source": "own",
        "certificates.not_before": "2026-11-21",
        "certificates.rollover": "server-trust",
        "ssh.enabled": "yes",
        "ssh.source": "import",
        "capacity.flavor_source": "adopt",
    },
    {"cloud.mode": "files", "network.provider_type": "flat"},
    {
        "cloud.name": "site",
        "image.source": "build",
        "image.tune_build": "yes",
        "image.replace": "yes",
    },
    {"cloud.name": "site", "image.source": "download"},
    {"cloud.mode": "files", "deployment.hosts": "infra1=172.29.236.11"},
)
_METAL = 5
_ONLY_FOR = {2: "network", 3: "image", 4: "image", _METAL: "deployment"}
"""Sections in which a state differs from the first two."""
_WITH_VOLUMES = {"capacity.volume_backed": "yes"}
_FINGERPRINT = ":".join(["9F"] * 32)
_TYPED = {
    "network.cidr": "10.20.0.0/22",
    "network.pool": "10.20.0.60-10.20.3.100",
    "network.gateway": "10.20.0.1",
    "network.dns_servers": "10.20.0.2, 10.20.0.3",
    "network.allowed_cidr": "10.20.0.0/24",
    "certificates.approved": _FINGERPRINT,
    "certificates.client_ca_days": "1200",
    "certificates.client_key": "/srv/key",
    "image.url": "https://images.example.org/amphora.qcow2",
    "image.checksum": "9f" * 64,
    "image.not_before": "2026-11-22",
    "certificates.not_before": "2026-11-22",
    "image.build_environment": "DIB_APT_KEEP_CACHE=1",
    "image.mirror": "http://mirror.example.org/ubuntu",
    "deployment.hosts": "infra1=172.29.236.11",
    "deployment.health_managers": "infra1=172.29.232.11",
    "deployment.playbooks_not_before": "2026-11-22",
    "deployment.smoke_member": "192.0.2.10:80",
}
_BY_KIND = {
    Kind.INTEGER: "1234",
    Kind.PATH: "/srv/example",
    Kind.LIST: "example",
    Kind.MAPPING: "a=b",
}
WALKS = [
    (number, state)
    for number, section in enumerate(SECTIONS, start=1)
    for state in range(len(STATES))
    # The variables have a screen of their own.
    if section.name != "variables" and _ONLY_FOR.get(state, section.name) == section.name
]


async def _answer(desk: Desk, row: QuestionRow, release: str) -> None:
    """Answer the question of a row and go on by Enter."""
    question = row.question
    if isinstance(row.field, ChoiceField):
        if question.kind is Kind.CHOICES:
            await desk.press("space", "space")
        elif len(row.field.choices) > 1:
            last = row.field.cursor == len(row.field.choices) - 1
            await desk.press(*(("left", "right") if last else ("right", "left")))
    else:
        # A name of its own each, since one answer may be the default of another question.
        own = question.key.rpartition(".")[2].replace("_", "-")
        text = RELEASES[release] if question.key == "cloud.release" else None
        await desk.paste(text or _TYPED.get(question.key) or _BY_KIND.get(question.kind, own))
    await desk.press("enter")


def _answers(session: Session, release: str, state: int) -> dict[str, str]:
    if state == _METAL:
        put_metal(session)
    answers = {"cloud.release": release, **STATES[state]}
    if session.question("capacity.volume_backed").when(session.context):
        answers |= _WITH_VOLUMES
    return answers


def _applicable(session: Session, section: str) -> set[str]:
    return {asked.question.key for asked in session.asked(section)}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("number", "state"), WALKS)
async def test_every_question_that_applies_is_shown_and_answered(
    opened: Opened, session: Session, release: str, number: int, state: int
) -> None:
    shown: set[str] = set()
    async with opened(_answers(session, release, state)) as desk:
        applicable = _applicable(desk.session, SECTIONS[number - 1].name)
        await desk.press(str(number))
        screen = desk.app.screen
        assert isinstance(screen, QuestionsScreen)
        for row in screen.rows:
            if not row.display:
                continue
            key = row.question.key
            assert screen.row is row, key
            assert row.title in desk.text()
            await _answer(desk, row, release)
            only = isinstance(row.field, ChoiceField) and len(row.field.choices) == 1
            assert key in session.answers or only, (key, row.refused)
            shown.add(key)
        assert desk.app.screen is not screen
    assert applicable <= shown


def test_every_question_is_walked_in_some_release(session: Session) -> None:
    walked: set[str] = set()
    for release in RELEASES:
        for number, state in WALKS:
            session.answers = Answers()
            for key, text in _answers(session, release, state).items():
                session.give_text(key, text)
            walked |= _applicable(session, SECTIONS[number - 1].name)
    assert sorted({question.key for question in QUESTIONS} - walked) == []
