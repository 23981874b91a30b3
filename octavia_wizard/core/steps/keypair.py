"""The step that uploads the public SSH key to Nova, where it belongs to the user octavia.

Nova's key pairs are a user's, and Octavia boots amphorae as the user octavia, which the role makes
on its first run: until then the upload is deferred.  What the role does about the pair is told in
``ssh_key``; where it uploads one too, it compares the whole text of the public key, comment and all
(openstack.cloud.keypair).
"""

from __future__ import annotations

from typing import ClassVar

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import FileError, StepError
from octavia_wizard.core.facts.model import Facts, Part
from octavia_wizard.core.facts.resources import Keypair
from octavia_wizard.core.pki.ssh import PublicKey, parse_public, public_key_at
from octavia_wizard.core.releases import SshKeyBy
from octavia_wizard.core.steps.base import (
    Action,
    Decision,
    Pending,
    Record,
    Step,
    Undone,
    UndoResult,
    Work,
)
from octavia_wizard.core.steps.gaps import unanswered
from octavia_wizard.core.steps.playbook import are_run
from octavia_wizard.core.steps.shapes import (
    cloud_of,
    found_again,
    not_possible,
    plain,
    read_again,
    refuse,
    same,
    take_back,
)
from octavia_wizard.core.steps.ssh_key import KEYLESS, ROLE_OVERWRITES, without_key


class KeypairStep(Step):
    """Uploads the public key, and never replaces one."""

    id: ClassVar[str] = "keypair"
    title: ClassVar[str] = "SSH key in Nova"
    section: ClassVar[str] = "ssh"
    needs: ClassVar[tuple[str, ...]] = ("ssh_key",)
    reads: ClassVar[frozenset[Part]] = frozenset({Part.IDENTITY, Part.KEYPAIRS})
    without: ClassVar[str] = KEYLESS
    indispensable: ClassVar[str] = ROLE_OVERWRITES

    def needed(self, effective: Effective) -> tuple[str, ...]:
        """Wait for the playbook that makes the user octavia, where it is run from here."""
        return (*self.needs, *(("octavia_playbook",) if are_run(effective, "octavia") else ()))

    def consequence(self, effective: Effective) -> str:
        """Say what the role of the release does about a missing key."""
        return without_key(effective)

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Compare Nova's key of this name with the one on this host."""
        if not effective.is_on("ssh.enabled"):
            return Decision(Action.SKIP, reason="SSH to amphorae is off")
        hindrance = unanswered(effective, self.section) or not_possible(effective, facts)
        if hindrance is not None:
            return hindrance
        name = effective.text("ssh.key_name")
        nobody = cloud_of(facts).octavia_user_id is None
        if nobody and not are_run(effective, "octavia"):
            return Decision(Action.SKIP, name, reason=_deferred(effective))
        try:
            key = public_key_at(effective)
        except FileError as error:
            return Decision(Action.CONFLICT, name, reason=error.message)
        known = _called(facts, name)
        if known is None:
            return _upload(name, key)
        return _compared(effective, known, key)

    def apply(self, work: Work, decision: Decision) -> None:
        """Upload the key."""
        fresh = self.decide(work.effective, work.facts)
        refuse(fresh)
        if not fresh.action.changes:
            return
        name, user = work.effective.text("ssh.key_name"), cloud_of(work.facts).octavia_user_id
        key = public_key_at(work.effective)
        if key is None or user is None:
            raise StepError(
                f"there is no public key to upload as {name}",
                hint="the step that makes the pair should have made it; look at its log",
            )
        with work.intent("keypair", name, user_id=user, public_key=key.text) as intent:
            made = work.cloud.import_keypair(name, key.text, user)
            intent.created(name, _shape(made, user))

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for the key whose upload was not answered."""
        found = _called(work.facts, pending.name)
        announced = str(pending.lookup.get("public_key", ""))
        if found is None or not announced or not _equal(found, parse_public(announced)):
            return None
        after = _shape(found, str(pending.lookup.get("user_id", "")))
        return found_again(self.id, pending, found.name, after)

    def undo(self, work: Work, record: Record) -> Undone:
        """Delete the key, if it is still the one that was uploaded."""
        user = str(record.after.get("user_id", ""))
        cloud = read_again(work, Part.KEYPAIRS)
        found = next((known for known in cloud.keypairs if known.name == record.name), None)
        if found is None or cloud.octavia_user_id != user:
            return Undone(UndoResult.GONE)
        if not same(_shape(found, user), record.after):
            return Undone(UndoResult.CHANGED_SINCE, "it is another key now")
        return take_back(lambda: work.cloud.delete_keypair(record.name, user), UndoResult.REMOVED)


def _upload(name: str, key: PublicKey | None) -> Decision:
    if key is None:
        return Decision(Action.CREATE, name, ("+ upload the public key made on this host",))
    return Decision(Action.CREATE, name, (f"+ upload {key.kind} {key.fingerprint}",))


def _compared(effective: Effective, known: Keypair, key: PublicKey | None) -> Decision:
    if key is None:
        return Decision(
            Action.CONFLICT,
            known.name,
            reason=f"Nova has a key pair {known.name} of the user octavia already "
            f"({known.fingerprint}), and its private key is not on this host. Put it at "
            f"{effective.text('ssh.private_key')}, or choose another name",
        )
    if not _equal(known, key):
        return Decision(
            Action.CONFLICT,
            known.name,
            (f"- {known.fingerprint} (Nova)", f"+ {key.fingerprint} (this host)"),
            f"Nova has another key of the name {known.name}. Delete it there as the user octavia, "
            "or choose another name; running amphorae keep the old one",
        )
    if _role_would_fail(effective, known, key):
        return Decision(
            Action.CONFLICT,
            known.name,
            (f"- comment in Nova: {_comment(known)}", f"+ comment here: {key.comment}"),
            "the key is the same, but its comment differs, and the role of this release refuses "
            "that; delete it in Nova as the user octavia, it is then uploaded afresh",
        )
    return Decision(Action.KEEP, known.name, reason=known.fingerprint)


def _role_would_fail(effective: Effective, known: Keypair, key: PublicKey) -> bool:
    """Say whether the role also uploads the key and minds the comment: 29.0.0 to 29.0.2."""
    release = effective.release
    if release.rules.ssh_key_by is not SshKeyBy.OPENSSH or release.has("octavia_ssh_key_manage"):
        return False
    return bool(known.public_key) and _comment(known) != key.comment


def _comment(known: Keypair) -> str:
    try:
        return parse_public(known.public_key).comment
    except ValueError:
        return ""


def _equal(known: Keypair, key: PublicKey) -> bool:
    if known.public_key:
        return known.public_key.split()[1:2] == [key.blob]
    return known.fingerprint == key.fingerprint


def _deferred(effective: Effective) -> str:
    reason = "deferred: key pairs belong to the user octavia, which the role makes on its first run"
    by_role = effective.release.rules.ssh_key_by is SshKeyBy.ROLE_RECREATES
    if by_role and effective.chosen("ssh.source", "import"):
        return (
            f"{reason}. The role of {effective.release.name} then also makes a pair of its own "
            "under this name: delete that in Nova as the user octavia, and replay"
        )
    return f"{reason}; replay afterwards"


def _called(facts: Facts, name: str) -> Keypair | None:
    return next((known for known in cloud_of(facts).keypairs if known.name == name), None)


def _shape(keypair: Keypair, user: str) -> dict[str, object]:
    return plain({"user_id": user, "fingerprint": keypair.fingerprint})
