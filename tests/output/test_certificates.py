"""What a person reads about certificates fits a terminal and can be copied."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from octavia_wizard.core.lifecycle.certificate_model import (
    AmphoraCertificates,
    CertificatesStanding,
    CertificateState,
    LateAmphora,
    Verdict,
)
from octavia_wizard.output.certificates import CHECK_CODES, certificates_result, days_text
from octavia_wizard.output.paper import Paper
from tests.core.lifecycle.certified import Host


@pytest.fixture
def standing(tmp_path: Path) -> CertificatesStanding:
    one = Host(tmp_path)
    one.deploy(certificates__intermediates=True)
    return one.standing()


def text_of(standing: CertificatesStanding, width: int | None = None) -> str:
    """Write it as on a terminal of a width, or as into a file."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width or 80,
        force_terminal=width is not None,
        no_color=True,
        color_system=None,
        highlight=False,
        markup=False,
    )
    certificates_result(standing, "here", check=False).write(Paper(console))
    return stream.getvalue()


@pytest.mark.parametrize("width", [80, 100, 120])
def test_on_a_terminal_only_what_is_to_be_copied_is_wider(
    standing: CertificatesStanding, width: int
) -> None:
    whole = [one.next.command for one in standing.certificates if one.next is not None]
    for row in text_of(standing, width).splitlines():
        paths = "/" in row
        assert len(row) <= width or row.strip() in whole or paths, row


def test_fingerprints_are_whole_at_any_width(standing: CertificatesStanding) -> None:
    at_80 = "".join(text_of(standing, 80).split())
    for one in standing.certificates:
        assert one.fingerprint in at_80
        assert f"SHA-256  {one.fingerprint}\n" in text_of(standing)
        assert f"SHA-256  {one.fingerprint}\n" in text_of(standing, 120)


def test_bars_begin_in_one_column_and_today_is_marked(standing: CertificatesStanding) -> None:
    rows = text_of(standing, 80).splitlines()
    bars = [row.index("━") for row in rows if "━" in row]
    assert len(bars) == 5
    assert len(set(bars)) == 1
    assert any("▲ today" in row or "today" in row for row in rows)


@pytest.mark.parametrize(
    ("days", "state", "text"),
    [
        (400, CertificateState.OK, "ok, 400 days left"),
        (1, CertificateState.CRITICAL, "critical, 1 day left"),
        (0, CertificateState.CRITICAL, "critical, 0 days left"),
        (-1, CertificateState.EXPIRED, "expired"),
        (-13, CertificateState.EXPIRED, "expired 12 days ago"),
        (400, CertificateState.NOT_YET, "not valid yet"),
    ],
)
def test_days_in_words(
    standing: CertificatesStanding, days: int, state: CertificateState, text: str
) -> None:
    one = replace(standing.certificates[0], days_left=days, state=state)
    assert days_text(one) == text


def test_many_late_amphorae_are_cut_short(standing: CertificatesStanding) -> None:
    end = standing.at + timedelta(days=3)
    late = tuple(
        LateAmphora(f"a{n}", "lb", end, 3, False, f"openstack loadbalancer failover lb{n}")
        for n in range(50)
    )
    text = text_of(replace(standing, amphorae=AmphoraCertificates(90, end, 30, 14, late)))
    assert text.count("loadbalancer failover") == 20
    assert "30 more" in text
    assert "Octavia makes each for 30 days" in text


def test_days_left_are_not_told_twice(tmp_path: Path) -> None:
    one = Host(tmp_path)
    one.deploy()
    text = text_of(one.standing(days=1800))
    assert "due, 24 days left" in text
    assert "expires on" not in text


def test_every_verdict_has_a_code(standing: CertificatesStanding) -> None:
    assert set(CHECK_CODES) == set(Verdict)
    for verdict, code in CHECK_CODES.items():
        one = replace(standing, verdict=verdict)
        assert certificates_result(one, "here", check=True).exit_code == code
        assert certificates_result(one, "here", check=False).exit_code == 0
