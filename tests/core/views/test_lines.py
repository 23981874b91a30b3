"""Findings are told in sentences, and no line runs over its width."""

from __future__ import annotations

from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.views.lines import clipped, role_of, sentence, told
from octavia_wizard.core.views.model import Role, line, plain_text, width_of

WRONG = Finding("cert-chain", Severity.ERROR, "certificates", "it is wrong", "so", "make it right")


def test_a_finding_is_told_with_sign_and_cure() -> None:
    assert plain_text(told(WRONG, 78)) == "✗ It is wrong. Make it right."
    assert role_of(WRONG) is Role.BAD


def test_a_clause_becomes_one_sentence() -> None:
    assert sentence("it is so.") == "It is so."


def test_a_line_is_cut_where_the_width_ends() -> None:
    row = clipped(line("abc", ("def", Role.GOOD), "ghi"), 5)
    assert plain_text((row,)) == "abcde"
    assert width_of(row) == 5
