"""What else can be done about certificates: approve, tell passphrases, make them now."""

from __future__ import annotations

from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.pki.approval import fingerprints_of
from octavia_wizard.core.pki.passphrases import LockedKey, LockState, try_passphrase
from octavia_wizard.core.secrets import locked_keys
from octavia_wizard.plain.asking import Asker

STEP = "certificates"
TRIES = 3


def approve(asker: Asker) -> None:
    """Show the fingerprints, and approve them on a yes."""
    session, paper = asker.session, asker.paper
    found = fingerprints_of(session.effective)
    if not found:
        paper.line("there is no certificate to approve yet; 'make' makes them now")
        return
    for title, fingerprint in found:
        paper.line((title, "bold"), indent=1)
        paper.line(f"SHA-256 {fingerprint}", indent=2)
    paper.prose("A replay with other certificates than these stops.", indent=1)
    if not asker.prompter.confirm("Approve these certificates?"):
        return
    try:
        asker.change(lambda: session.approve_certificates([mark for _, mark in found]))
    except PresetError as error:
        asker.say_error(error)
        return
    paper.line(("✓ ", "green"), "approved", indent=1)
    asker.gallery.all(STEP)


def withdraw(asker: Asker) -> None:
    """Approve none any more."""
    asker.change(asker.session.withdraw_approval)
    asker.paper.line("no certificate is approved", indent=1)


def ask_passphrases(asker: Asker) -> None:
    """Ask for the passphrase of each key that has none yet, and say at once whether it fits."""
    session, paper = asker.session, asker.paper
    keys = locked_keys(session.effective, session.facts.host)
    if not keys:
        paper.line("no key of your own waits for a passphrase")
    for key in keys:
        paper.prose(key.standing, indent=1)
        if key.can_be_typed:
            _ask_passphrase(asker, key)


def ask_new_passphrases(asker: Asker) -> None:
    """Ask for passphrases that became needed by an answer; say nothing where there is none."""
    for key in locked_keys(asker.session.effective, asker.session.facts.host):
        if key.can_be_typed and key.state is not LockState.OPENS:
            _ask_passphrase(asker, key)


def _ask_passphrase(asker: Asker, key: LockedKey) -> None:
    paper = asker.paper
    for _ in range(TRIES):
        typed = asker.prompter.secret(f"Passphrase of {key.path.name} (Enter skips)")
        if not typed:
            return
        verdict = try_passphrase(key.path, typed)
        paper.prose(verdict.text, ("✓ ", "green") if verdict.opens else ("✗ ", "red"), indent=1)
        if verdict.opens:
            asker.session.give_secret(key.name, typed)
            kept = f"Kept in memory until you apply: {key.name} then goes into a secrets file."
            paper.prose(kept, indent=1)
            return


def make_now(asker: Asker) -> None:
    """Make the certificates before everything else, after the same look and consent."""
    from octavia_wizard.plain.reviewing import Reviewer

    Reviewer(asker).run_only((STEP,))
    asker.gallery.all(STEP)
