"""Values and states are put into words that fit."""

from __future__ import annotations

import pytest

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.effective import Setting
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.standing import SectionState
from octavia_wizard.core.steps.base import Action, Unit
from octavia_wizard.screens import wording


@pytest.mark.parametrize("width", range(1, 40))
def test_a_shortened_text_fits_and_ends_after_a_whole_word(width: int) -> None:
    text = "create, lbaas-mgmt, 172.29.232.0/22"
    shown = wording.fit(text, width)
    assert len(shown) <= max(width, 2)
    if shown != text and " " in shown:
        assert text.startswith(shown.removesuffix("…"))
        assert text[len(shown) - 1] in " ,"


def test_of_a_path_the_end_is_kept() -> None:
    assert wording.fit("/etc/openstack_deploy/octavia", 10) == "…y/octavia"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (12.4, "12 s"), (185, "3 min 05 s")]
)
def test_durations_are_short(seconds: float, text: str) -> None:
    assert wording.elapsed(seconds) == text


def test_progress_is_in_the_unit_it_is_counted_in() -> None:
    assert wording.progress(5 * 1024**2, 400 * 1024**2, Unit.BYTES) == "5 of 400 MiB"
    assert wording.progress(3, 9) == "3 of 9"
    assert wording.progress(999, 1000, Unit.SHARE) == "99 %"
    for unit in Unit:
        assert wording.progress(3, 0, unit) == ""


def test_of_a_line_of_a_log_the_time_of_day_is_kept_and_the_beginning() -> None:
    stamped = "2026-11-22 17:45:01.123 | dib-run-parts Running root.d/08-debootstrap"
    assert wording.log_line(stamped) == "17:45:01 dib-run-parts Running root.d/08-debootstrap"
    assert wording.log_line("POST /v2/images 201") == "POST /v2/images 201"
    assert len(wording.log_line("x" * 40000)) <= wording.LONGEST + 1


def test_ids_are_shortened_and_nothing_else() -> None:
    long = "net-1 5f0cdd2c-70b2-4937-a32d-6d7ad1b05297 10.0.0.0/24"
    assert wording.short_ids(long) == "net-1 5f0cdd2c… 10.0.0.0/24"


def test_every_state_has_a_glyph_and_a_word() -> None:
    signs = [wording.state_sign(state) for state in SectionState]
    signs += [wording.action_sign(action) for action in Action]
    for glyph, word, _ in signs:
        assert glyph.strip()
        assert word.replace(" ", "").isalpha()


def test_an_accepted_warning_is_done_with_and_an_error_is_not() -> None:
    warning = Finding("w", Severity.WARNING, "cloud", "what", "why", "fix")
    error = Finding("e", Severity.ERROR, "cloud", "what", "why", "fix")
    assert wording.finding_sign(warning, ())[1] == "warning"
    assert wording.finding_sign(warning, ("w",))[1] == "accepted"
    assert wording.finding_sign(error, ("e",))[1] == "error"


@pytest.mark.parametrize("provenance", Provenance)
def test_the_grounds_of_a_value_name_its_evidence(provenance: Provenance) -> None:
    setting = Setting("network.mtu", 1500, provenance, "some file")
    own = provenance in (Provenance.OPERATOR, Provenance.PRESET)
    assert ("some file" in wording.grounds(setting)) is not own
    assert wording.provenance(setting)
    assert wording.grounds(None) == "no answer yet"
