"""What the script on the hosts wrote, read back line by line."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from octavia_wizard.core.facts.controllers import Bridge, Controller, FileState
from octavia_wizard.core.facts.secret_faults import PUBLISHED_OPTIONS

CONF = "octavia.conf"
_UP = 0x1
"""IFF_UP of an interface's flags (linux/if.h)."""
_LISTED = {"tcp": "tcp", "tcp6": "tcp", "udp": "udp", "udp6": "udp"}


@dataclass(slots=True)
class Sheet:
    """What one host wrote, gathered."""

    whole: bool = False
    conf_read: bool = False
    options: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    files: dict[str, FileState] = field(default_factory=dict)
    pem: dict[str, list[str]] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, list[str]] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)
    listening: set[str] = field(default_factory=set)
    bridge: tuple[int, int | None] | None = None
    ports: list[str] = field(default_factory=list)
    _section: str = "DEFAULT"
    _last: str = ""
    _file: str = ""

    def take(self, line: str) -> None:
        """Take one line; what is not understood is passed over."""
        kind, rest = line[:1], line[1:]
        words = rest.split()
        match kind:
            case "S":
                self._section, self._last = rest.strip(), ""
            case "O" | "C" | "D":
                self._option(kind, rest)
            case "M" if len(words) == 4:
                self.files[words[0]] = FileState(int(words[1], 8), words[2], words[3])
            case "M" if words:
                self.files[words[0]] = FileState(0)
            case "P":
                self._file = rest
                self.pem[rest] = []
            case "p":
                self.pem[self._file].append(rest)
            case "U" if len(words) == 3:
                self.services[words[0]] = "absent" if words[1] == "not-found" else words[2]
            case "A" if len(words) == 2:
                self.addresses.setdefault(words[0], []).append(words[1].partition("/")[0])
            case "L" if len(words) == 2:
                port = int(words[1].rpartition(":")[2], 16)
                self.listening.add(f"{_LISTED[words[0]]} {port}")
            case _:
                self._mark(kind, words)

    def _mark(self, kind: str, words: list[str]) -> None:
        match kind:
            case "R":
                self.conf_read = True
            case "N":
                self.tables.add(words[0])
            case "B" if words:
                mtu = words[-1] if len(words) > 1 else ""
                self.bridge = (int(words[0], 16), int(mtu) if mtu.isdecimal() else None)
            case "I" if words:
                self.ports.append(words[0])
            case "Z":
                self.whole = True

    def _option(self, kind: str, rest: str) -> None:
        if kind == "C":
            self.options[self._last] += f"\n{rest}"
        elif kind == "O":
            name, _, value = rest.partition("=")
            self._last = f"{self._section}.{name}"
            # Of an option that stands there twice, the last counts.
            self.secrets.pop(self._last, None)
            self.options[self._last] = value
        else:
            name, _, digest = rest.strip().rpartition(" ")
            self.options.pop(f"{self._section}.{name}", None)
            self.secrets[f"{self._section}.{name}"] = "" if digest == "?" else digest


def read_sheet(text: str) -> Sheet | None:
    """Read what a host wrote; None where it did not come to its end."""
    sheet = Sheet()
    try:
        for line in text.split("\n"):
            sheet.take(line)
    except (ValueError, KeyError):
        return None
    return sheet if sheet.whole else None


def controller_of(name: str, sheet: Sheet, salt: str) -> Controller:
    """Return a controller as its host described it."""
    there = CONF in sheet.files
    problem = f"{CONF} may not be read by the user Ansible works as"
    return Controller(
        name,
        problem=problem if there and not sheet.conf_read else "",
        deployed=there,
        options=sheet.options,
        secrets=sheet.secrets,
        published=tuple(sorted(_published(sheet.secrets, salt))),
        certificates={file: tuple(_marks(lines)) for file, lines in sheet.pem.items()},
        files=sheet.files,
        services=sheet.services,
        addresses={name: tuple(found) for name, found in sheet.addresses.items()},
        listening=frozenset(sheet.listening) if {"tcp", "udp"} <= sheet.tables else None,
    )


def bridge_of(sheet: Sheet, name: str) -> Bridge | None:
    """Return the management bridge as its host described it; None where there is none."""
    if sheet.bridge is None:
        return None
    flags, mtu = sheet.bridge
    addresses = tuple(sheet.addresses.get(name, ()))
    return Bridge(bool(flags & _UP), mtu, tuple(sheet.ports), addresses)


def digest_of(salt: str, value: str) -> str:
    """Return what the script tells of a secret."""
    return hashlib.sha256(f"{salt}{value}".encode()).hexdigest()


def _published(secrets: dict[str, str], salt: str) -> Iterator[str]:
    for option, values in PUBLISHED_OPTIONS.items():
        if secrets.get(option) in {digest_of(salt, value) for value in values}:
            yield option


def _marks(lines: list[str]) -> Iterator[str]:
    """Yield the fingerprints of certificates, as upper-case pairs between colons."""
    body: list[str] = []
    for line in lines:
        if line.startswith("-----BEGIN"):
            body = []
        elif line.startswith("-----END"):
            try:
                der = base64.b64decode("".join(body), validate=True)
            except binascii.Error:
                continue
            yield hashlib.sha256(der).digest().hex(":").upper()
        else:
            body.append(line.strip())
