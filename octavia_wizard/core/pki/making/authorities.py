"""Makes the server CA, the client CA and the client certificate, all in memory.

Octavia needs two authorities: with one for both sides, an amphora's own certificate would pass
for a controller's (octavia, administrator guide, certificate configuration).  Each may have a
root above it, whose key can then be kept offline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from cryptography import x509

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import PresetError, Problem
from octavia_wizard.core.pki.keys import KeyType, new_key, plain_pem
from octavia_wizard.core.pki.making.issuing import (
    ROOT_PATH_LENGTH,
    Authority,
    SealedKey,
    certificate_pem,
    certified,
    client_certificate,
    issue_client,
    last_moment,
    make_authority,
    most_days,
    sealed_key,
)
from octavia_wizard.core.pki.making.subjects import parse_subject, root_subject, same_to_openssl
from octavia_wizard.core.pki.pem import ROOT_KEYS, Pem

__all__ = [
    "Authority",
    "Made",
    "Ordered",
    "issue_client",
    "make",
    "make_authority",
    "most_days",
    "order_problems",
    "ordered",
    "parse_subject",
    "root_subject",
]

ROOT_DAYS = 7300
"""Twenty years: a root outlives the authorities below it."""

_SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "server_ca_subject": "the server CA",
        "client_ca_subject": "the client CA",
        "client_subject": "the client certificate",
    }
)
_CA_DAYS = "certificates.ca_days"
_CLIENT_CA_DAYS = "certificates.client_ca_days"
_ROOT_DAYS = "certificates.root_days"
_CLIENT_DAYS = "certificates.client_days"


@dataclass(frozen=True, slots=True)
class Ordered:
    """What is to be made."""

    key_type: KeyType
    server_ca: x509.Name
    client_ca: x509.Name
    client: x509.Name
    ca_days: int
    client_days: int
    client_ca_days: int
    intermediates: bool = False
    """Whether a root stands above each authority."""
    root_days: int = ROOT_DAYS


@dataclass(frozen=True, slots=True)
class Made:
    """Everything that was made, as PEM; repr leaves the bytes out."""

    files: Mapping[Pem, bytes]

    def __repr__(self) -> str:
        return f"Made({', '.join(self.files)})"


def order_problems(effective: Effective) -> list[Problem]:
    """List what keeps certificates from being made as answered, by key."""
    return [*_subject_problems(effective), *_validity_problems(_days(effective))]


def ordered(effective: Effective) -> Ordered:
    """Gather what is to be made; raises PresetError where the answers cannot be carried out."""
    problems = order_problems(effective)
    if problems:
        raise PresetError("answers", problems)
    days = _days(effective)
    subjects = {name: parse_subject(effective.text(f"certificates.{name}")) for name in _SUBJECTS}
    return Ordered(
        key_type=KeyType(effective.text("certificates.key_type")),
        server_ca=subjects["server_ca_subject"],
        client_ca=subjects["client_ca_subject"],
        client=subjects["client_subject"],
        ca_days=days[_CA_DAYS],
        client_days=days[_CLIENT_DAYS],
        client_ca_days=days.get(_CLIENT_CA_DAYS, days[_CA_DAYS]),
        intermediates=_ROOT_DAYS in days,
        root_days=days.get(_ROOT_DAYS, ROOT_DAYS),
    )


def make(order: Ordered, passphrases: Mapping[Pem, str]) -> Made:
    """Make both authorities and the client certificate, the keys side by side.

    Every key but the client's is encrypted with the passphrase given for its file.
    """
    wanted = [Pem.SERVER_CA_KEY, Pem.CLIENT_CA_KEY, *(ROOT_KEYS if order.intermediates else ())]
    secrets = {pem: passphrases[pem] for pem in wanted}
    # From 47 on, the library lets go of the interpreter while it looks for primes: threads do
    # use all cores.  One for each key, since how long a key takes is a matter of luck.
    with ThreadPoolExecutor(len(wanted) + 1, thread_name_prefix="keys") as pool:
        jobs = {pem: pool.submit(sealed_key, order.key_type, secrets[pem]) for pem in wanted}
        waited = pool.submit(new_key, order.key_type)
        keys = {pem: job.result() for pem, job in jobs.items()}
        client_key = waited.result()
    now = datetime.now(UTC)
    server_ca = _authority(order, Pem.SERVER_CA_KEY, keys, now)
    client_ca = _authority(order, Pem.CLIENT_CA_KEY, keys, now)
    signed = client_certificate(
        order.client, client_key, order.client_days, client_ca.certificate, client_ca.key, now
    )
    client = certificate_pem(signed)
    files = {
        Pem.SERVER_CA: server_ca.chain,
        Pem.SERVER_CA_KEY: server_ca.encrypted_key,
        Pem.CLIENT_CA: client_ca.chain,
        Pem.CLIENT_CA_KEY: client_ca.encrypted_key,
        Pem.CLIENT: client,
        Pem.CLIENT_KEY: plain_pem(client_key),
        Pem.CLIENT_BUNDLE: client + plain_pem(client_key),
    }
    roots = {pem: keys[pem].pem for pem in ROOT_KEYS if pem in keys}
    return Made(MappingProxyType(files | roots))


def _authority(order: Ordered, pem: Pem, keys: Mapping[Pem, SealedKey], now: datetime) -> Authority:
    """Make one side's authority, with a root above it where one has a key."""
    subject, days, root_pem = {
        Pem.SERVER_CA_KEY: (order.server_ca, order.ca_days, Pem.SERVER_ROOT_KEY),
        Pem.CLIENT_CA_KEY: (order.client_ca, order.client_ca_days, Pem.CLIENT_ROOT_KEY),
    }[pem]
    above = keys.get(root_pem)
    root = None
    if above is not None:
        name = root_subject(subject)
        root = certified(name, above, order.root_days, now=now, path_length=ROOT_PATH_LENGTH)
    return certified(subject, keys[pem], days, now=now, root=root)


def _days(effective: Effective) -> dict[str, int]:
    """Return the validities in days, by the answers that are to be changed if they will not do."""
    days = {_CA_DAYS: effective.number(_CA_DAYS)}
    client_ca = effective.maybe_number(_CLIENT_CA_DAYS)
    if client_ca is not None:
        days[_CLIENT_CA_DAYS] = client_ca
    if effective.is_on("certificates.intermediates"):
        root = effective.maybe_number(_ROOT_DAYS)
        days[_ROOT_DAYS] = ROOT_DAYS if root is None else root
    return {**days, _CLIENT_DAYS: effective.number(_CLIENT_DAYS)}


def _validity_problems(days: Mapping[str, int]) -> Iterator[Problem]:
    """Yield validities that no certificate can have, and those that outlive the one above."""
    for key, number in days.items():
        try:
            last_moment(number)
        except ValueError as error:
            yield Problem(key, str(error))
    signs_client = _CLIENT_CA_DAYS if _CLIENT_CA_DAYS in days else _CA_DAYS
    below = [(_CLIENT_DAYS, "the client certificate", signs_client, "the authority")]
    if _ROOT_DAYS in days:
        names = {_CA_DAYS: "the server CA", _CLIENT_CA_DAYS: "the client CA"}
        if signs_client == _CA_DAYS:
            names = {_CA_DAYS: "each authority"}
        below += [(key, name, _ROOT_DAYS, "the root") for key, name in names.items()]
    for key, name, above, signer in below:
        if days[key] > days[above]:
            yield Problem(
                key,
                f"{name} would outlive {signer} that signs it",
                f"make it at most {above}, {days[above]} days",
            )


def _subject_problems(effective: Effective) -> Iterator[Problem]:
    """Yield subjects that cannot be used, and those that OpenSSL takes for one another."""
    roots = effective.is_on("certificates.intermediates")
    seen: dict[object, str] = {}
    for name, what in _SUBJECTS.items():
        key = f"certificates.{name}"
        try:
            subject = parse_subject(effective.text(key))
            named = [(what, subject)]
            if roots and name != "client_subject":
                named.append((f"the root above {what}", root_subject(subject)))
        except ValueError as error:
            yield Problem(key, str(error))
            continue
        for label, one in named:
            other = seen.setdefault(same_to_openssl(one), label)
            if other != label:
                yield Problem(
                    key,
                    f"{label} would have the same subject as {other} "
                    f"({one.rfc4514_string()}), and be taken for it",
                    "give each its own CN; capitals and spaces make no difference",
                )
