"""Former images go when they are asked to, and only those nobody needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from octavia_wizard.core.engine.ledger import Ledger
from octavia_wizard.core.engine.resume import resumable
from octavia_wizard.core.errors import CloudError, UsageError
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import Amphora
from octavia_wizard.core.interview import answers_of_run
from octavia_wizard.core.lifecycle.prune import prune_plan
from octavia_wizard.core.lifecycle.rollback import rollback_plan
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.base import Action
from octavia_wizard.core.steps.image_marks import FOR_TAG, REPLACED, UPLOAD
from tests.core.lifecycle.support import TAG, Site


@pytest.fixture
def four(site: Site) -> list[str]:
    """Four images, the first three of them former ones."""
    site.build()
    site.deploy()
    (first,) = site.carriers
    return [first, *(site.rotate(clusters) for clusters in (3, 4, 5))]


def decision_of(site: Site, keep: int | None = None) -> tuple[Action, list[str]]:
    """Return what prune would do, and the ids of what would go."""
    errand = prune_plan(site.session(), keep)
    item = next(item for item in errand.plan.items if item.step == "image_prune")
    return item.action, [line.split()[3] for line in item.decision.diff]


def test_the_newest_stay_and_the_others_go(site: Site, four: list[str]) -> None:
    """One stays by default; the present image is never among them."""
    errand = prune_plan(site.session())
    assert [kept.image.id for kept in errand.kept] == [four[2]]
    assert errand.plan.only == ("image_prune",)
    assert site.carry_out(errand).error is None
    assert sorted(site.cloud.images) == sorted(four[2:])
    assert decision_of(site) == (Action.KEEP, [])
    assert decision_of(site, 0) == (Action.CHANGE, [four[2]])


def test_how_many_stay_can_be_answered(site: Site, four: list[str]) -> None:
    """By image.keep, or for once by a number."""
    site.answers |= {"image.replace": True, "image.keep": 2}
    assert decision_of(site) == (Action.CHANGE, [four[0]])
    assert decision_of(site, 0)[1] == four[2::-1]
    with pytest.raises(UsageError, match="cannot be kept"):
        prune_plan(site.session(), -1)


def test_what_amphorae_run_stays(site: Site, four: list[str]) -> None:
    """Until failover has replaced them; those that are being deleted do not count."""
    site.cloud.amphorae = (
        Amphora("a", "ALLOCATED", "lb", four[0]),
        Amphora("b", "PENDING_DELETE", "lb", four[1]),
    )
    assert decision_of(site) == (Action.CHANGE, [four[1]])
    kept = {one.image.id: one.why for one in prune_plan(site.session()).kept}
    assert kept[four[0]] == "1 amphorae run it"


def test_nothing_goes_while_it_is_not_known_what_runs(site: Site, four: list[str]) -> None:
    """Neither while Octavia does not answer, nor while an amphora does not tell its image."""
    site.cloud.unread = {Part.AMPHORAE: "takes the admin role"}
    assert decision_of(site)[0] is Action.BLOCKED
    site.cloud.unread = {}
    site.cloud.amphorae = (Amphora("a", "BOOTING", None, None),)
    assert decision_of(site, 0) == (Action.KEEP, [])


def test_what_is_not_ours_stays(site: Site, four: list[str]) -> None:
    """Nor goes what somebody has given another tag, or what is for another deployment."""
    images = site.cloud.images
    images[four[0]] = replace(images[four[0]], tags=("mine",))
    foreign = {REPLACED: "2020-01-01T00:00:00+00:00", FOR_TAG: TAG}
    images["foreign"] = replace(images[four[1]], id="foreign", properties=foreign)
    other = {UPLOAD: "x", FOR_TAG: "another-tag", REPLACED: "2020-01-01"}
    images["other"] = replace(images[four[1]], id="other", properties=other)
    images["somebody"] = replace(images[four[1]], id="somebody", owner="somebody")
    assert decision_of(site, 0)[1] == [four[2], four[1]]


def test_what_is_deleted_is_not_for_undo_to_bring_back(site: Site, four: list[str]) -> None:
    """The journal knows that it is gone; undo takes back the rest."""
    site.carry_out(prune_plan(site.session(), 0))
    ledger = Ledger.read(site.session().place)
    assert {record.id for record in ledger.records.values()} == {four[3]}
    assert not site.undo().left
    assert site.cloud.images == {}


def test_an_interrupted_prune_is_resumed(site: Site, four: list[str]) -> None:
    """What was deleted without an answer is found to be gone; the others follow."""
    errand = prune_plan(site.session(), 0)
    written = len(site.cloud.written)
    site.cloud.fail_writes = {written + 2: CloudError("409 Conflict")}
    assert site.carry_out(errand).error is not None
    assert four[0] not in site.cloud.images
    run = resumable(errand.session.place)
    assert run is not None
    session = Session(errand.session.options, answers_of_run(run))
    session.facts = errand.session.facts
    session.read_cloud(frozenset({Part.IMAGES, Part.AMPHORAE}))
    site.cloud.fail_writes = {}
    assert site.run(session, session.plan(run.only), "resume").error is None
    assert list(site.cloud.images) == [four[3]]


def test_after_a_rollback_the_newer_image_is_a_former_one(site: Site, four: list[str]) -> None:
    """And the one that was gone back to is not."""
    site.carry_out(rollback_plan(site.session()))
    assert site.carriers == [four[2]]
    assert decision_of(site, 0)[1] == [four[3], four[1], four[0]]
