"""What a replay made, imported from nothing but the files and the cloud, needs nothing more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from octavia_wizard.core.adopting.values import DHCP
from octavia_wizard.core.answers.load import load_preset
from octavia_wizard.core.facts.deploy_host_files import OUR_VARIABLES
from tests.cli.conftest import Run, lines_of
from tests.cli.test_live import Connection, clean, cloud, inventory, preset
from tests.conftest import RehearsalCloud

__all__ = ["clean", "cloud", "preset"]

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning:openstack"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:openstack"),
]

OF_THE_CLOUD = {
    "network", "subnet", "security_group", "flavor", "keypair", "image", "quotas"
}  # fmt: skip
QUIET = {"keep", "adopt", "skip"}


@pytest.fixture
def forgotten(run: Run, preset: str, clean: None, home: Path) -> Iterator[None]:
    """A deployment of which the wizard has forgotten everything, and remembers for the undo."""
    done = run("replay", preset, "--yes")
    assert done.exit_code == 0, done.output
    state, aside = home / "state", home / "aside"
    state.rename(aside)
    yield
    if state.exists():
        state.rename(home / "second")
    aside.rename(state)


def planned(run: Run) -> dict[str, Any]:
    """Return what the imported preset would do, by step."""
    found = list(lines_of(run("plan", "again.yml", "--format", "json")))
    (plan,) = [line for line in found if line["kind"] == "plan"]
    return {step["step"]: step for step in plan["steps"]}


def values_in(diff: list[str], sign: str) -> dict[str, Any]:
    """Return what the lines of a diff say that were added, or removed."""
    lines = [line[2:] for line in diff if line.startswith(f"{sign} ")]
    found: dict[str, Any] = yaml.safe_load("\n".join(lines)) or {}
    return found


def test_what_the_wizard_made_is_found_again(
    forgotten: None, run: Run, deploy_dir: Path, home: Path, cloud: Connection
) -> None:
    before = (deploy_dir / OUR_VARIABLES).read_bytes(), inventory(cloud)
    result = run("import", "--cloud", "rehearsal", "--out", "again.yml", "--set",
                 "cloud.release=33.0.1")  # fmt: skip
    assert result.exit_code == 0, result.output
    steps = planned(run)

    loud = {s: d["action"] for s, d in steps.items() if d["action"] not in QUIET}
    # Its variables may change their places in the file, and no more than that.
    assert loud.keys() <= {"files"}, loud
    assert values_in(steps["files"]["diff"], "+") == values_in(steps["files"]["diff"], "-")
    assert ((deploy_dir / OUR_VARIABLES).read_bytes(), inventory(cloud)) == before
    answers = load_preset(home / "work" / "again.yml").values
    assert answers["network.existing"] == "cli-mgmt"
    assert answers["certificates.source"] == "generate"
    assert answers["image.source"] == "existing"
    assert answers["ssh.private_key"] == str(home / "keys" / "cli-key")


def test_what_an_operator_wrote_is_found_as_well(
    forgotten: None, run: Run, deploy_dir: Path, home: Path, rehearsal_cloud: RehearsalCloud
) -> None:
    """The same variables in a file of the operator's, written as operators write them."""
    ours = deploy_dir / OUR_VARIABLES
    variables = yaml.safe_load(ours.read_text())
    ours.unlink()
    text = "---\n# Octavia, by hand\n" + "".join(
        # A quoted False for DHCP would be another wish: to the templates of 33 any text is true.
        f"{name}: {json.dumps(value if name == DHCP or not isinstance(value, int) else str(value))}"
        "\n"
        for name, value in variables.items()
    )
    (deploy_dir / "user_variables.yml").write_text(text)
    result = run("import", "--cloud", "rehearsal", "--out", "again.yml", "--set",
                 "cloud.release=33.0.1")  # fmt: skip
    assert result.exit_code == 0, result.output
    steps = planned(run)

    loud = {s: d["action"] for s, d in steps.items() if d["action"] not in QUIET}
    assert loud == {"files": "create"}, steps
    assert set(steps) >= OF_THE_CLOUD
    assert str(deploy_dir / "user_variables.yml") not in result.stderr
