"""Going back to a former image, step by step, or to one that is named."""

from __future__ import annotations

import pytest

from octavia_wizard.core.engine.resume import resumable
from octavia_wizard.core.errors import CloudError, UsageError
from octavia_wizard.core.interview import answers_of_run
from octavia_wizard.core.lifecycle.rollback import rollback_plan
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.base import Action
from tests.core.lifecycle.support import Site


@pytest.fixture
def three(site: Site) -> tuple[str, str, str]:
    """Three images, one after the other."""
    site.build()
    site.deploy()
    (first,) = site.carriers
    return first, site.rotate(3), site.rotate(4)


def test_back_and_further_back(site: Site, three: tuple[str, str, str]) -> None:
    """Each goes one image back; the answers still describe what is there."""
    first, second, _ = three
    site.carry_out(rollback_plan(site.session()))
    assert site.carriers == [second]
    assert site.actions() == (Action.KEEP, Action.KEEP)
    site.carry_out(rollback_plan(site.session()))
    assert site.carriers == [first]
    with pytest.raises(UsageError, match="no former image is older") as refused:
        rollback_plan(site.session())
    assert three[2] in refused.value.hint


def test_to_one_that_is_named(site: Site, three: tuple[str, str, str]) -> None:
    """Also forward again; and undo of that run alone brings back what was."""
    first, _, third = three
    result = site.carry_out(rollback_plan(site.session(), first))
    assert site.carriers == [first]
    assert not site.undo(result.run_id).left
    assert site.carriers == [third]


def test_only_what_was_replaced_can_be_gone_back_to(
    site: Site, three: tuple[str, str, str]
) -> None:
    """The present one, one that is not there, and a name of several are refused with a list."""
    with pytest.raises(UsageError, match="no image that was replaced"):
        rollback_plan(site.session(), three[2])
    with pytest.raises(UsageError, match="2 former images") as refused:
        rollback_plan(site.session(), "amphora-x64-haproxy")
    assert three[0] in refused.value.hint


def test_without_a_former_image(site: Site) -> None:
    """There is nothing to go back to."""
    site.build()
    site.deploy()
    with pytest.raises(UsageError, match="no former image"):
        rollback_plan(site.session())


def test_an_interrupted_rollback_is_resumed_by_its_own_answers(
    site: Site, three: tuple[str, str, str]
) -> None:
    """Both have the tag meanwhile; resume finishes what was begun, not what the preset says."""
    _, second, third = three
    errand = rollback_plan(site.session())
    writes = len(site.cloud.written)
    site.cloud.fail_writes = {writes + 2: CloudError("409")}
    result = site.carry_out(errand)
    assert result.error is not None
    assert site.carriers == [third, second]
    run = resumable(errand.session.place)
    assert run is not None
    session = Session(errand.session.options, answers_of_run(run))
    session.facts = site.session().facts
    site.cloud.fail_writes = {}
    assert site.run(session, session.plan(run.only), "resume").error is None
    assert site.carriers == [second]
