"""A secret is read as Ansible will hand it to the role, or it is not read at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.secret_values import TemplatedSecret, is_templated, read_secret
from tests.core.emit.support import facts_of

NAME = "octavia_ca_private_key_passphrase"


def host_with(root: Path, text: str) -> HostFacts:
    """Return the facts of a deploy directory with this file of secrets."""
    (root / "user_secrets.yml").write_text(text)
    return facts_of(root).host


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f'{NAME}: "{{{{ vault_ca }}}}"\nvault_ca: hidden-word-91', "hidden-word-91"),
        (f'{NAME}: "a{{{{b}}}}c"\nb: "{{{{ d }}}}-"\nd: 0123', "a83-c"),
        (f"{NAME}: !unsafe 'a{{{{b}}}}c'\n", "a{{b}}c"),
        (f"{NAME}: a}}}}$'\"é\n", "a}}$'\"é"),
        (f"{NAME}: yes\n", "True"),
    ],
)
def test_what_ansible_makes_of_it_counts(tmp_path: Path, text: str, value: str) -> None:
    assert str(read_secret(NAME, host_with(tmp_path, text))) == value


@pytest.mark.parametrize(
    "text",
    [
        f"""{NAME}: "{{{{ lookup('env', 'CA') }}}}"\n""",
        f'{NAME}: "{{{{ a | default(b) }}}}"\na: word\n',
        f'{NAME}: "{{% if x %}}word{{% endif %}}"\n',
        f'{NAME}: "{{{{ {NAME} }}}}"\n',
    ],
)
def test_any_other_template_is_no_value(tmp_path: Path, text: str) -> None:
    host = host_with(tmp_path, text)
    with pytest.raises(TemplatedSecret) as caught:
        read_secret(NAME, host)
    assert str(tmp_path / "user_secrets.yml") in caught.value.message
    assert "word" not in is_templated(NAME, host)


def test_a_reference_to_nothing_is_none(tmp_path: Path) -> None:
    host = host_with(tmp_path, f'{NAME}: "{{{{ nowhere }}}}"\n')
    assert "only Ansible" in is_templated(NAME, host)


def test_a_reference_into_a_closed_file_waits_for_the_vault(tmp_path: Path) -> None:
    (tmp_path / "user_vault.yml").write_text("$ANSIBLE_VAULT;1.1;AES256\n3331\n")
    host = host_with(tmp_path, f'{NAME}: "{{{{ vault_ca }}}}"\n')
    assert is_templated(NAME, host) == ""
    with pytest.raises(FileError, match="ansible-vault"):
        read_secret(NAME, host)


def test_a_file_that_broke_meanwhile_is_named_with_its_line(tmp_path: Path) -> None:
    host = host_with(tmp_path, f"{NAME}: word\n")
    (tmp_path / "user_secrets.yml").write_text(f"a: 1\n{NAME}: [word\n")
    with pytest.raises(FileError, match=r"user_secrets\.yml:\d") as caught:
        read_secret(NAME, host)
    assert "word" not in str(caught.value)
