"""What a build is expected to take: learned on this host, or else as measured elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from octavia_wizard.core.image.build.phases import PHASES
from octavia_wizard.core.image.build.record import BuildState
from octavia_wizard.core.image.build.weights import weights_for
from tests.core.image.build.samples import a_reader, a_record, a_request, log

_KNOWN = {"root.d": 30.0, "install.d": 60.0, "install.d/01-package-installs": 25.0, "convert": 19.0}


def test_without_a_build_the_shipped_weights_hold_and_may_be_far_off() -> None:
    weights = weights_for(a_request(), ())
    assert weights.phases == {phase.id: phase.seconds for phase in PHASES}
    assert not weights.learned
    assert weights.pace == pytest.approx(1.0)


def test_the_newest_build_of_the_same_kind_teaches() -> None:
    other = a_record({"root.d": 500.0, "install.d": 500.0}, base_os="rocky")
    older = a_record({"root.d": 90.0, "install.d": 90.0})
    weights = weights_for(a_request(), (other, a_record(_KNOWN), older))
    assert weights.learned
    assert weights.phases["root.d"] == 30.0
    assert weights.scripts == {"install.d/01-package-installs": 25.0}
    assert weights.spread < weights_for(a_request(), ()).spread


def test_a_build_of_another_kind_teaches_less() -> None:
    records = (a_record(_KNOWN, architecture="aarch64"),)
    other, same = weights_for(a_request(), records), weights_for(a_request(), (a_record(_KNOWN),))
    assert other.learned
    assert same.spread < other.spread < weights_for(a_request(), ()).spread


def test_what_the_last_build_did_not_show_is_scaled_to_this_host() -> None:
    weights = weights_for(a_request(), (a_record(_KNOWN),))
    shipped = weights_for(a_request(), ())
    assert 0 < weights.phases["block-device"] < shipped.phases["block-device"] / 2
    assert weights.phases["source"] == shipped.phases["source"]


@pytest.mark.parametrize("state", [BuildState.FAILED, BuildState.CANCELLED, BuildState.RUNNING])
def test_a_build_that_was_not_finished_teaches_nothing(state: BuildState) -> None:
    assert not weights_for(a_request(), (replace(a_record(_KNOWN), state=state),)).learned


@pytest.mark.parametrize(
    "durations",
    [{}, {"root.d": float("nan"), "install.d": 1.0}, {"root.d": -1.0, "install.d": 1.0}],
)
def test_durations_that_cannot_be_true_teach_nothing(durations: dict[str, float]) -> None:
    assert not weights_for(a_request(), (a_record(durations),)).learned


def test_durations_of_nothing_at_all_still_make_weights() -> None:
    weights = weights_for(a_request(), (a_record({"root.d": 0.0, "install.d": 0.0}),))
    assert weights.total > 0
    assert all(seconds > 0 for seconds in weights.phases.values())


def test_a_raw_image_is_not_converted() -> None:
    assert weights_for(a_request(disk_format="raw"), ()).phases["convert"] < 1


def test_a_recorded_build_teaches_phases_and_scripts() -> None:
    durations = dict(a_reader(log("ok")).durations)
    weights = weights_for(a_request(), (a_record(durations),))
    assert weights.phases["convert"] == pytest.approx(53.1, abs=0.1)
    assert weights.scripts["install.d/75-amphora-agent-install"] == pytest.approx(74.1, abs=0.1)
    assert weights.pace == pytest.approx(1.0, abs=0.02)
