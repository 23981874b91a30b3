"""After a failure, the operator is led to the answers that may be the cause."""

from __future__ import annotations

import pytest

from octavia_wizard.core.engine.failing import omission_of, section_to_mend
from octavia_wizard.core.engine.plan import Plan, PlanItem
from octavia_wizard.core.errors import CloudError, CredentialsError, TransientError, WizardError
from octavia_wizard.core.steps.base import Action, Decision


def _plan() -> Plan:
    def item(step: str, section: str, without: str) -> PlanItem:
        decision = Decision(Action.CREATE)
        return PlanItem(step, step, section, (), decision, without, "" if without else "it must be")

    return Plan(
        (item("image", "image", ""), item("quotas", "capacity", "the quotas stay as they are"))
    )


@pytest.mark.parametrize("error", [CredentialsError("no"), TransientError("gone")])
def test_a_cloud_that_is_gone_is_a_matter_of_the_cloud(error: WizardError) -> None:
    assert section_to_mend(_plan(), ("image",), error) == "cloud"


def test_what_a_service_refuses_is_a_matter_of_the_step() -> None:
    assert section_to_mend(_plan(), ("image",), CloudError("the store is full")) == "image"


def test_a_run_that_could_not_begin_leads_nowhere() -> None:
    assert section_to_mend(_plan(), (), CredentialsError("no")) == ""
    assert omission_of(_plan(), ()) is None


def test_only_what_may_be_left_out_is_offered() -> None:
    assert omission_of(_plan(), ("image",)) is None
    omission = omission_of(_plan(), ("quotas",))
    assert omission is not None
    assert omission.effects == ("quotas: the quotas stay as they are",)
