"""The answered release is the one that will read the files, and reads what is set."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.facts.model import DeployedRole, Evidence, Facts, Tools
from octavia_wizard.core.findings import Inspected, check_all
from octavia_wizard.core.questions.resolve import resolve
from tests.core.findings.support import Example, Given, each, host

ANSWERED = {"cloud.release": "33.0.1"}


def _detected(*values: str, release: str = "33.0.1") -> Given:
    evidence = tuple(Evidence(value, f"source{n}") for n, value in enumerate(values))
    first = evidence[0] if evidence else None
    known = host(release=first, releases=evidence)
    return Given({"cloud.release": release}, release=release, host=known)


def _variable(name: str, value: object, release: str = "33.0.1") -> Given:
    return Given({f"variables.{name}": value}, release=release)


EXAMPLES = (
    Example("release-differs", _detected("32.2.0"), _detected("33.0.1"), says="32.2.0"),
    Example("release-not-detected", _detected(), _detected("33.0.1"), says="33.0.1"),
    Example(
        "release-evidence-disagrees",
        _detected("33.0.1", "31.3.0"),
        _detected("33.0.1", "33.0.0"),
        says="31.3.0",
    ),
    Example(
        "release-newer-than-known",
        _detected(release="33.9.0"),
        _detected(release="33.0.1"),
        says="33.9.0",
    ),
    Example(
        "deploy-directory-not-read",
        Given(release="18.1.20", host=host(deploy_dir=Path("/srv/osa"))),
        Given(release="19.0.0", host=host(deploy_dir=Path("/srv/osa"))),
        says="/srv/osa",
    ),
    Example(
        "variable-unknown",
        _variable("octavia_amp_vcpus", 2),
        _variable("octavia_amp_vcpu", 2),
        says="octavia_amp_vcpus",
    ),
    Example(
        "variable-not-in-release",
        _variable("octavia_spare_amphora_pool_size", 2, "22.0.0"),
        _variable("octavia_spare_amphora_pool_size", 2, "21.0.0"),
        says="octavia_spare_amphora_pool_size",
    ),
    Example(
        "variable-wrong-type",
        _variable("octavia_download_artefact", "False"),
        _variable("octavia_download_artefact", False),
        says='the text "False"',
    ),
    Example(
        "variable-not-a-choice",
        _variable("octavia_loadbalancer_topology", "BANANA"),
        _variable("octavia_loadbalancer_topology", "SINGLE"),
        says="ACTIVE_STANDBY or SINGLE",
    ),
    Example(
        "secret-in-answers",
        _variable("octavia_service_password", "swordfish"),
        _variable("octavia_amp_vcpu", 2),
        says="octavia_service_password",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_a_wrapper_made_to_read_another_directory_is_believed() -> None:
    place = Path("/srv/osa")
    tools = Tools(config_dir=Evidence(str(place), "user_*.yml in the wrapper"))
    case = Given(release="18.1.20", host=host(deploy_dir=place, tools=tools))
    assert not case.found("deploy-directory-not-read")


def test_a_blank_in_the_directory_hides_it_from_the_wrapper() -> None:
    place = Path("/srv/the cloud/openstack_deploy")
    tools = Tools(config_dir=Evidence(str(place), "OSA_CONFIG_DIR"))
    case = Given(release="33.0.1", host=host(deploy_dir=place, tools=tools))
    (found,) = case.found("deploy-directory-not-read")
    assert "blank" in found.what


def test_a_role_of_its_own_makes_no_other_release() -> None:
    evidence = Evidence("33.0.1", "the wrapper")
    role = DeployedRole(Path("/r"), {"octavia_site_setting": 1}, frozenset())
    known = host(release=evidence, releases=(evidence,), role=role)
    effective = resolve(Answers(ANSWERED), Facts(known))
    found = check_all(effective, Facts(known), Inspected())
    assert "release-differs" not in {finding.id for finding in found}


def test_a_misspelt_variable_is_told_with_the_nearest_name() -> None:
    found = _variable("octavia_amp_vcpus", 2).found("variable-unknown")[0]
    assert "octavia_amp_vcpu?" in found.fix
    assert found.key == "variables.octavia_amp_vcpus"


def test_a_secret_is_never_repeated() -> None:
    found = _variable("octavia_service_password", "swordfish").findings()
    assert "swordfish" not in repr(found)


def test_another_tag_with_the_same_variables_is_the_same_release() -> None:
    assert not _detected("33.0.0").found("release-differs")


def test_a_detected_release_that_was_taken_over_cannot_differ() -> None:
    known = host(release=Evidence("32.2.0", "wrapper"))
    case = Given(ANSWERED, host=known, provenance=Provenance.DETECTED)
    assert not case.found("release-differs")


def test_none_leaves_a_variable_to_the_role() -> None:
    assert not _variable("octavia_download_artefact", None).findings()


def test_evidence_that_names_no_release_is_left_to_the_facts() -> None:
    assert not _detected("undefined").found("release-differs")
