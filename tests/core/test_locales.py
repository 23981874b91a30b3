"""What locales a host has, and sorting by one."""

from __future__ import annotations

import locale

import pytest

from octavia_wizard.core.locales import collating, installed, usable


def test_which_there_are() -> None:
    assert installed("C")
    assert not installed("xx_XX.UTF-8")
    assert not installed("a\0b")


def test_the_process_keeps_its_own() -> None:
    before = locale.setlocale(locale.LC_COLLATE)
    with collating("POSIX") as found:
        assert found
    with collating("xx_XX") as found:
        assert not found
    assert locale.setlocale(locale.LC_COLLATE) == before


@pytest.mark.parametrize(
    ("environ", "fine"),
    [
        ({}, True),
        ({"LANG": "C", "LC_TIME": ""}, True),
        ({"LANG": "C", "LC_TIME": "xx_XX"}, False),
        ({"LANG": "xx_XX"}, False),
        ({"LANG": "xx_XX", "LC_ALL": "C"}, True),
        ({"LC_ALL": "xx_XX"}, False),
    ],
)
def test_an_environment_names_only_what_there_is(environ: dict[str, str], fine: bool) -> None:
    assert usable(environ) is fine
