"""What was found last of each cloud holds, whichever work comes to its end first."""

from __future__ import annotations

from octavia_wizard.core.facts.checks import CheckState, CloudCheck, asking, latest, listed


def test_the_later_finding_wins_and_nothing_is_copied_without_need() -> None:
    old = {"a": CloudCheck("a", CheckState.CHECKING, at=1.0)}
    new = {"a": CloudCheck("a", CheckState.OK, at=2.0)}
    assert latest(old, new) is new
    assert latest(new, old)["a"].state is CheckState.OK


def test_a_cloud_only_one_side_knows_is_kept() -> None:
    merged = latest({"a": CloudCheck("a", at=1.0)}, {"b": CloudCheck("b")})
    assert set(merged) == {"a", "b"}


def test_of_a_file_read_again_the_names_hold_and_what_was_found_stays() -> None:
    known = {"a": CloudCheck("a", CheckState.OK, at=5.0), "gone": CloudCheck("gone", at=5.0)}
    found = listed({"a": CloudCheck("a"), "b": CloudCheck("b")}, known)
    assert {name: check.state for name, check in found.items()} == {
        "a": CheckState.OK,
        "b": CheckState.UNCHECKED,
    }


def test_asking_again_forgets_the_complaint_and_keeps_the_rest() -> None:
    check = CloudCheck("a", CheckState.REFUSED, ("r",), "k:1", message="no", hint="do", at=1.0)
    again = asking(check, 9.0)
    assert (again.state, again.message, again.hint) == (CheckState.CHECKING, "", "")
    assert (again.regions, again.keystone, again.is_done) == (("r",), "k:1", False)


def test_as_whom_one_is_let_in_is_told_with_the_project() -> None:
    assert CloudCheck("a", user="admin", project="service").whom == "admin in service"
    assert CloudCheck("a", user="admin").whom == "admin"
    assert CloudCheck("a", user="demo", admin=False).whom == "demo, no admin"
    assert CloudCheck("a", admin=False).whom == ""
