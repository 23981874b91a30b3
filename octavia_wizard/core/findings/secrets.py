"""Checks of the secrets: which there are, and how their values will be read. Values stay unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS, OUR_VARIABLES
from octavia_wizard.core.facts.secret_faults import (
    CONF_OVERRIDES,
    Fault,
    FaultySecret,
    fault_of,
)
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import (
    Check,
    FindingInfo,
    Situation,
    error,
    listed,
    note,
    warning,
)
from octavia_wizard.core.findings.user_files import read_after_ours
from octavia_wizard.core.pki.layout import layout_of
from octavia_wizard.core.secrets import (
    missing_secrets,
    needed_secrets,
    operator_secrets,
    unknown_secrets,
)
from octavia_wizard.core.vaulted import encrypted_singly

CLIENT = "octavia_cert_client_password"
SERVER = "octavia_ca_private_key_passphrase"
MISNAMED = "octavia_cert_password_client"

VAULTED = warning(
    "vaulted-secrets-file",
    "deployment",
    "A secrets file is encrypted as a whole",
    "Its names cannot be seen, so the secrets of OSA's own user_secrets.yml are taken to be in "
    "it. One that is not shows as a template error in mid-run, and none can be added without the "
    "password.",
    "Give the password of the vault: --vault-password-file FILE, or --ask-vault-pass; or type it "
    "in the section of the certificates.",
)
NOT_OPENED = warning(
    "vault-password-refused",
    "deployment",
    "The vault password that was given does not open an encrypted file",
    "What is in that file stays unknown, as without a password.",
    "Give the right one: --vault-password-file FILE, or --ask-vault-pass. A file of another vault "
    "id may have another password.",
)
PLAIN = warning(
    "secret-beside-encrypted-ones",
    "deployment",
    "Secrets would be written unencrypted, and you encrypt yours one by one",
    "The file is private (mode 0600), but in a backup or a repository of the deploy directory "
    "these could be read.",
    "Give the password of the vault, and the file is encrypted as a whole: --vault-password-file "
    "FILE, or --ask-vault-pass. Or accept this.",
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
    "The passphrase of a key that exists is in no secrets file",
    "Octavia opens the server CA's key with it each time it makes an amphora. None can be made up "
    "for a key that is there already.",
    "Bring the passphrase back: type it in the section of the certificates, or put it into "
    "user_secrets.yml of the deploy directory. A key that the role made (17.0.5 and later) is "
    "locked with octavia_cert_client_password, where it was told no other.",
)
PUBLISHED = error(
    "published-default-secret",
    "deployment",
    "A secret has a value that anybody can read in a public place",
    "It protects nothing: whoever reaches the network can forge heartbeats, or read the keys of "
    "amphorae, with a value from the documentation.",
    "Take it out of the file, so that a value is made at random; or write a random one of your "
    "own.",
)
PUBLISHED_OLD = warning(
    "published-passphrase-of-a-key",
    "certificates",
    "The passphrase of a key that exists is one that anybody can read in a public place",
    "It protects nothing: who gets hold of the key can sign amphora certificates with it.",
    "Give the key another passphrase (openssl pkey -aes256 -in KEY -out NEW), put that into the "
    "secrets file, and delete copies of the old key.",
)
WEAK = warning(
    "secret-too-short",
    "deployment",
    "A secret is too short to be any good",
    "A key of a few characters is found by trying, from one intercepted message or a stolen file.",
    "Take it out of the file, so that one is made at random; or write a longer one.",
)
MALFORMED = error(
    "key-passphrase-malformed",
    "deployment",
    "The passphrase for the keys of amphorae is not what Octavia accepts",
    "Octavia's services do not start: they want exactly 32 letters, digits, _, = or -; from 2025.2 "
    "(32.0.0) on several of these with commas between them.",
    "Take it out of the file, so that one is made; or write one of that form.",
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
    "Both CA passphrases are set, and the role will sign by itself, for which they must be equal",
    "Up to 24.x the role signs a client certificate of its own with the client CA's key, which it "
    "opens by the passphrase of the server CA: with two different ones, making it fails. What the "
    "wizard makes is signed already, and may and does have two different ones.",
    "Leave octavia_cert_dir and octavia_generate_certs to the wizard, by taking them out of the "
    f"answers and the other user files; or set {SERVER} to the value of {CLIENT}.",
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
    closed = [file for file in case.facts.host.user_files if file.closed]
    named = any(file.secret for file in closed)
    for file in closed:
        if file.unopened:
            yield NOT_OPENED.found(f"{_sentence(file.unopened)}.", where=str(file.path))
        elif unknown and file.secret is named:
            what = f"{file.path.name} is taken to hold {listed(unknown, most=8)}."
            yield VAULTED.found(what, where=str(file.path))


def check_missing(case: Situation) -> Iterator[Finding]:
    """Look for the secrets that the deployment needs."""
    host = case.facts.host
    made = [need.name for need in missing_secrets(case.effective, host) if not need.typed]
    if host.exists and made:
        yield MADE.found(f"No secrets file has a value for {listed(made, most=8)}.")
        encrypted = encrypted_singly(host)
        if encrypted and host.vault is None:
            path = host.secrets[encrypted[0]]
            yield PLAIN.found(f"{listed(encrypted)} are encrypted there.", where=str(path))
    closed = any(file.closed for file in host.user_files)
    own = case.effective.chosen("certificates.source", "own")
    for name in operator_secrets(case.effective):
        known = name in host.secrets or name in host.typed
        if host.exists and not known and not closed:
            what = f"{name} has no value, and opens a key that exists."
            yield NOT_KNOWN.found(what, place="" if own else "certificates")


def check_values(case: Situation) -> Iterator[Finding]:
    """Look for secrets whose values are no good; they were judged while they were read."""
    host = case.facts.host
    needed = {need.name for need in needed_secrets(case.effective)}
    theirs = set(operator_secrets(case.effective))
    for faulty in host.faulty_secrets:
        inside = faulty.name.startswith(f"{CONF_OVERRIDES}: ")
        counts = _counts(case, faulty) if inside else faulty.name in needed
        if counts and not (faulty.name in host.typed and faulty.path.name == OUR_SECRETS):
            yield _faulty(faulty, faulty.name in theirs)
    for name, value in sorted(host.typed.items()):
        fault = fault_of(name, value) if name in theirs else None
        if fault is not None:
            yield _faulty(FaultySecret(name, fault, Path(), 0), existing=True)


def _faulty(faulty: FaultySecret, existing: bool) -> Finding:
    kind: FindingInfo = {
        Fault.PUBLISHED: PUBLISHED_OLD if existing else PUBLISHED,
        Fault.SHORT: WEAK,
        Fault.MALFORMED: MALFORMED,
    }[faulty.fault]
    where = f"{faulty.path}:{faulty.line}" if faulty.line else ""
    fix = PUBLISHED_OLD.cure if existing and faulty.fault is Fault.SHORT else ""
    return kind.found(f"The value of {faulty.name} {faulty.fault}.", where=where, fix=fix)


def _counts(case: Situation, faulty: FaultySecret) -> bool:
    """Say whether what is inside a map of theirs will hold beside ours."""
    file = next((f for f in case.facts.host.user_files if f.path == faulty.path), None)
    if file is None or file.ours or file.path.name == OUR_VARIABLES:
        return False
    replaced = faulty.name.endswith("/server_certs_key_passphrase")
    return not replaced or read_after_ours(case, file)


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
    both = {CLIENT, SERVER} <= set(host.secrets)
    if quirks.equal_passphrases_needed and both and _role_signs(case):
        yield PASSPHRASES.found(f"{SERVER} and {CLIENT} are both set.", where=_where(case, SERVER))
    named = MISNAMED in host.secrets or any(MISNAMED in f.variables for f in host.user_files)
    if quirks.wrong_secret_name and not named:
        yield WRONG_NAME.found(f"{MISNAMED} is not set.")


def _role_signs(case: Situation) -> bool:
    """Say whether the role will not find the client certificate that is there.

    It makes one where octavia_generate_certs is on and octavia_cert_dir has no client-.pem
    (tasks/octavia_certs.yml of 17.0.5 to 24.6.1).
    """
    layout = layout_of(case.effective)
    if layout is None:
        return False
    generates = _told(case, "octavia_generate_certs", layout.variables)
    if str(generates).lower() in ("false", "no", "off", "0", "none"):
        return False
    directory = _told(case, "octavia_cert_dir", layout.variables)
    return directory is None or Path(str(directory)) != layout.directory


def _told(case: Situation, name: str, ours: Mapping[str, object]) -> object:
    """Return what the role is told in the end: by a file after ours, the answers, or us."""
    value = case.variable(name)
    value = ours.get(name) if value is None else value
    for file in case.facts.host.user_files:
        if name in file.variables and not file.ours and read_after_ours(case, file):
            value = file.variables[name].value
    return value


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _where(case: Situation, name: str) -> str:
    for file in reversed(case.facts.host.user_files):
        if name in file.variables:
            return f"{file.path}:{file.variables[name].line}"
    return str(case.facts.host.secrets.get(name, ""))


CHECKS: tuple[Check, ...] = (
    check_vaulted,
    check_missing,
    check_values,
    check_dollar,
    check_passphrases,
)
