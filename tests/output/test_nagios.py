"""Monitoring systems get one line they can read, and the code that belongs to it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.lifecycle.certificate_model import (
    AmphoraCertificates,
    CertificatesStanding,
    Verdict,
)
from octavia_wizard.output.model import Result
from octavia_wizard.output.nagios import CODES, nagios_result, unknown_result
from octavia_wizard.output.paper import Paper
from tests.core.lifecycle.certified import Host

PERFORMANCE = re.compile(r"'[A-Za-z ]+'=-?\d+(;\d+:;\d+:)?")


@pytest.fixture
def site(tmp_path: Path) -> Host:
    one = Host(tmp_path)
    one.deploy(certificates__intermediates=True)
    return one


def line_of(result: Result) -> str:
    """Return what is printed; it must be one line."""
    stream = io.StringIO()
    result.write(Paper(Console(file=stream, width=80)))
    assert stream.getvalue().count("\n") == 1
    return stream.getvalue().rstrip("\n")


def parts(standing: CertificatesStanding) -> tuple[str, list[str]]:
    """Return the text and the performance data."""
    text, _, performance = line_of(nagios_result(standing)).partition(" | ")
    return text, re.findall(r"'[^']+'=\S+", performance)


def test_all_is_well(site: Host) -> None:
    text, performance = parts(site.standing())
    assert text == "OCTAVIA CERTS OK - Client ends first: 1824 days left"
    assert performance == [
        "'Server CA'=3649;60:;14:",
        "'Client CA'=3649;60:;14:",
        "'Client'=1824;60:;14:",
    ]
    assert all(PERFORMANCE.fullmatch(part) for part in performance)


def test_what_is_wrong_is_named(site: Host) -> None:
    text, performance = parts(site.standing(days=1815))
    assert text.startswith("OCTAVIA CERTS CRITICAL - Client: critical, 9 days left")
    assert "'Client'=9;60:;14:" in performance
    text, performance = parts(site.standing(days=1830))
    assert "Client: expired 5 days ago" in text
    assert "'Client'=-6;60:;14:" in performance


def test_amphorae_are_counted_too(site: Host) -> None:
    standing = site.standing()
    amphorae = AmphoraCertificates(3, standing.at + timedelta(days=20), 30, 14)
    _, performance = parts(replace(standing, amphorae=amphorae))
    assert performance[-1] == "'amphorae'=20"


def test_a_bar_in_a_name_does_not_begin_the_performance_data(site: Host) -> None:
    bad = Finding("cert-chain", Severity.ERROR, "certificates", "signed by CN=a|b", "", "")
    line = line_of(nagios_result(replace(site.standing(), findings=(bad,))))
    assert "CN=a/b" in line
    assert line.count("|") == 1


def test_codes_are_those_of_plugins(site: Host) -> None:
    assert CODES == {
        Verdict.OK: 0,
        Verdict.WARNING: 1,
        Verdict.CRITICAL: 2,
        Verdict.UNKNOWN: 3,
    }
    for verdict, code in CODES.items():
        assert nagios_result(replace(site.standing(), verdict=verdict)).exit_code == code


def test_an_error_is_unknown_and_one_line() -> None:
    result = unknown_result(FileError("cannot read\nthis | that"))
    assert line_of(result) == "OCTAVIA CERTS UNKNOWN - cannot read this / that"
    assert result.exit_code == 3
