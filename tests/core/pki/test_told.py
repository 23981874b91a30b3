"""What user files tell the role is followed as far as it goes without Ansible."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.pki.told import Variables
from tests.core.findings.support import host, user_file


def told(**variables: object) -> Variables:
    return Variables(host(user_file("user_variables.yml", variables)))


def test_the_last_file_wins() -> None:
    first = user_file("user_variables.yml", {"a": "/one", "b": "/two"})
    last = user_file("user_variables_octavia.yml", {"a": "/three"})
    known = Variables(host(first, last))
    assert known.text("a") == "/three"
    assert known.text("b") == "/two"
    found = known.of("a")
    assert found is not None
    assert found.where == "/etc/openstack_deploy/user_variables_octavia.yml:3"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("/pki/ca.pem", "/pki/ca.pem"),
        ("~/pki/ca.pem", "/root/pki/ca.pem"),
        ("{{ base }}/ca.pem", "/pki/ca.pem"),
        ("{{base}}/{{ name }}.pem", "/pki/ca.pem"),
        ("{{ lookup('env', 'HOME') }}/ca.pem", "/root/ca.pem"),
        ("{{ lookup('env', 'HOME', default='/root') }}/ca.pem", "/root/ca.pem"),
    ],
)
def test_references_are_followed(value: str, path: str) -> None:
    known = told(base="/pki", name="ca", wanted=value)
    assert known.path("wanted") == Path(path)
    assert known.is_clear("wanted")


@pytest.mark.parametrize(
    "value",
    [
        "{{ elsewhere }}/ca.pem",
        "{{ base | default('/x') }}/ca.pem",
        "{% if base %}/ca.pem{% endif %}",
        "{{ around }}",
    ],
)
def test_what_only_ansible_can_tell_is_not_guessed(value: str) -> None:
    known = told(base="/pki", around="{{ wanted }}", wanted=value)
    assert known.text("wanted") is None
    assert known.path("wanted") is None
    assert not known.is_clear("wanted")
    assert known.of("wanted") is not None


def test_what_no_file_sets_is_clear() -> None:
    assert told().text("wanted") is None
    assert told().is_clear("wanted")
    assert told(wanted=None).is_clear("wanted")
    assert told(wanted="").path("wanted") is None
