"""What a session is begun with, and how one of its questions stands."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.commandline import DEFAULT_DEPLOY_DIR
from octavia_wizard.core.effective import Setting
from octavia_wizard.core.questions import Question
from octavia_wizard.core.vault import Vault


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line and the environment say, before any answer."""

    deploy_dir: Path = DEFAULT_DEPLOY_DIR
    cloud: str | None = None
    region: str | None = None
    clouds_files: tuple[Path, ...] = ()
    """More clouds.yaml files than OpenStack clients look for: the rehearsal cloud's."""
    vault_password_file: Path | None = None
    """Opens what ansible-vault encrypted; an executable one prints the password."""
    vault: Vault | None = field(default=None, repr=False, compare=False)
    """What opens encrypted files; one whose password was typed wins over the file."""
    environ: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(dict(os.environ)))

    def with_vault(self) -> Options:
        """Return the same with what opens encrypted files, where a password is at hand.

        Nothing is tried, and all sessions of these options share what was opened.
        """
        if self.vault is not None or self.vault_password_file is None:
            return self
        return replace(self, vault=Vault(self.vault_password_file, self.environ))

    def over(self, answers: Answers) -> Answers:
        """Return the answers with cloud and region as the command line names them."""
        for key, value in (("cloud.name", self.cloud), ("cloud.region", self.region)):
            if value is not None:
                answers = answers.with_value(key, value)
        return answers


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands: its value and where that came from, or that it is missing."""

    question: Question
    setting: Setting | None


def with_detected(answers: Answers, asked: Iterable[Asked]) -> Answers:
    """Return the answers together with the values that were detected."""
    for one in asked:
        if one.setting is not None and one.setting.provenance is Provenance.DETECTED:
            answers = answers.with_value(one.setting.key, one.setting.value)
    return answers
