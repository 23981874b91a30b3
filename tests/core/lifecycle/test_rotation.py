"""Going over to a new image changes one tag, and no answer of the deployment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.lifecycle.rotation import rotation_plan
from octavia_wizard.core.steps.base import Action
from octavia_wizard.core.steps.image_marks import BUILD, BUILT, OCTAVIA, SOURCE
from tests.core.image.support import qcow2
from tests.core.lifecycle.support import Site

KEPT = (Action.KEEP, Action.KEEP)


def test_a_build_of_the_same_answers_is_kept_whatever_lies_on_the_host(site: Site) -> None:
    """Its fingerprint tells; the file may be gone or be another."""
    site.build()
    assert site.deploy().error is None
    (image,) = site.cloud.images.values()
    assert image.properties[OCTAVIA] == "stable/2026.1 @ 0123abc"
    assert site.actions() == KEPT
    site.path.unlink()
    assert site.actions() == KEPT
    site.path.write_bytes(b"something else")
    assert site.actions() == KEPT


def test_a_file_to_be_built_is_no_obstacle(site: Site) -> None:
    """The plan says that it is to be built; what it finds is looked at when it is uploaded."""
    decision = site.decision()
    assert decision.action is Action.CREATE
    assert any(line.endswith(f"of {site.path}, to be built") for line in decision.diff)


def test_rotation_builds_anew_and_a_later_plan_keeps_it(site: Site) -> None:
    """An image built before the rotation was asked for is not enough."""
    site.build()
    site.deploy()
    (first,) = site.carriers
    errand = rotation_plan(site.session(), now=site.clock)
    actions = {item.step: item.action for item in errand.plan.items}
    assert actions["image_file"] is Action.RUN
    assert actions["image"] is Action.CREATE
    assert errand.plan.only == ("image",)
    second = site.rotate(3)
    assert second != first
    assert sorted(site.cloud.images) == sorted([first, second])
    assert site.actions() == KEPT


def test_rotation_to_a_build_of_other_answers_is_told_by_a_later_plan(site: Site) -> None:
    """Answers that were changed since do not describe the image any more."""
    site.build()
    site.deploy()
    decision = site.decision(image__size_gib=3)
    assert decision.action is Action.CONFLICT
    assert "built by other answers" in decision.reason
    assert "image.replace" in decision.reason
    limit = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
    decision = site.decision(image__not_before=limit)
    assert f"before {limit}" in decision.reason


def test_rotation_by_a_file_leaves_the_answers_and_says_what_differs(
    site: Site, tmp_path: Path
) -> None:
    """The preset goes on to describe a build; a later plan names the file that took its place."""
    site.build()
    site.deploy()
    other = qcow2(tmp_path / "brought.qcow2", data_clusters=4)
    session = site.session()
    before = session.answers
    errand = rotation_plan(session, file=other)
    assert site.carry_out(errand).error is None
    assert session.answers == before
    (carrier,) = site.carriers
    assert site.cloud.images[carrier].properties[SOURCE] == "brought.qcow2"
    assert BUILD not in site.cloud.images[carrier].properties
    decision = site.decision()
    assert decision.action is Action.CONFLICT
    assert "uploaded from the file brought.qcow2, not built" in decision.reason
    assert site.actions(image__source="file", image__path=str(other)) == (
        Action.SKIP,
        Action.KEEP,
    )


def test_rotation_by_a_file_the_wizard_built_is_what_the_answers_describe(site: Site) -> None:
    """However it was named: the fingerprint goes along with the file."""
    site.build()
    site.deploy()
    record = site.build(3)
    assert site.carry_out(rotation_plan(site.session(), file=site.path)).error is None
    (carrier,) = site.carriers
    assert site.cloud.images[carrier].properties[BUILT] == record.finished
    assert site.actions() == KEPT


def test_undo_of_a_rotation(site: Site) -> None:
    """Of that run alone: the former image is Octavia's again, the new one is gone."""
    site.build()
    site.deploy()
    before = dict(site.cloud.images)
    errand = rotation_plan(site.session(), now=site.clock)
    site.build(3)
    result = site.carry_out(errand)
    assert not site.undo(result.run_id).left
    assert site.cloud.images == before


def test_without_anything_new_there_is_nothing_to_go_over_to(site: Site) -> None:
    """The answer that would help is named."""
    with pytest.raises(UsageError, match="is existing, so") as refused:
        rotation_plan(site.session(image__source="existing"))
    assert "image.source=build" in refused.value.hint
    with pytest.raises(UsageError, match="no cloud"):
        rotation_plan(site.session(cloud__mode="files"))
