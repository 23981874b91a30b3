"""Findings: what an operator should know before anything is changed.

:func:`check_all` runs every check, :func:`blocking` says what stands in the way, and
:func:`catalogue` explains each kind of finding. A check is a function of what is answered
and what is known; each module holds those about one subject beside the declarations of
what they find.
"""

from __future__ import annotations

from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.findings.base import FindingInfo
from octavia_wizard.core.findings.inspected import Inspected, inspect
from octavia_wizard.core.findings.registry import blocking, catalogue, check_all

__all__ = [
    "Finding",
    "FindingInfo",
    "Inspected",
    "Severity",
    "blocking",
    "catalogue",
    "check_all",
    "inspect",
]
