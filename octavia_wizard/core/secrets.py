"""The secrets a deployment needs: which are missing, how they are made, where they are read."""

from __future__ import annotations

import secrets as randomness
import string
from dataclasses import dataclass, replace
from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.facts.secret import Secret, still_typed
from octavia_wizard.core.facts.secret_faults import (
    CONF_OVERRIDES,
    SERVER_CERTS_KEY_LENGTH,
    SERVER_CERTS_KEY_PASSPHRASE,
)
from octavia_wizard.core.files import is_there
from octavia_wizard.core.pki.layout import (
    CLIENT_ROOT_PASSPHRASE,
    OWN_CLIENT_PASSPHRASE,
    SERVER_PASSPHRASE,
    SERVER_ROOT_PASSPHRASE,
    SOURCE_CLIENT_CA_PASSWORD,
    SOURCE_CLIENT_PASSWORD,
    SOURCE_SERVER_PASSWORD,
    CertificateLayout,
    layout_of,
    layout_so_far,
    opening_existing,
)
from octavia_wizard.core.pki.passphrases import LockedKey, LockState, locked_key
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.sources import changed_sources
from octavia_wizard.core.secret_values import (
    in_our_file,
    known_passphrases,
    read_secret,
    to_be_replaced,
)

__all__ = [
    "SERVER_CERTS_KEY_PASSPHRASE",
    "Secret",
    "SecretNeed",
    "generate_secret",
    "kept_typed",
    "known_passphrases",
    "layout_of",
    "locked_keys",
    "missing_secrets",
    "needed_secrets",
    "operator_secrets",
    "passphrases_to_ask",
    "purpose_of",
    "read_secret",
    "secrets_to_type",
    "source_secrets",
    "unknown_secrets",
    "value_for",
]

ALPHABET = string.ascii_letters + string.digits
"""Nothing that YAML, Jinja, a shell, a URL or oslo.config ($) could read as its own."""

_PURPOSES = {
    "octavia_container_mysql_password": "database password of the user octavia",
    "octavia_service_password": "Keystone password of the user octavia",
    "octavia_health_hmac_key": "signs the heartbeats of amphorae",
    "octavia_rabbitmq_password": "message queue password of the user octavia",
    "octavia_oslomsg_rpc_password": "message queue password of the user octavia",
    "octavia_cert_client_password": "passphrase of the client CA's key",
    "octavia_cert_password_client": "passphrase of the client CA's key, by the name 17.0.5 reads",
    "octavia_ca_private_key_passphrase": "passphrase of the server CA's key",
    SERVER_CERTS_KEY_PASSPHRASE: "encrypts amphora keys in flight and in the database; "
    "Octavia's own default is published",
    OWN_CLIENT_PASSPHRASE: "passphrase of the client CA's key, which stays on this host",
    SERVER_ROOT_PASSPHRASE: "passphrase of the key of the root above the server CA",
    CLIENT_ROOT_PASSPHRASE: "passphrase of the key of the root above the client CA",
    SOURCE_SERVER_PASSWORD: "opens your file with the server CA, once, to take it over",
    SOURCE_CLIENT_PASSWORD: "opens your file with the client key, once, to take it over",
    SOURCE_CLIENT_CA_PASSWORD: "opens your file with the client CA, once, to take it over",
}
_DEFAULT_LENGTH = 40


@dataclass(frozen=True, slots=True)
class SecretNeed:
    """A secret the deployment needs, by the name of its variable."""

    name: str
    purpose: str
    length: int
    """Characters."""
    wizard_only: bool = False
    """OSA's own secrets file does not know it, so that nobody can have filled it in there."""
    typed: bool = False
    """The operator typed its value, which opens a key that exists: it is written, not made."""
    replaces: bool = False
    """The wizard's own file has another value, which the typed one takes the place of."""


def needed_secrets(effective: Effective) -> tuple[SecretNeed, ...]:
    """Return every secret of the release and of what the wizard makes, in a fixed order."""
    names = list(effective.release.rules.required_secrets)
    layout = layout_of(effective)
    if layout is not None:
        names += [name for name in layout.passphrases.values() if name not in names]
    if _refers_to_passphrase(effective):
        names.append(SERVER_CERTS_KEY_PASSPHRASE)
    shipped = effective.release.rules.required_secrets
    return tuple(
        SecretNeed(
            name,
            purpose_of(name),
            SERVER_CERTS_KEY_LENGTH if name == SERVER_CERTS_KEY_PASSPHRASE else _DEFAULT_LENGTH,
            wizard_only=name not in shipped,
        )
        for name in names
    )


def _refers_to_passphrase(effective: Effective) -> bool:
    """Say whether the emitted map refers to it: not where that map was left to others."""
    told = effective.variables().get(CONF_OVERRIDES)
    left_alone = told is not None and told.value is None
    return effective.release.rules.server_certs_key_passphrase_supported and not left_alone


def purpose_of(name: str) -> str:
    """Say in a few words what a secret is for."""
    return _PURPOSES.get(name, "a passphrase of the certificates")


def missing_secrets(effective: Effective, host: HostFacts) -> tuple[SecretNeed, ...]:
    """Return the needed secrets the wizard has to write, be they made afresh or typed.

    Left out are those that have a value, those that open a key that exists already and so
    cannot be made up (unless they were typed), and, where a file is encrypted and nobody told
    the password, those of OSA's own secrets file: they are most likely in there.  A typed value
    takes the place of another in the wizard's own file.
    """
    theirs = set(operator_secrets(effective))
    typed = theirs & set(host.typed)
    replaced = {name for name in typed if in_our_file(name, host)}
    elsewhere = (theirs - typed) | set(unknown_secrets(effective, host))
    elsewhere |= set(host.secrets) - replaced
    return tuple(
        replace(need, typed=need.name in typed, replaces=need.name in replaced)
        for need in needed_secrets(effective)
        if need.name not in elsewhere and need.name not in _of_absent_keys(effective)
    )


def _of_absent_keys(effective: Effective) -> frozenset[str]:
    """Return the passphrases of keys that were taken offline: none is made for those again."""
    layout = layout_of(effective)
    if layout is None or not any(is_there(path) for path in layout.needed.values()):
        return frozenset()
    return frozenset(
        name
        for pem, name in layout.passphrases.items()
        if pem in layout.optional and not is_there(layout.files[pem])
    )


def operator_secrets(effective: Effective) -> tuple[str, ...]:
    """Return the names of secrets that open keys which exist: nobody else can tell them."""
    layout = layout_of(effective)
    if layout is None:
        return ()
    found = opening_existing(layout)
    source = layout.sources.get(Pem.SERVER_CA_KEY)
    if SERVER_PASSPHRASE not in found and source is not None and not is_there(source):
        # Once the file is there it may well be encrypted; what was made up would not open it.
        found = (*found, SERVER_PASSPHRASE)
    return found


def source_secrets(effective: Effective) -> tuple[str, ...]:
    """Return the names of passwords that open the operator's own files, once, to take them over.

    They are typed or in a secrets file; the wizard never writes them.
    """
    layout = layout_so_far(effective)
    return tuple(dict.fromkeys(_still_closed(layout).values())) if layout is not None else ()


def secrets_to_type(effective: Effective) -> frozenset[str]:
    """Return the names for which a typed value counts, whatever a file of ours says."""
    layout = layout_so_far(effective)
    sources = layout.source_passphrases.values() if layout is not None else ()
    return frozenset((*operator_secrets(effective), *sources))


def kept_typed(host: HostFacts, former: HostFacts, effective: Effective) -> dict[str, Secret]:
    """Return what of the secrets typed so far still counts, now that the files were read again.

    Forgotten is what a file has, unless that is our own and has another value for a key that
    exists: that value is going to be changed.
    """
    replacing = to_be_replaced(host, former.typed)
    if replacing:
        replacing &= secrets_to_type(effective)
    return still_typed(former.typed, host.secrets, replacing)


def unknown_secrets(effective: Effective, host: HostFacts) -> tuple[str, ...]:
    """Return the names taken to be in a file that is encrypted, and that no password opens."""
    if not any(file.closed for file in host.user_files):
        return ()
    return tuple(
        need.name
        for need in needed_secrets(effective)
        if not need.wizard_only and need.name not in host.secrets
    )


def generate_secret(need: SecretNeed) -> Secret:
    """Make a value from the operating system's source of randomness."""
    return Secret("".join(randomness.choice(ALPHABET) for _ in range(need.length)))


def value_for(need: SecretNeed, host: HostFacts) -> Secret:
    """Return what is to be written for a need: what was typed, else a value made afresh."""
    return host.typed[need.name] if need.typed else generate_secret(need)


def locked_keys(effective: Effective, host: HostFacts) -> tuple[LockedKey, ...]:
    """Look at the keys that a secret opens, ours and the operator's; reads files, takes seconds.

    Of the operator's own only those are looked at that are still to be taken over.
    """
    layout = layout_so_far(effective)
    if layout is None:
        return ()
    known = known_passphrases(host)
    # What was typed counts before a value in our own file, which it will replace.
    typed = {name for name in host.typed if in_our_file(name, host)}
    return tuple(
        locked_key(path, name, known(name), None if name in typed else host.secrets.get(name))
        for path, name in _locks(layout)
    )


def _locks(layout: CertificateLayout) -> tuple[tuple[Path, str], ...]:
    """Return each key that exists, with the secret that opens it."""
    here = [
        (layout.files[pem], name)
        for pem, name in layout.passphrases.items()
        if pem in layout.files and is_there(layout.files[pem])
    ]
    theirs = [(layout.sources[pem], name) for pem, name in _still_closed(layout).items()]
    # One PKCS#12 file may be several of them.
    return tuple(dict.fromkeys((*here, *theirs)))


def _still_closed(layout: CertificateLayout) -> dict[Pem, str]:
    """Return what opens those of the operator's files that are to be taken over, or anew."""
    changed = changed_sources(layout) if layout.files else ()
    return {
        pem: name
        for pem, name in layout.source_passphrases.items()
        if pem not in layout.files
        or not is_there(layout.files[pem])
        or layout.sources[pem] in changed
    }


def passphrases_to_ask(effective: Effective, host: HostFacts) -> tuple[LockedKey, ...]:
    """Return the keys whose passphrase only the operator can tell; reads files.

    Where a secrets file is encrypted as a whole, the passphrase is taken to be in there.
    """
    if any(file.closed for file in host.user_files):
        return ()
    closed = (LockState.NOT_KNOWN, LockState.WRONG)
    keys = locked_keys(effective, host)
    return tuple(key for key in keys if key.can_be_typed and key.state in closed)
