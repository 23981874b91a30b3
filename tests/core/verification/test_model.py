"""What a verification comes to: failures fail it, warnings are told."""

from __future__ import annotations

from octavia_wizard.core.verification.model import Checked, Report, Status, Verdict, passed, warned


def test_warnings_are_told_in_a_line_each_and_fail_nothing() -> None:
    report = Report(
        (
            Checked("api", "API", passed("v2.27")),
            Checked("smoke-amphorae", "Amphorae", warned("no heartbeat", "OFFLINE after 45 s")),
            Checked("quotas", "Quotas", warned()),
        ),
        smoke=True,
    )
    assert report.warnings == ("Amphorae: no heartbeat", "Quotas")
    assert report.passed


def test_one_failure_fails_it() -> None:
    report = Report(
        (Checked("api", "API", Verdict(Status.FAILED, ("it does not answer",))),), smoke=False
    )
    assert not report.passed
    assert report.warnings == ()
