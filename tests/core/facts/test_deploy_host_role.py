"""The deployed role is read from where Ansible takes it, with every name it mentions."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from octavia_wizard.core.facts.deploy_host_role import (
    DEFAULT_ROLES_DIR,
    read_role,
    roles_directory,
)


@pytest.fixture
def roles(tmp_path: Path) -> Path:
    """A directory of roles with a small os_octavia."""
    role = tmp_path / "os_octavia"
    for name, text in {
        "defaults/main.yml": "---\noctavia_amp_ram: 1024\n# octavia_amp_image_id: x\n",
        "tasks/main.yml": "- debug:\n    msg: '{{ octavia_task_only }}'\n",
        "tasks/more/deep.yml": "- debug:\n    msg: '{{ octavia_deep }}'\n",
        "templates/octavia.conf.j2": "a = {{ octavia_templated | default(1) }}\n",
        "handlers/main.yml": "- when: octavia_handled | bool\n",
        "vars/debian.yml": "octavia_vars: 1\n",
        "doc/source/index.rst": "octavia_documented\n",
        "releasenotes/notes/x.yaml": "- octavia_noted\n",
        "examples/playbook.yml": "octavia_example: 1\n",
    }.items():
        path = role / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_defaults_have_their_values(roles: Path) -> None:
    role, problems = read_role(roles)
    assert problems == ()
    assert role is not None
    assert role.defaults == {"octavia_amp_ram": 1024}
    assert role.path == roles / "os_octavia"


def test_what_ansible_reads_is_mentioned_and_what_is_only_told_is_not(roles: Path) -> None:
    role, _ = read_role(roles)
    assert role is not None
    assert role.mentions >= {
        "octavia_amp_image_id",
        "octavia_task_only",
        "octavia_deep",
        "octavia_templated",
        "octavia_handled",
        "octavia_vars",
    }
    assert not role.mentions & {"octavia_documented", "octavia_noted", "octavia_example"}


def test_no_role_is_no_problem(tmp_path: Path) -> None:
    assert read_role(tmp_path) == (None, ())


@pytest.mark.parametrize(
    ("text", "said"), [("a: [1\n", "not valid YAML"), ("- a\n", "a mapping"), (None, "incomplete")]
)
def test_defaults_that_cannot_be_read_are_a_problem(
    roles: Path, text: str | None, said: str
) -> None:
    path = roles / "os_octavia/defaults/main.yml"
    path.unlink() if text is None else path.write_text(text)
    role, problems = read_role(roles)
    assert role is None
    assert said in problems[0].reason
    assert problems[0].where.startswith(str(path))


def test_a_role_that_cannot_be_read_as_a_whole_says_nothing_of_its_variables(roles: Path) -> None:
    (roles / "os_octavia/templates/logo.j2").write_bytes(b"\x89PNG\0")
    os.mkfifo(roles / "os_octavia/tasks/pipe.yml")
    role, problems = read_role(roles)
    assert role is None
    assert len(problems) == 2


def test_the_first_directory_of_ansible_that_has_the_role_counts(roles: Path) -> None:
    empty = roles.parent / "empty"
    empty.mkdir(exist_ok=True)
    search = f"{empty}:{roles}:/elsewhere"
    assert roles_directory({"ANSIBLE_ROLES_PATH": search}) == roles


@pytest.mark.parametrize("search", [None, "", "/nowhere:"])
def test_otherwise_it_is_where_osa_puts_roles(search: str | None) -> None:
    environ = {} if search is None else {"ANSIBLE_ROLES_PATH": search}
    assert roles_directory(environ) == DEFAULT_ROLES_DIR
