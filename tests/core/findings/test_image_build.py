"""What stands in the way of a build is a finding, at the answer that cures it."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.findings import Inspected, Severity, catalogue, check_all, inspect
from octavia_wizard.core.findings.image_build import OPTIONS
from octavia_wizard.core.image.build.hindrances import Gravity, Hindrance
from octavia_wizard.core.questions.resolve import resolve
from octavia_wizard.core.releases import all_series
from tests.core.findings.support import DEPLOY, Example, Given, each, image
from tests.core.image.build.test_preflight import CASES

BUILD = {"image.source": "build", "image.path": "/srv/amphora.qcow2"}


def _hindered(id: str, what: str = "Something is amiss.") -> Given:
    found = (Hindrance(id, what),)
    return Given(BUILD, inspected=Inspected(preflight=found))


_HINDRANCES = tuple(sorted({case[0] for case in CASES}))
EXAMPLES = (
    *(Example(name, _hindered(name), Given(BUILD), says="amiss") for name in _HINDRANCES),
    Example(
        "image-build-option",
        Given({**BUILD, "image.fips": True}, release="18.1.20"),
        Given({**BUILD, "image.fips": True}),
        says="-y",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


@pytest.mark.parametrize(("id", "gravity"), [case[:2] for case in CASES])
def test_a_finding_weighs_as_much_as_the_hindrance(id: str, gravity: Gravity) -> None:
    assert catalogue()[id].severity.value == gravity.value


def test_a_hindrance_names_its_own_cure_and_answer() -> None:
    one = Hindrance("image-build-directory", "No.", "Do this.", key="image.cache_directory")
    (found,) = Given(BUILD, inspected=Inspected(preflight=(one,))).found(one.id)
    assert (found.what, found.fix, found.key) == ("No.", "Do this.", "image.cache_directory")


def test_nothing_is_told_of_a_build_that_is_not_wanted() -> None:
    case = _hindered("image-build-loop")
    other = Given({"image.source": "file"}, inspected=case.inspected)
    assert not [f for f in other.findings() if f.id.startswith("image-build")]


@pytest.mark.parametrize(("key", "letter"), OPTIONS.items())
def test_every_option_a_release_lacks_is_told_at_its_key(key: str, letter: str) -> None:
    for series in all_series():
        answers = Answers({**_ANSWERS, key: _VALUES.get(key, True), "cloud.release": series.last})
        facts = Facts(HostFacts(DEPLOY))
        effective = resolve(answers, facts)
        found = check_all(effective, facts, Inspected())
        told = [f.key for f in found if f.id == "image-build-option"]
        lacking = letter not in effective.release.rules.amphora_script_options
        assert told == ([key] if lacking else []), series.name


_ANSWERS: dict[str, object] = {
    "cloud.mode": "live",
    "image.source": "build",
    "image.tune_build": True,
}
_VALUES: dict[str, object] = {
    "image.kernel_package": "linux-image-generic",
    "image.work_directory": "/srv/work",
}


def test_a_base_system_the_release_does_not_build_is_told() -> None:
    case = Given({**BUILD, "image.base_os": "rocky"}, release="26.1.0")
    (found,) = case.found("image-build-option")
    assert found.key == "image.base_os"
    assert "ubuntu-minimal" in found.fix


def test_a_branch_of_the_operators_own_is_judged_when_it_is_there() -> None:
    case = Given({**BUILD, "image.fips": True, "image.octavia_ref": "mine"}, release="18.1.20")
    assert not case.found("image-build-option")


def test_what_octavia_has_already_is_not_built_so_nothing_stands_in_the_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = Given(
        {**BUILD, "image.tag": "amphora"}, inspected=_hindered("image-build-loop").inspected
    )
    assert case.found("image-build-loop")
    target = "octavia_wizard.core.steps.image_target.carried_build"
    monkeypatch.setattr(target, lambda effective, facts: image())
    assert not case.found("image-build-loop")


def test_this_host_is_looked_at_only_for_a_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    facts = Facts(HostFacts(DEPLOY))
    path = str(tmp_path / "nowhere" / "amphora.qcow2")
    answers = {"cloud.mode": "live", "image.source": "build", "image.path": path}
    seen = inspect(resolve(Answers({**answers, "image.size_gib": 2, "image.base_os": "fedora",
                                    "image.base_release": "28"}), facts))  # fmt: skip
    assert "image-build-size" in [hindrance.id for hindrance in seen.preflight]
    other = inspect(resolve(Answers({**answers, "image.source": "file"}), facts))
    assert other.preflight == ()


def test_errors_of_a_build_block_and_warnings_can_be_accepted() -> None:
    assert catalogue()["image-build-busy"].severity is Severity.ERROR
    assert catalogue()["image-build-keyring"].severity is Severity.WARNING
