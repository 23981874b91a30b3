"""The view of the section ssh: the key pair as it is, or as it will be made, and where it lies."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.model import Facts, Part
from octavia_wizard.core.pki.chain_nodes import printable
from octavia_wizard.core.pki.ssh import PublicKey, public_key_at, public_path, ssh_path
from octavia_wizard.core.steps.base import Action, Decision
from octavia_wizard.core.steps.keypair import KeypairStep
from octavia_wizard.core.steps.ssh_key import SshKeyStep
from octavia_wizard.core.views.layout import verdict
from octavia_wizard.core.views.lines import clipped, sentence
from octavia_wizard.core.views.model import Line, Picture, Role, Subject, View, line

_LABEL = 15
_KINDS = {"rsa-4096": "RSA 4096", "ed25519": "Ed25519"}


def draw_pair(subject: Subject, width: int) -> Picture:
    """Draw the key pair; reads its files."""
    effective, facts = subject.effective, subject.facts
    asked = "ssh.public_key" if effective.chosen("ssh.source", "import") else "ssh.private_key"
    if not effective.is_on("ssh.enabled") or effective.maybe_text(asked) is None:
        return ()
    decision = SshKeyStep().decide(effective, facts)
    try:
        key = public_key_at(effective)
    except FileError as error:
        return verdict(Role.BAD, f"{error.message}.", width)
    rows: list[Line] = [*_head(decision, key, effective, width)]
    if key is not None:
        rows.append(_row("Fingerprint", key.sha256))
        rows.append(_row("Comment", printable(key.comment) or "none"))
    rows += _places(effective, width)
    rows += _in_nova(effective, facts, width)
    return tuple(clipped(row, width) for row in rows)


def _head(decision: Decision, key: PublicKey | None, effective: Effective, width: int) -> Picture:
    if decision.action is Action.CONFLICT:
        return verdict(Role.BAD, sentence(decision.reason), width)
    if key is not None:
        return verdict(Role.GOOD, key.words, width)
    if decision.action is Action.SKIP:
        return verdict(Role.QUIET, sentence(decision.reason), width)
    # The step knows where the role insists on another size.
    kind = effective.text("ssh.key_type")
    told = decision.diff[0].rpartition(": ")[2].partition(",")[0] if decision.diff else kind
    return verdict(Role.QUIET, f"{_KINDS.get(told, told)}, made when you apply", width)


def _places(effective: Effective, width: int) -> list[Line]:
    if effective.chosen("ssh.source", "import"):
        return [_row("Public key", _end_of(ssh_path(effective, "ssh.public_key"), width))]
    private = ssh_path(effective, "ssh.private_key")
    mode = _mode(private)
    told = f"  mode {0o600 if mode is None else mode:04o}"
    rows = [
        _row("Private key", _end_of(private, width - len(told)), told),
        _row("Public key", _end_of(public_path(private), width)),
    ]
    if mode is not None and mode & 0o077:
        text = "ssh refuses a private key that others can read: chmod 0600 the file."
        rows += verdict(Role.ATTENTION, text, width)
    return rows


def _end_of(path: Path, width: int) -> str:
    """Return a path as far as it fits; its end tells more than its beginning."""
    text, room = str(path), max(width - _LABEL, 8)
    return text if len(text) <= room else f"…{text[1 - room :]}"


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        return None


def _in_nova(effective: Effective, facts: Facts, width: int) -> list[Line]:
    """Say what becomes of the key in Nova, in the words of the step that uploads it."""
    name = effective.text("ssh.key_name")
    cloud = facts.cloud
    if cloud is None or {Part.IDENTITY, Part.KEYPAIRS} & set(cloud.unread):
        return [_row("In Nova", f"{name}, of the user octavia")]
    decision = KeypairStep().decide(effective, facts)
    if decision.action is Action.CONFLICT:
        return [*verdict(Role.BAD, f"In Nova: {decision.reason}.", width)]
    state = {
        Action.CREATE: "uploaded when you apply",
        Action.KEEP: "there, the same key",
        Action.SKIP: "uploaded later: the role makes the user octavia on its first run",
    }
    return [_row("In Nova", f"{name}, {state.get(decision.action, str(decision.action))}")]


def _row(label: str, text: str, tail: str = "") -> Line:
    return line(("  " + label.ljust(_LABEL - 2), Role.QUIET), text, (tail, Role.QUIET))


VIEWS: tuple[View, ...] = (View("pair", "Key pair", draw_pair, slow=True),)
