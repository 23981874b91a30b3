"""Secrets are added; what is there stays byte for byte."""

from __future__ import annotations

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader  # type: ignore[import-untyped]

from octavia_wizard.core.emit.secrets import secrets_text
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host_files import is_ours
from octavia_wizard.core.secrets import Secret

VALUES = {"octavia_service_password": "0123456789", "b_password": "1e10", "c_password": "yes"}


def test_a_new_file_is_ours_and_ansible_reads_the_values_as_text() -> None:
    text = secrets_text(None, VALUES)
    assert is_ours(text)
    assert yaml.safe_load(text) == VALUES
    assert dict(DataLoader().load(text)) == VALUES


@pytest.mark.parametrize("existing", ["a: 1\n", "a: 1", "# x\r\na: 'b'\r\n", "---\n"])
def test_the_present_text_stays_and_the_new_stands_below(existing: str) -> None:
    text = secrets_text(existing, VALUES)
    assert text.startswith(existing)
    assert yaml.safe_load(text).items() >= VALUES.items()


def test_a_secret_is_written_as_its_value() -> None:
    assert yaml.safe_load(secrets_text(None, {"a": Secret("x1")})) == {"a": "x1"}


def test_an_encrypted_file_cannot_be_added_to() -> None:
    with pytest.raises(FileError, match="b_password"):
        secrets_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n", {"b_password": "x"})


@pytest.mark.parametrize(
    "existing", ["{}\n", "{a: 1}\n", "a: 1\n...\n", "a: 1\n---\n", "a: [1\n", "- a\n"]
)
def test_a_text_with_no_place_behind_it_is_refused_and_no_value_shown(existing: str) -> None:
    with pytest.raises(FileError, match="no place to add b_password") as caught:
        secrets_text(existing, {"b_password": "0123456789"})
    assert "0123456789" not in caught.value.message + caught.value.hint


def test_line_ends_of_the_present_text_are_kept() -> None:
    assert secrets_text("a: 1\r\n", {"b": "x"}) == "a: 1\r\nb: x\r\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# x\na: old\nb: 1\n", "# x\na: new-1\nb: 1\n"),
        ("a: 'old'  # why\nb: 1\n", "a: new-1  # why\nb: 1\n"),
        ('b: 1\na: "o l d"', "b: 1\na: new-1"),
        ("a: |\n  old\n  older\nb: 1\n", "a: new-1\nb: 1\n"),
        ("a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\nb: 1\n", "a: new-1\nb: 1\n"),
        ("a:\nb: 1\n", "a: new-1\nb: 1\n"),
        ("ä: 1\na: old\r\nb: 1\r\n", "ä: 1\na: new-1\r\nb: 1\r\n"),
        ("{a: old, b: 1}\n", "{a: new-1, b: 1}\n"),
        ("a: first\nb: 1\na: old\n", "a: first\nb: 1\na: new-1\n"),
    ],
)
def test_a_value_is_changed_and_all_else_stays(before: str, after: str) -> None:
    assert secrets_text(before, {"a": Secret("new-1")}) == after


def test_one_is_changed_and_another_added() -> None:
    assert secrets_text("a: old\nb: 1\n", {"a": "new", "c": "x"}) == "a: new\nb: 1\nc: x\n"
