"""A certificate that is not the approved one is shown beside what was approved."""

from __future__ import annotations

from octavia_wizard.core.pki.differences import differences
from octavia_wizard.core.pki.pem import Pem

FOUND = {Pem.SERVER_CA: "S1", Pem.CLIENT_CA: "A1", Pem.CLIENT: "C1"}


def test_what_is_approved_differs_in_nothing() -> None:
    assert differences(FOUND, ["S1", "A1", "C1"]) == ()
    assert differences(FOUND, ["C1", "X", "A1", "S1"]) == ()
    assert differences({}, ["S1"]) == ()


def test_a_whole_list_tells_which_is_which() -> None:
    one, other = differences(FOUND, ["S0", "A1", "C0"])
    assert (one.pem, one.found, one.approved) == (Pem.SERVER_CA, "S1", ("S0",))
    assert (other.pem, other.found, other.approved) == (Pem.CLIENT, "C1", ("C0",))
    assert str(one) == "server CA certificate: approved S0, found S1"


def test_of_any_other_list_all_that_fits_nothing_is_shown() -> None:
    (one,) = differences(FOUND, ["C1", "S1", "A0"])
    assert (one.pem, one.approved) == (Pem.CLIENT_CA, ("A0",))
    first, second = differences(FOUND, ["A1", "X", "Y", "Z"])
    assert first.approved == second.approved == ("X", "Y", "Z")
    assert str(second) == "client certificate: approved X or Y or Z, found C1"
    (alone,) = differences(FOUND, ["S1", "A1"])
    assert str(alone) == "client certificate: approved nothing, found C1"


def test_what_cannot_be_read_yet_is_no_difference() -> None:
    assert differences({Pem.CLIENT: "C1"}, ["S1", "A1", "C1"]) == ()
    (one,) = differences({Pem.CLIENT: "C2"}, ["S1", "A1", "C1"])
    assert one.approved == ("C1",)
