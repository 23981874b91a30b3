"""The deploy host: release, operator's files, inventory and which secrets there are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host_files import (
    OUR_VARIABLES,
    collation_of,
    read_user_files,
)
from octavia_wizard.core.facts.deploy_host_inventory import (
    configuration_files,
    read_inventory,
)
from octavia_wizard.core.facts.deploy_host_managed import GENERATED
from octavia_wizard.core.facts.deploy_host_release import RELEASE_FILE, read_releases
from octavia_wizard.core.facts.deploy_host_role import read_role, roles_directory
from octavia_wizard.core.facts.deploy_host_secrets import read_secrets
from octavia_wizard.core.facts.deploy_host_tools import read_tools
from octavia_wizard.core.facts.model import HostFacts, ReadProblem
from octavia_wizard.core.facts.octavia_groups import RENAMED
from octavia_wizard.core.facts.secrets_mark import SECRETS, salt_of
from octavia_wizard.core.facts.verified import read_verified
from octavia_wizard.core.files import read_text
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.playbooks.runs import read_runs
from octavia_wizard.core.releases import find_release
from octavia_wizard.core.vault import Vault

OUR_INVENTORY = "conf.d/octavia.yml"
SNIPPET = "openstack_user_config.octavia.yml.snippet"
"""What belongs into openstack_user_config.yml, where the wizard does not edit that itself."""

_ROOT = "/root"
"""Home where the environment names none: OSA is run as root."""
_TEXTS = (OUR_VARIABLES, SNIPPET)


def read_host(
    deploy_dir: Path,
    *,
    wrapper: Path | None = None,
    roles_dir: Path | None = None,
    release_file: Path = RELEASE_FILE,
    environ: Mapping[str, str],
    vault: Vault | None = None,
) -> HostFacts:
    """Read everything the wizard wants to know of the deploy host; never raises for its content.

    What cannot be read is in ``problems``. Takes as long as ``git describe`` does, and half a
    second for each file ``vault`` opens for the first time. The wrapper and the roles are looked
    for where they are not given.
    """
    found = read_tools(deploy_dir, environ, wrapper)
    role, amiss = read_role(roles_dir or roles_directory(environ))
    releases, odd = read_releases(found, role, environ, release_file)
    c_by_default = bool(releases) and find_release(releases[0].value).rules.locale_default_c_utf8
    collation = collation_of(environ, c_by_default=c_by_default)
    files, broken = read_user_files(deploy_dir, collation, vault)
    inventory, unclear = read_inventory(deploy_dir)
    place = DeploymentPlace.of(deploy_dir)
    runs = read_runs(place.playbooks)
    secrets = read_secrets(files, vault, salt_of(run.inputs.get(SECRETS, "") for run in runs))
    return HostFacts(
        deploy_dir=deploy_dir,
        exists=os.path.isdir(deploy_dir),
        release=releases[0] if releases else None,
        releases=releases,
        user_files=files,
        inventory=inventory,
        secrets=secrets.paths,
        secrets_with_dollar=secrets.with_dollar,
        secrets_encrypted=secrets.encrypted,
        faulty_secrets=secrets.faulty,
        secrets_mark=secrets.mark,
        texts=_texts(deploy_dir),
        collation=collation,
        problems=(
            *odd,
            *broken,
            *secrets.problems,
            *unclear,
            *_not_a_directory(deploy_dir),
            *found.problems,
            *amiss,
        ),
        vault=vault,
        tools=found.tools,
        role=role,
        playbook_runs=runs,
        verified=read_verified(place.verified),
        home=Path(environ.get("HOME") or _ROOT),
    )


def _texts(deploy_dir: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    ours = (deploy_dir / name for name in (*_TEXTS, GENERATED))
    for path in (*configuration_files(deploy_dir), *ours):
        # Those of them that matter to others too are among the problems already.
        with suppress(FileError):
            text = read_text(path)
            # It is long, and of no interest but where something in it is to be renamed.
            if text is not None and (path.name != GENERATED or any(o in text for o in RENAMED)):
                texts[path.relative_to(deploy_dir).as_posix()] = text
    return texts


def _not_a_directory(deploy_dir: Path) -> tuple[ReadProblem, ...]:
    if os.path.exists(deploy_dir) and not os.path.isdir(deploy_dir):
        return (ReadProblem(str(deploy_dir), "is not a directory"),)
    return ()
