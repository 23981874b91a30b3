"""Answers are complete, apply, can be chosen, and hold nothing that Ansible would run."""

from __future__ import annotations

from octavia_wizard.core.answers.answers import Provenance
from tests.core.findings.support import Example, Given, each

FILES = {"cloud.mode": "files"}

EXAMPLES = (
    Example("answer-missing", Given(missing=("image.path",)), Given(), says="image.path"),
    Example(
        "answer-not-used",
        Given(unused=("network.physical_network",)),
        Given({"network.physical_network": "lbaas"}),
        says="network.physical_network",
    ),
    Example(
        "choice-not-available",
        Given({**FILES, "network.created_by": "wizard"}),
        Given({**FILES, "network.created_by": "role"}),
        says="wizard",
    ),
    Example(
        "variable-answered-twice",
        Given({"capacity.vcpus": 1, "variables.octavia_amp_vcpu": 2}),
        Given({"capacity.vcpus": 2, "variables.octavia_amp_vcpu": 2}),
        says="octavia_amp_vcpu is 2",
    ),
    Example(
        "template-in-value",
        Given({"variables.octavia_amp_image_resource": [{"name": "{{ lookup('pipe', 'id') }}"}]}),
        Given({"variables.octavia_amp_image_resource": [{"name": "{ plain }"}]}),
        says="lookup",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_every_gap_is_told_with_its_key_and_its_choices() -> None:
    found = Given(missing=("image.path", "network.mode")).found("answer-missing")
    assert [finding.key for finding in found] == ["network.mode", "image.path"]
    assert "create" in found[0].fix


def test_an_answer_that_contradicts_others_says_why() -> None:
    found = Given(unused=("network.segmentation_id",)).found("answer-not-used")[0]
    assert "flat" in found.why


def test_each_of_several_choices_is_looked_at() -> None:
    found = Given({"deployment.playbooks": ["octavia", "swift"]}).found("choice-not-available")
    assert "swift" in found[0].what
    assert "octavia" not in found[0].what


def test_templates_of_the_role_itself_are_no_concern() -> None:
    settings = {"variables.octavia_x": "{{ y }}"}
    case = Given(settings, provenance=Provenance.ROLE_DEFAULT)
    assert not case.found("template-in-value")


def test_a_template_in_the_name_of_an_entry_is_found_too() -> None:
    assert Given({"capacity.extra_specs": {"{% x %}": "1"}}).found("template-in-value")
