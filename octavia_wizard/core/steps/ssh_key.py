"""The step that makes the SSH key pair on the deploy host.

What the role does about the pair, and why this step then leaves it nothing to do:

- 16 to 21 (rules.ssh_key_by ``operator``): nothing.  The operator uploads a key.
- 22 to 28 (``role_recreates``, tasks/octavia_keypair.yml): asks Nova for a pair of that name; Nova
  makes one only if the octavia user has none, and only then the role writes the private key to
  ``~/.ssh/NAME``, over any file there.  So a pair is made here only once the user exists and it can
  be uploaded before the role runs; before that, the role's own pair is taken over later.
- 29 on (``openssh``, tasks/octavia_resources.yml): openssh_keypair at ``octavia_ssh_key_dir/NAME``
  replaces a key of another type or size, and its upload fails over any other text in Nova.
  From 29.1.0 ``octavia_ssh_key_manage: false``, which is emitted, keeps the role away.  29.0.x
  knows only RSA of 2048 bits with a fixed comment, so the pair is made just so.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.files import digest, is_there
from octavia_wizard.core.pki.ssh import (
    FIRST_ROLE_BITS,
    PublicKey,
    make_pair,
    public_of_private,
    public_path,
    read_public,
    ssh_path,
)
from octavia_wizard.core.pki.writing import write_new
from octavia_wizard.core.releases import SshKeyBy
from octavia_wizard.core.steps.base import Action, Decision, Pending, Record, Step, Undone, Work
from octavia_wizard.core.steps.gaps import unanswered
from octavia_wizard.core.steps.local_files import (
    find_local,
    make_directories,
    make_file,
    undo_local,
)
from octavia_wizard.core.steps.shapes import refuse

KEYLESS = (
    "no amphora can boot until a replay has uploaded the key: Octavia names it, and Nova refuses "
    "a key it does not know"
)
ROLE_OVERWRITES = (
    "where Nova has no such key pair, the role of this release makes one of its own and writes "
    "its private key over the file here"
)


def without_key(effective: Effective) -> str:
    """Say what happens when the key is not in Nova before the role runs; "" for harm."""
    if effective.release.rules.ssh_key_by is SshKeyBy.ROLE_RECREATES:
        return ""
    if _fixed_by_role(effective):
        return "the os_octavia role makes and uploads the key when its playbook runs"
    return KEYLESS


class SshKeyStep(Step):
    """Makes a key pair without ever replacing one."""

    id: ClassVar[str] = "ssh_key"
    title: ClassVar[str] = "SSH key pair"
    section: ClassVar[str] = "ssh"
    without: ClassVar[str] = KEYLESS
    indispensable: ClassVar[str] = ROLE_OVERWRITES

    def consequence(self, effective: Effective) -> str:
        """Say what the role of the release does about a missing pair."""
        return without_key(effective)

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Look at the key files on this host."""
        if not effective.is_on("ssh.enabled"):
            return Decision(Action.SKIP, reason="SSH to amphorae is off")
        gap = unanswered(effective, self.section)
        if gap is not None:
            return gap
        try:
            if effective.chosen("ssh.source", "import"):
                return _imported(effective)
            return _generated(effective, facts)
        except FileError as error:
            return Decision(Action.CONFLICT, reason=error.message)

    def apply(self, work: Work, decision: Decision) -> None:
        """Make the pair; the private half comes first, as the public one follows from it."""
        fresh = self.decide(work.effective, work.facts)
        refuse(fresh)
        if not fresh.action.changes:
            return
        private = ssh_path(work.effective, "ssh.private_key")
        make_directories(work, private.parent)
        pair = make_pair(work.effective.text("ssh.key_type"), _rsa_bits(work.effective))
        public = f"{pair.public.text}\n".encode()
        for path, data in ((private, pair.private), (public_path(private), public)):
            make_file(work, path, digest(data), partial(write_new, path, data))

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for an announced file or directory."""
        return find_local(self.id, pending)

    def undo(self, work: Work, record: Record) -> Undone:
        """Remove a key file that was not changed since."""
        return undo_local(record)


def _imported(effective: Effective) -> Decision:
    path = ssh_path(effective, "ssh.public_key")
    key = read_public(path)
    if key is None:
        return Decision(Action.CONFLICT, str(path), reason=f"{path} does not exist")
    if _fixed_by_role(effective):
        return Decision(
            Action.CONFLICT,
            str(path),
            reason=f"the role of {effective.release.name} makes a pair of its own and fails over "
            "any other; generate one here, or use 29.1.0 or later",
        )
    return Decision(Action.ADOPT, str(path), reason=f"{key.kind} {key.fingerprint}")


def _generated(effective: Effective, facts: Facts) -> Decision:
    private = ssh_path(effective, "ssh.private_key")
    refused = _misplaced(effective, private)
    if refused:
        return Decision(Action.CONFLICT, str(private), reason=refused)
    public, derived = read_public(public_path(private)), _derived(private)
    if derived is not None:
        if public is not None and public.blob != derived.blob:
            reason = f"{public_path(private)} does not belong to {private}; move one of them away"
            return Decision(Action.CONFLICT, str(private), reason=reason)
        return Decision(Action.KEEP, str(private), reason=f"{derived.kind} {derived.fingerprint}")
    if is_there(private):
        return Decision(Action.KEEP, str(private), reason="protected by a passphrase")
    if public is not None:
        reason = (
            f"{public_path(private)} exists without {private}; bring the key back, or remove it"
        )
        return Decision(Action.CONFLICT, str(private), reason=reason)
    if _role_makes_it(effective, facts):
        return Decision(
            Action.SKIP,
            str(private),
            reason=f"the role of {effective.release.name} makes this pair itself on its first run "
            "and writes the private key here, as the user octavia does not exist yet",
        )
    kind = effective.text("ssh.key_type").replace("4096", str(_rsa_bits(effective)))
    lines = (f"+ {private}: {kind}, mode 0600", f"+ {public_path(private)}")
    return Decision(Action.CREATE, str(private), lines)


def _derived(private: Path) -> PublicKey | None:
    try:
        return public_of_private(private)
    except FileError:
        # A passphrase is the operator's right, as long as the public half is there.
        if read_public(public_path(private)) is None:
            raise
        return None


def _misplaced(effective: Effective, private: Path) -> str:
    """Say why the role would not find the private key where it looks; "" where it would."""
    by, name = effective.release.rules.ssh_key_by, effective.text("ssh.key_name")
    if _fixed_by_role(effective) and effective.text("ssh.key_type") == "ed25519":
        return f"the role of {effective.release.name} replaces a key that is not RSA"
    if by is SshKeyBy.ROLE_RECREATES and private != Path("~/.ssh").expanduser() / name:
        return f"the role of {effective.release.name} keeps this key at ~/.ssh/{name}; use that"
    if _fixed_by_role(effective) and private.name != name:
        return f"the role of {effective.release.name} looks for a file called {name}; name it so"
    return ""


def _fixed_by_role(effective: Effective) -> bool:
    """Say whether the role insists on a pair of its own kind: 29.0.0 to 29.0.2."""
    release = effective.release
    openssh = release.rules.ssh_key_by is SshKeyBy.OPENSSH
    return openssh and not release.has("octavia_ssh_key_manage")


def _role_makes_it(effective: Effective, facts: Facts) -> bool:
    if effective.release.rules.ssh_key_by is not SshKeyBy.ROLE_RECREATES:
        return False
    return facts.cloud is None or facts.cloud.octavia_user_id is None


def _rsa_bits(effective: Effective) -> int:
    return FIRST_ROLE_BITS if _fixed_by_role(effective) else 4096
