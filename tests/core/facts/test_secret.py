"""A secret shows itself nowhere by accident, and is forgotten once a file has it."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.facts.secret import Secret, still_typed

WORD = "hunter2-planted"


def test_no_representation_tells_it() -> None:
    host = HostFacts(Path("/etc/openstack_deploy"), typed={"a_passphrase": Secret(WORD)})
    for thing in (Secret(WORD), host, Facts(host), host.typed, [host]):
        assert WORD not in repr(thing)


def test_what_a_file_has_memory_forgets() -> None:
    typed = {"a": Secret("1"), "b": Secret("2")}
    assert still_typed(typed, {"a": Path("x")}) == {"b": "2"}


def test_what_is_going_to_be_replaced_is_kept() -> None:
    typed = {"a": Secret("1"), "b": Secret("2")}
    assert still_typed(typed, {"a": Path("x"), "b": Path("x")}, {"a"}) == {"a": "1"}
