"""What else can be done about certificates: approve, tell passphrases, make them now."""

from __future__ import annotations

from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.pki.approval import fingerprints_of
from octavia_wizard.core.secret_prompts import SecretPrompt, secret_prompts, try_secret
from octavia_wizard.core.secret_values import known_passphrases
from octavia_wizard.plain.asking import Asker

STEP = "certificates"
TRIES = 3


def approve(asker: Asker) -> None:
    """Show the fingerprints, and approve them on a yes."""
    session, paper = asker.session, asker.paper
    found = fingerprints_of(session.effective, known_passphrases(session.facts.host))
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
    """Ask for what only the operator can type, and say at once whether it fits."""
    session, paper = asker.session, asker.paper
    prompts = secret_prompts(session.effective, session.facts.host)
    if not prompts:
        paper.line("nothing asks for a passphrase")
    for prompt in prompts:
        paper.prose(prompt.standing, indent=1)
        if prompt.can_be_typed:
            _ask(asker, prompt)


def ask_new_passphrases(asker: Asker) -> None:
    """Ask for passphrases that became needed by an answer; say nothing where there is none."""
    for prompt in secret_prompts(asker.session.effective, asker.session.facts.host):
        if prompt.is_wanted:
            _ask(asker, prompt)
            if prompt.opens_vault:
                # What it opened may hold the others.
                return


def _ask(asker: Asker, prompt: SecretPrompt) -> None:
    paper, session = asker.paper, asker.session
    for _ in range(TRIES):
        typed = Secret(asker.prompter.secret(f"{prompt.heading} (Enter skips)"))
        if not typed:
            return
        tried = try_secret(prompt, typed, session.options.deploy_dir, session.options.environ)
        verdict = tried.verdict
        paper.prose(verdict.text, ("✓ ", "green") if verdict.opens else ("✗ ", "red"), indent=1)
        if not verdict.opens:
            continue
        if tried.vault is not None:
            session.use_vault(tried.vault)
            session.read_host()
        elif prompt.key is not None:
            session.give_secret(prompt.key.name, typed)
        paper.prose(prompt.purpose, indent=1)
        return


def make_now(asker: Asker) -> None:
    """Make the certificates before everything else, after the same look and consent."""
    from octavia_wizard.plain.reviewing import Reviewer

    Reviewer(asker).run_only((STEP,))
    asker.gallery.all(STEP)
