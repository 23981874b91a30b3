"""A map replaces the one of an earlier file as a whole, so it carries that along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from octavia_wizard.core.emit.user_variables import user_variables
from tests.core.emit.support import DATA, OVERRIDES, effective_of, facts_of


def test_an_operators_overrides_are_carried_along_and_ours_win() -> None:
    facts = facts_of(DATA / "openstack_deploy/pike")
    answers: dict[str, Any] = {
        f"variables__{OVERRIDES}": {"controller_worker": {"amp_active_wait_sec": 30}}
    }
    effective = effective_of("16.0.29", facts, **answers)
    file = user_variables(effective, facts)
    assert yaml.safe_load(file.text)[OVERRIDES] == {
        "health_manager": {"failover_threads": 5},
        "controller_worker": {"amp_active_wait_sec": 30},
    }
    assert "merged with user_variables.yml" in file.text


def test_quotas_of_other_projects_stay() -> None:
    facts = facts_of(DATA / "openstack_deploy/gazpacho")
    quotas = yaml.safe_load(user_variables(effective_of("33.0.1", facts), facts).text)[
        "openstack_user_identity"
    ]["quotas"]
    assert [entry["name"] for entry in quotas] == ["service", "tenants"]
    assert quotas[0]["networks"] == 50
    assert quotas[0]["instances"] > 10


def test_a_template_cannot_be_merged_and_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "user_variables.yml").write_text(f'{OVERRIDES}: "{{{{ site }}}}"\n')
    facts = facts_of(tmp_path)
    assert "not merged with user_variables.yml" in (
        user_variables(effective_of("33.0.1", facts), facts).text
    )


def test_an_encrypted_value_is_carried_along_encrypted(tmp_path: Path) -> None:
    vaulted = "!vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      6162"
    text = f"{OVERRIDES}:\n  certificates:\n    x: {vaulted}\n"
    (tmp_path / "user_variables.yml").write_text(text)
    facts = facts_of(tmp_path)
    found = user_variables(effective_of("33.0.1", facts), facts).text
    assert "    x: !vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      6162\n" in found
