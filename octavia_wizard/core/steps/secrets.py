"""The secrets no file has a value for: made once, kept in a private file, never shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.secrets import MODE
from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS, has_value, opened_text
from octavia_wizard.core.facts.deploy_host_yaml import parse_document
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.files import is_there, read_text
from octavia_wizard.core.pki.layout import CertificateLayout, layout_of
from octavia_wizard.core.pki.pem import NAMES
from octavia_wizard.core.pki.rollover_files import NEXT
from octavia_wizard.core.secrets import SecretNeed, missing_secrets, unknown_secrets, value_for
from octavia_wizard.core.secrets_writing import (
    obstacle_to_adding,
    will_be_encrypted,
    written_text,
)
from octavia_wizard.core.steps.base import Action, Decision, Pending, Record, Step, Undone, Work
from octavia_wizard.core.steps.rewriting import find_rewritten, rewrite, undo_rewritten
from octavia_wizard.core.steps.shapes import refuse
from octavia_wizard.core.vault import is_vaulted

__all__ = ["SecretsStep", "add_secrets", "obstacle_to_adding"]


class SecretsStep(Step):
    """Adds what is missing to ``user_secrets_octavia.yml``; what has a value keeps it."""

    id = "secrets"
    title = "Secrets"
    section = "deployment"
    reads_host = True
    indispensable = "certificates and playbooks need these passphrases and passwords"

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Name what would be made; values do not exist before ``apply``."""
        host = facts.host
        missing = missing_secrets(effective, host)
        assumed = unknown_secrets(effective, host)
        reason = f"taken to be in an encrypted file: {', '.join(assumed)}" if assumed else ""
        if not missing:
            return Decision(
                Action.KEEP, OUR_SECRETS, reason=reason or "every secret has a value already"
            )
        obstacle = obstacle_to_adding(host)
        if obstacle:
            return Decision(Action.CONFLICT, OUR_SECRETS, reason=obstacle)
        action = Action.CHANGE if _exists(host) else Action.CREATE
        return Decision(action, OUR_SECRETS, tuple(_lines(missing, host)), reason)

    def apply(self, work: Work, decision: Decision) -> None:
        """Make the values and write them, readable by the owner alone from the first byte."""
        fresh = self.decide(work.effective, work.facts)
        refuse(fresh)
        if not fresh.action.changes:
            return
        host = work.facts.host
        needs = missing_secrets(work.effective, host)
        add_secrets(work, {need.name: value_for(need, host) for need in needs})
        for need in needs:
            work.log(f"{'wrote' if need.typed else 'made'} {need.name}")

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look whether the announced file is there."""
        return find_rewritten(self.id, pending)

    def hindrance(self, work: Work, records: Sequence[Record]) -> str:
        """Keep the passphrase of a key that is still there: nobody could ever open it again."""
        return keys_in_need(work, records)

    def undo(self, work: Work, record: Record) -> Undone:
        """Remove the file, or put back what it was, if it was not changed since."""
        return undo_rewritten(record)


def add_secrets(work: Work, values: Mapping[str, str]) -> None:
    """Write values into ``user_secrets_octavia.yml``, journaled and backed up.

    Raises StepError where it was changed meanwhile, FileError and UsageError as for a file that
    cannot be added to.
    """
    host = work.facts.host
    path = host.deploy_dir / OUR_SECRETS
    before = read_text(path)
    rewrite(work, path, before, written_text(before, values, host), MODE)


def keys_in_need(work: Work, records: Sequence[Record], going: Collection[str] = ()) -> str:
    """Say which key would lose its passphrase with what runs wrote into our file; "" for none.

    ``going`` are paths that are taken back as well.
    """
    layout, host = layout_of(work.effective), work.facts.host
    path = host.deploy_dir / OUR_SECRETS
    mine = [record for record in records if record.id == str(path)]
    if layout is None or not mine or not is_there(path):
        return ""
    now, earlier = _values_of(path, host), _values_of(mine[-1].before.get("backup"), host)
    for key, name in _locked_by(layout):
        if str(key) in going or not is_there(key) or host.secrets.get(name, path) != path:
            continue
        if now is None or (has_value(now.get(name)) and (earlier or {}).get(name) != now[name]):
            return f"{key} is still there, and only {path} has its passphrase, {name}"
    return ""


def _locked_by(layout: CertificateLayout) -> Iterator[tuple[Path, str]]:
    for pem, name in layout.passphrases.items():
        yield layout.files[pem], name
        yield layout.directory / NEXT / NAMES[pem], name


def _values_of(path: object, host: HostFacts) -> Mapping[str, object] | None:
    """Return what a file of secrets holds; None where that cannot be told, or there is none."""
    try:
        text = opened_text(Path(str(path)), host.vault) if path else None
        return None if text is None or is_vaulted(text) else parse_document(text).values
    except WizardError:
        return None


def _lines(missing: tuple[SecretNeed, ...], host: HostFacts) -> Iterator[str]:
    if will_be_encrypted(host):
        yield f"~ {OUR_SECRETS}: encrypted by ansible-vault, as your secrets are"
    for need in missing:
        sign, how = "~" if need.replaces else "+", "typed" if need.typed else "generated"
        yield f"{sign} {need.name}: ({how})  {need.purpose}"


def _exists(host: HostFacts) -> bool:
    return any(file.path.name == OUR_SECRETS for file in host.user_files)
