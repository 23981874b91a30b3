"""Checks of the secrets: which there are, and how their values will be read. Values stay unseen."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.findings.base import Check, Situation, error, listed, note, warning
from octavia_wizard.core.findings.model import Finding
from octavia_wizard.core.secrets import missing_secrets, operator_secrets, unknown_secrets

CLIENT = "octavia_cert_client_password"
SERVER = "octavia_ca_private_key_passphrase"
MISNAMED = "octavia_cert_password_client"

VAULTED = warning(
    "vaulted-secrets-file",
    "deployment",
    "A secrets file is encrypted as a whole",
    "Its names cannot be seen, so the secrets of OSA's own user_secrets.yml are taken to be in "
    "it. One that is not shows as a template error in mid-run.",
    "Make sure they are in it (ansible-vault view).",
)
MADE = note(
    "secret-will-be-made",
    "deployment",
    "Secrets the role needs are missing and will be made",
    "The role does not check for them: a missing one shows as a template error in mid-run.",
    "Nothing to do; or fill in user_secrets.yml yourself with pw-token-gen.py.",
)
NOT_KNOWN = error(
    "passphrase-missing",
    "certificates.server_ca_key",
    "The passphrase of your key is in no secrets file",
    "Octavia opens the server CA's key with it each time it makes an amphora.",
    "Type it in the section of the certificates, or put it into user_secrets.yml of the deploy "
    "directory.",
)
DOLLAR = warning(
    "dollar-in-secret",
    "deployment",
    "A secret holds a dollar sign",
    "oslo.config takes $NAME in octavia.conf for another option and puts that in its place, so "
    "Octavia would use another secret than the one that was set.",
    "Change the secret, or write $$ for each $ where only octavia.conf uses it.",
)
PASSPHRASES = warning(
    "passphrases-may-differ",
    "certificates",
    "Both CA passphrases are set, and must be equal",
    "Up to 24.x the role signs the client certificate with the passphrase of the server CA; with "
    "two different ones, making it fails.",
    f"Set {SERVER} to the value of {CLIENT}, or leave it out: that is its default.",
)
WRONG_NAME = warning(
    "secret-name-of-17-0-5",
    "certificates",
    "The role of this release reads the client password under another name",
    f"17.0.5 reads {MISNAMED}, and OSA's user_secrets.yml has {CLIENT} (mended in 17.0.6).",
    f'Add {MISNAMED}: "{{{{ {CLIENT} }}}}" to a user file, or upgrade to 17.0.6.',
)


def check_vaulted(case: Situation) -> Iterator[Finding]:
    """Look for secrets files of which nothing is known."""
    unknown = unknown_secrets(case.effective, case.facts.host)
    for file in case.facts.host.user_files:
        if file.vaulted and file.secret and unknown:
            what = f"{file.path.name} is taken to hold {listed(unknown, most=8)}."
            yield VAULTED.found(what, where=str(file.path))


def check_missing(case: Situation) -> Iterator[Finding]:
    """Look for the secrets that the deployment needs."""
    host = case.facts.host
    made = [need.name for need in missing_secrets(case.effective, host) if not need.typed]
    if host.exists and made:
        yield MADE.found(f"No secrets file has a value for {listed(made, most=8)}.")
    vaulted = any(file.vaulted for file in host.user_files)
    for name in operator_secrets(case.effective):
        known = name in host.secrets or name in host.typed
        if host.exists and not known and not vaulted:
            yield NOT_KNOWN.found(f"{name} has no value.")


def check_dollar(case: Situation) -> Iterator[Finding]:
    """Look for secrets that oslo.config would change."""
    host = case.facts.host
    theirs = operator_secrets(case.effective)
    typed = [name for name in theirs if "$" in host.typed.get(name, "")]
    for name in sorted({*host.secrets_with_dollar, *typed}):
        where = str(host.secrets.get(name, ""))
        yield DOLLAR.found(f"The value of {name} holds a $.", where=where)


def check_passphrases(case: Situation) -> Iterator[Finding]:
    """Look for two passphrases where there must be one."""
    quirks, host = case.release.rules.certificate_quirks, case.facts.host
    if quirks.equal_passphrases_needed and {CLIENT, SERVER} <= set(host.secrets):
        yield PASSPHRASES.found(f"{SERVER} and {CLIENT} are both set.", where=_where(case, SERVER))
    named = MISNAMED in host.secrets or any(MISNAMED in f.variables for f in host.user_files)
    if quirks.wrong_secret_name and not named:
        yield WRONG_NAME.found(f"{MISNAMED} is not set.")


def _where(case: Situation, name: str) -> str:
    for file in reversed(case.facts.host.user_files):
        if name in file.variables:
            return f"{file.path}:{file.variables[name].line}"
    return str(case.facts.host.secrets.get(name, ""))


CHECKS: tuple[Check, ...] = (check_vaulted, check_missing, check_dollar, check_passphrases)
