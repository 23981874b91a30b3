"""Beside the questions of the first section stands what the choice rests on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.facts.checks import ENVIRONMENT, CheckState, CloudCheck
from octavia_wizard.core.facts.model import CloudFacts, Evidence, Facts, HostFacts
from octavia_wizard.core.session import Options, Session
from octavia_wizard.core.views import Picture, Role, Subject, view_beside, views_of
from octavia_wizard.core.views.model import plain_text, width_of

WIDTHS = (40, 56, 76, 116)
CLOUDS = (Evidence("site", "/etc/openstack/clouds.yaml"), Evidence("lab", "/root/clouds.yaml"))
CHECKS = {
    "site": CloudCheck(
        "site", CheckState.OK, ("north", "south"), "keystone:5000", "boss", "admin", True, at=1.0
    ),
    "lab": CloudCheck(
        "lab", CheckState.REFUSED, (), "lab:5000", message="refused", hint="check it", at=1.0
    ),
    ENVIRONMENT: CloudCheck(ENVIRONMENT, CheckState.CHECKING, (), "10.0.0.1:5000"),
}
TRACES = (
    Evidence("33.0.1", "OSA_VERSION in /usr/local/bin/openstack-ansible"),
    Evidence("33.0.1", "git describe --tags in /opt/openstack-ansible"),
)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session of an empty deploy directory."""
    return Session(Options(tmp_path, environ={}))


def known(session: Session, *traces: Evidence, **parts: object) -> None:
    """Let this be known."""
    release = traces[0] if traces else None
    host = HostFacts(session.options.deploy_dir, release=release, releases=traces)
    session.facts = replace(Facts(host), **parts)  # type: ignore[arg-type]


def picture(session: Session, key: str, width: int = 76) -> Picture:
    """Draw what stands beside a question."""
    view = view_beside(key)
    assert view is not None
    drawn = view.draw(Subject(session.effective, session.facts), width)
    assert all(width_of(row) <= width for row in drawn), plain_text(drawn)
    return drawn


def text(session: Session, key: str, width: int = 76) -> str:
    """Return what stands beside a question, as text."""
    return plain_text(picture(session, key, width))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("mode", ["live", "files"])
def test_every_picture_fits_whatever_is_known(session: Session, mode: str, width: int) -> None:
    session.give("cloud.mode", mode)
    for parts in ({}, {"clouds": CLOUDS, "checks": CHECKS, "cloud_in_environment": True}):
        for traces in ((), TRACES):
            known(session, *traces, **parts)
            for view in views_of("cloud"):
                for row in view.draw(Subject(session.effective, session.facts), width):
                    assert width_of(row) <= width


def test_each_cloud_is_told_with_state_region_keystone_and_as_whom(session: Session) -> None:
    known(session, clouds=CLOUDS, checks=CHECKS, cloud_in_environment=True)
    lines = text(session, "cloud.name", 116).splitlines()
    site = next(line for line in lines if " site " in line)
    words = ("✓ ok", "boss in admin", "north, south", "keystone:5000")
    assert all(word in site for word in (*words, "/etc/openstack/clouds.yaml"))
    assert any("◐ checking" in line and ENVIRONMENT in line for line in lines)


def test_of_the_chosen_cloud_it_is_told_what_is_wrong_and_what_to_do(session: Session) -> None:
    known(session, clouds=CLOUDS, checks=CHECKS)
    assert "check it" not in text(session, "cloud.name")
    session.give("cloud.name", "lab")
    lines = text(session, "cloud.name").splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("• lab"))
    assert "✗ refused" in lines[place]
    assert lines[place + 1].strip() == "refused"
    assert lines[place + 2].strip() == "→ check it"


def test_state_is_told_by_glyph_and_word_and_only_repeated_by_a_role(session: Session) -> None:
    known(session, clouds=CLOUDS, checks=CHECKS)
    spans = [span for row in picture(session, "cloud.name") for span in row]
    assert {s.text.strip() for s in spans if s.role is Role.BAD} == {"✗", "refused"}


def test_rights_and_region_are_held_against_the_answers(session: Session) -> None:
    checks = {"site": replace(CHECKS["site"], admin=False)}
    known(session, clouds=CLOUDS, checks=checks)
    session.give("cloud.name", "site")
    session.give("cloud.region", "west")
    shown = " ".join(text(session, "cloud.region").split())
    assert "boss lacks the role admin" in shown
    assert "no region west; it has: north, south" in shown


def test_a_name_no_file_has_is_told(session: Session) -> None:
    known(session, clouds=CLOUDS)
    session.give("cloud.name", "elsewhere")
    assert "elsewhere is not in any file" in text(session, "cloud.name")


def test_without_any_cloud_it_says_how_to_come_by_one(session: Session) -> None:
    shown = " ".join(text(session, "cloud.name").split())
    assert "No cloud was found" in shown
    assert "openrc" in shown
    assert "files only" in shown


def test_the_release_is_told_with_what_it_means_and_each_piece_of_evidence(
    session: Session,
) -> None:
    known(session, *TRACES)
    shown = text(session, "cloud.release", 116)
    assert "OpenStack 2026.1 Gazpacho, deploys Octavia 18.0" in shown
    assert "era C" in shown
    assert "gone" in shown
    assert "openstack.osa." in shown
    assert "all 2 pieces of evidence agree" in shown
    assert all(trace.source in shown for trace in TRACES)


def test_evidence_of_another_release_comes_first_and_is_marked(session: Session) -> None:
    old = Evidence("32.2.0", "the variables in /etc/ansible/roles/os_octavia")
    known(session, *TRACES, old)
    lines = text(session, "cloud.release").splitlines()
    assert "! the evidence disagrees: 2025.2, 2026.1" in lines
    marks = [line[:8] for line in lines if "33.0.1 " in line[2:10] or "32.2.0 " in line[2:10]]
    assert marks[-3:] == ["! 32.2.0", "✓ 33.0.1", "✓ 33.0.1"]


def test_another_answer_than_the_host_shows_is_told(session: Session) -> None:
    known(session, *TRACES)
    session.give("cloud.release", "32.2.0")
    assert "this host has 2026.1, and the answer is 2025.2" in text(session, "cloud.release")


def test_with_no_evidence_it_says_how_to_find_the_release_out(session: Session) -> None:
    assert "describe --tags" in text(session, "cloud.release")
    session.give("cloud.release", "16.0.5")
    shown = text(session, "cloud.release")
    assert "nothing on this host tells the release" in shown
    assert "octavia_spare_amphora_pool_size" in shown


def test_files_only_says_what_is_done_and_what_is_not(session: Session) -> None:
    session.give("cloud.mode", "files")
    shown = " ".join(text(session, "cloud.mode").split())
    assert "contacts no cloud" in shown
    assert "writes secrets, certificates and files" in shown
    session.give("cloud.mode", "live")
    assert "runs no playbook" in text(session, "cloud.mode")
    session.give("deployment.run_playbooks", True)
    assert "runs the playbooks that are due" in text(session, "cloud.mode")


def test_of_the_service_project_it_is_told_whether_it_was_found(session: Session) -> None:
    assert picture(session, "cloud.service_project") == ()
    cloud = CloudFacts("site", "north", "service", "p1")
    known(session, cloud=cloud)
    session.give("cloud.name", "site")
    shown = text(session, "cloud.service_project")
    assert "✓ service, id p1" in shown
    assert "! user octavia does not exist yet" in shown
    known(session, cloud=replace(cloud, service_project_id=None, octavia_user_id="u1"))
    assert "service is not there" in text(session, "cloud.service_project")


def test_the_list_of_clouds_is_the_same_as_a_table(session: Session) -> None:
    known(session, clouds=CLOUDS, checks=CHECKS, cloud_in_environment=True)
    question = session.question("cloud.name")
    assert question.choices is not None
    choices = question.choices(session.context)
    assert [choice.value for choice in choices] == ["site", "lab", None]
    assert all(len(choice.cells) == len(question.columns) for choice in choices)
    assert choices[0].cells[1:3] == ("✓ ok", "boss in admin")


def test_regions_are_offered_before_the_cloud_was_read(session: Session) -> None:
    known(session, clouds=CLOUDS, checks=CHECKS)
    session.give("cloud.name", "site")
    question = session.question("cloud.region")
    assert question.choices is not None
    assert [choice.value for choice in question.choices(session.context)] == ["north", "south"]


def test_releases_are_offered_newest_first_with_the_detected_one_marked(session: Session) -> None:
    known(session, Evidence("29.1.0", "OSA_VERSION in the wrapper"))
    question = session.question("cloud.release")
    assert question.choices is not None
    choices = question.choices(session.context)
    names = [str(choice.value) for choice in choices]
    assert names.index("29.2.4") == names.index("29.1.0") - 1
    assert (names[0], names[-1]) == ("33.0.1", "16.0.29")
    detected = choices[names.index("29.1.0")]
    assert detected.cells[-1] == "detected: OSA_VERSION in the wrapper"
    assert all(len(choice.cells) == len(question.columns) for choice in choices)
