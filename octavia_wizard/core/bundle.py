"""A bundle: the secrets and certificates of a deployment in one sealed file, for another host.

Unsealed it is a tar archive that everybody can read: ``manifest.json`` says what is in it and holds
no secret, ``secrets.yml`` can be laid into a deploy directory as it is, and below
``certificates/`` lie the files as they lie in the directory of the certificates.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from octavia_wizard.core import sealing
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.render import comment, yaml_text
from octavia_wizard.core.errors import FileError, UsageError
from octavia_wizard.core.facts.deploy_host_files import broken_user_files, told
from octavia_wizard.core.facts.deploy_host_yaml import UnsafeText, literal, parse_document
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.files import digest, read_bytes
from octavia_wizard.core.pki import layout
from octavia_wizard.core.pki.pem import NAMES
from octavia_wizard.core.releases import find_release
from octavia_wizard.core.releases.rules import every_required_secret
from octavia_wizard.core.secret_values import is_templated
from octavia_wizard.core.secrets import (
    SERVER_CERTS_KEY_PASSPHRASE,
    needed_secrets,
    read_secret,
)
from octavia_wizard.core.secrets_writing import CURE

KIND = "octavia-wizard bundle"
SCHEMA = 1
MANIFEST = "manifest.json"
SECRETS = "secrets.yml"
CERTIFICATES = "certificates/"

MAX_MEMBER = 1_000_000
"""Bytes of one file in a bundle; a chain of certificates has some thousands."""
MAX_VALUE = 4096
"""Characters of one secret."""

_HEADER = "---\n" + comment(
    "The secrets of one deployment of Octavia. Whoever reads them can act as Octavia in that cloud."
)
_TOO_NEW = "it may be of a newer octavia-wizard: use that one"


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one bundle holds."""

    release: str
    """The OSA release of the deployment it was made of."""
    made: str
    """UTC, ISO 8601."""
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    """By variable."""
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """By path below the directory of the certificates."""

    @property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of each file of the certificates."""
        return {name: digest(data) for name, data in self.files.items()}

    def without(self, names: tuple[str, ...]) -> Bundle:
        """Return it without some secrets; names it does not hold are not heeded."""
        kept = {name: value for name, value in self.secrets.items() if name not in names}
        return replace(self, secrets=kept)


def known_secrets() -> frozenset[str]:
    """Return the names a bundle may hold: the secrets of every release, and the wizard's own."""
    return every_required_secret() | {
        layout.SERVER_PASSPHRASE,
        layout.CLIENT_PASSPHRASE,
        layout.OWN_CLIENT_PASSPHRASE,
        layout.SERVER_ROOT_PASSPHRASE,
        layout.CLIENT_ROOT_PASSPHRASE,
        SERVER_CERTS_KEY_PASSPHRASE,
    }


def directory_of(effective: Effective) -> Path:
    """Return where the certificates of a deployment lie, whatever their source."""
    return Path(effective.text("certificates.directory")).expanduser().absolute()


def collect(effective: Effective, host: HostFacts, *, certificates: bool = True) -> Bundle:
    """Read what a bundle of this deployment holds: secrets that have a value, files that exist.

    Raises FileError for what cannot be read, as for a value that is encrypted by ansible-vault
    and no password is known for.
    """
    needed = [need.name for need in needed_secrets(effective)]
    closed = [str(file.path) for file in host.user_files if file.closed]
    absent = [name for name in needed if name not in host.secrets]
    broken = broken_user_files(host)
    if broken and absent:
        raise FileError(
            f"{told(broken)}; it may have {', '.join(absent)}",
            hint="mend the file, so that nothing is left out",
        )
    if closed and absent:
        raise FileError(
            f"{', '.join(closed)} is encrypted by ansible-vault, and may have {', '.join(absent)}",
            hint=f"so that nothing is left out, {CURE}",
        )
    # A template tells another host nothing: what it refers to is not in the bundle.
    values = {
        name: read_secret(name, host)
        for name in needed
        if name in host.secrets and not is_templated(name, host)
    }
    return Bundle(
        release=effective.release.name,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        secrets=values,
        files=_files_in(directory_of(effective)) if certificates else {},
    )


def pack(bundle: Bundle, passphrase: str) -> bytes:
    """Return a bundle as a file sealed by a passphrase; UsageError for a weak one."""
    return sealing.seal(_archive(bundle), passphrase)


def unpack(data: bytes, passphrase: str) -> Bundle:
    """Read a bundle, nothing of which is trusted before it was checked; raises FileError."""
    return read_archive(sealing.unseal(data, passphrase))


def read_archive(data: bytes) -> Bundle:
    """Read the archive of a bundle strictly; raises FileError for anything not as we write it."""
    try:
        members = dict(_members(data))
    except (tarfile.TarError, ValueError, OverflowError, EOFError, LookupError):
        raise FileError("it does not hold an archive that can be read") from None
    for name in (MANIFEST, SECRETS):
        if name not in members:
            raise FileError(f"it is not a bundle of octavia-wizard: {name} is missing")
    manifest = _manifest(members.pop(MANIFEST))
    told = {name: digest(content) for name, content in members.items()}
    if manifest["files"] != told:
        raise FileError("its files are not those its manifest tells of")
    values = _secrets(members.pop(SECRETS))
    if sorted(values) != manifest["secrets"]:
        raise FileError("its secrets are not those its manifest tells of")
    return Bundle(
        release=str(manifest["release"]),
        made=str(manifest["made"]),
        secrets=values,
        files={name.removeprefix(CERTIFICATES): content for name, content in members.items()},
    )


def _files_in(directory: Path) -> dict[str, bytes]:
    found = {name: read_bytes(directory / name, limit=MAX_MEMBER) for name in NAMES.values()}
    return {name: data for name, data in found.items() if data is not None}


def _archive(bundle: Bundle) -> bytes:
    texts = {name: literal(value) for name, value in bundle.secrets.items()}
    members = {SECRETS: (_HEADER + (yaml_text(texts) if texts else "")).encode()}
    members |= {f"{CERTIFICATES}{name}": data for name, data in bundle.files.items()}
    manifest = {
        "kind": KIND,
        "schema": SCHEMA,
        "release": bundle.release,
        "made": bundle.made,
        "secrets": sorted(texts),
        "files": {name: digest(data) for name, data in members.items()},
    }
    members = {MANIFEST: json.dumps(manifest, indent=2).encode() + b"\n", **members}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            # Whoever unpacks it by hand must not lay a key open.
            entry.mode = 0o600
            entry.mtime = int(datetime.fromisoformat(bundle.made).timestamp())
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each file of an archive; nothing is ever written where a name would lead to."""
    allowed = {MANIFEST, SECRETS, *(f"{CERTIFICATES}{name}" for name in NAMES.values())}
    seen: set[str] = set()
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for entry in archive:
            if entry.name not in allowed:
                raise FileError(f"it holds {entry.name[:80]!r}, which is unknown", hint=_TOO_NEW)
            if not entry.isreg() or entry.issparse() or entry.name in seen:
                raise FileError(f"{entry.name} in it is not one plain file")
            if entry.size > MAX_MEMBER:
                raise FileError(f"{entry.name} in it is larger than {MAX_MEMBER // 1000} kB")
            seen.add(entry.name)
            stream = archive.extractfile(entry)
            content = stream.read() if stream is not None else b""
            if len(content) != entry.size:
                raise FileError(f"{entry.name} in it is cut off")
            yield entry.name, content


def _manifest(data: bytes) -> dict[str, object]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise FileError(f"{MANIFEST} in it is not JSON") from None
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise FileError("it is not a bundle of octavia-wizard", hint=_TOO_NEW)
    if found.get("schema") != SCHEMA:
        raise FileError(f"it is a bundle of schema {found.get('schema')!r:.40}", hint=_TOO_NEW)
    for name, kind in (("release", str), ("made", str), ("secrets", list), ("files", dict)):
        if not isinstance(found.get(name), kind):
            raise FileError(f"{MANIFEST} in it does not tell {name}")
    if not _is_told(found["release"], found["made"]):
        reason = "does not tell the release, or when it was made, as octavia-wizard does"
        raise FileError(f"{MANIFEST} in it {reason}", hint=_TOO_NEW)
    return found


def _is_told(release: str, made: str) -> bool:
    """Say whether both are what they should be: they are shown, and may hold anything."""
    try:
        datetime.fromisoformat(made)
        return find_release(release).name == release
    except (UsageError, ValueError):
        return False


def _secrets(data: bytes) -> dict[str, Secret]:
    try:
        document = parse_document(data.decode())
    except (UnicodeDecodeError, FileError):
        # A reason could quote a secret.
        raise FileError(f"{SECRETS} in it cannot be read as YAML") from None
    known = known_secrets()
    if document.complaints:
        raise FileError(f"{SECRETS} in it has a name twice")
    for name, value in document.values.items():
        if name not in known:
            raise FileError(f"{SECRETS} in it has {name[:80]!r}, which is unknown", hint=_TOO_NEW)
        # A tag is refused, but for the one that keeps a text from being run as a template.
        if not isinstance(value, str) or type(value) not in (str, UnsafeText) or not value:
            raise FileError(f"{name} in it is not a plain text")
        if len(value) > MAX_VALUE:
            raise FileError(f"{name} in it is longer than {MAX_VALUE} characters")
    return {name: Secret(value) for name, value in document.values.items()}
