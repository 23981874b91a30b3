"""What each OpenStack-Ansible release supports for Octavia: shipped data, and look-ups in it.

Ask :func:`find_release` for a release; it knows its role variables, its rules and which names it
no longer reads. All facts are in ``data/*.yml``: the code holds no ladder of versions.
"""

from __future__ import annotations

from octavia_wizard.core.releases.choices import Choices
from octavia_wizard.core.releases.explain import DefaultRange, Explanation, explain
from octavia_wizard.core.releases.release import Release, all_series, find_release, latest
from octavia_wizard.core.releases.retirement import Effect, Retirement
from octavia_wizard.core.releases.rules import (
    PLAYBOOKS_DIRECTORY,
    CertificateEra,
    CertificateQuirks,
    CertificateRestart,
    ImageMechanism,
    Playbook,
    PlaybookWhen,
    QuotasBy,
    Rules,
    SparePool,
    SshKeyBy,
    Topology,
)
from octavia_wizard.core.releases.series import Series
from octavia_wizard.core.releases.variables import Reader, Variable, VariableKind, VariableType

__all__ = [
    "PLAYBOOKS_DIRECTORY",
    "CertificateEra",
    "CertificateQuirks",
    "CertificateRestart",
    "Choices",
    "DefaultRange",
    "Effect",
    "Explanation",
    "ImageMechanism",
    "Playbook",
    "PlaybookWhen",
    "QuotasBy",
    "Reader",
    "Release",
    "Retirement",
    "Rules",
    "Series",
    "SparePool",
    "SshKeyBy",
    "Topology",
    "Variable",
    "VariableKind",
    "VariableType",
    "all_series",
    "explain",
    "find_release",
    "latest",
]
