"""The phases of a build."""

from __future__ import annotations

from octavia_wizard.core.image.build.phases import FIRST, ORDER, PHASES, SCRIPTS, phase_of


def test_phases_stand_in_the_order_of_a_build() -> None:
    names = [phase.id for phase in PHASES]
    assert names[:3] == ["packages", "builder", "source"]
    assert names[FIRST] == "setup"
    assert names[-1] == "check"
    assert len(set(names)) == len(names)
    assert all(ORDER[name] == at for at, name in enumerate(names))


def test_each_phase_has_words_and_some_time() -> None:
    assert all(phase.title and phase.seconds > 0 for phase in PHASES)
    assert [phase.id for phase in PHASES if phase.told] == [
        "packages",
        "builder",
        "source",
        "check",
    ]


def test_the_scripts_of_a_phase_take_no_longer_than_the_phase() -> None:
    for phase in PHASES:
        of_phase = [s for name, s in SCRIPTS.items() if name.startswith(f"{phase.id}/")]
        assert sum(of_phase) <= phase.seconds + 0.5
    assert all(phase_of(name.partition("/")[0]) is not None for name in SCRIPTS)


def test_a_name_that_is_no_phase_is_none() -> None:
    assert phase_of("in_target.d") is None
