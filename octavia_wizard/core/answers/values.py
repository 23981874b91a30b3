"""Types of single answers: each rejects what Octavia or the role could not use, and says why."""

from __future__ import annotations

import os
import re
from datetime import datetime
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue, StringConstraints

from octavia_wizard.core.checksums import parse_checksum

_JINJA = re.compile(r"\{\{|\{%|\{#")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_BUILD_VARIABLE = re.compile(r"(?:DIB|AMP|CLOUD_INIT|ELEMENTS|REG|YUM|OS_REPO)_?[A-Za-z0-9_]*")
_SECRET_NAME = re.compile(r"PASSW|SECRET|TOKEN|PRIVATE|CREDENTIAL|REG_.*KEY", re.IGNORECASE)
_URL = re.compile(r"(?:https?://[^/\s]+/\S*|file:///\S+)")
_FINGERPRINT = re.compile(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}")


def no_template(value: str) -> str:
    """Refuse text that Ansible would run as a template when it reads the emitted file."""
    if _JINJA.search(value):
        raise ValueError("contains '{{', '{%' or '{#', which Ansible would run as a template")
    if not value.isprintable():
        raise ValueError("contains a control character")
    return value


def network_cidr(value: str) -> str:
    """Accept an IPv4 network in CIDR form; the role makes IPv4 subnets only."""
    try:
        return str(IPv4Network(value))
    except ValueError as error:
        raise ValueError(_why_no_network(value, error)) from None


def _why_no_network(value: str, error: ValueError) -> str:
    if "/" not in value:
        return f"{value!r} has no prefix length; write it like 172.29.232.0/22"
    try:
        loose = IPv4Network(value, strict=False)
    except ValueError:
        return f"{value!r} is not an IPv4 network; write it like 172.29.232.0/22 ({error})"
    return f"{value} is a host within a network; the network is {loose}"


def ipv4_address(value: str) -> str:
    """Accept one IPv4 address."""
    try:
        return str(IPv4Address(value))
    except AddressValueError:
        raise ValueError(f"{value!r} is not an IPv4 address; write it like 172.29.232.1") from None


def endpoint(value: str) -> str:
    """Accept an IPv4 address with a TCP port."""
    address, colon, port = value.partition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"{value!r} is no address with a port; write it like 192.0.2.10:80")
    return f"{ipv4_address(address)}:{int(port)}"


def address_pool(value: str) -> str:
    """Accept one range "first-last", the only form the role can split (role 16.0.5 and later)."""
    first, dash, last = (part.strip() for part in value.partition("-"))
    if not dash:
        raise ValueError("write the pool as first-last, like 172.29.232.50-172.29.235.200")
    start, end = IPv4Address(ipv4_address(first)), IPv4Address(ipv4_address(last))
    if start > end:
        raise ValueError(f"the pool starts at {start}, after its end {end}")
    return f"{start}-{end}"


def identifier(value: str) -> str:
    """Accept a name that is safe as a file name, interface or group name."""
    if not _IDENTIFIER.fullmatch(value):
        raise ValueError("use letters, digits, '.', '_' and '-', beginning with a letter or digit")
    return value


def path(value: str) -> str:
    """Accept a path; one that begins with "~" must name a user of this host."""
    if value.startswith("~") and os.path.expanduser(value) == value:
        user = value.partition("/")[0]
        raise ValueError(f"begins with {user}, and there is no such user on this host")
    return no_template(value)


def fingerprint(value: str) -> str:
    """Accept a SHA-256 fingerprint: 32 pairs of upper-case hexadecimal digits between colons."""
    if not _FINGERPRINT.fullmatch(value):
        raise ValueError("write a SHA-256 fingerprint as 32 upper-case pairs, like 9F:2C:…:41")
    return value


def url(value: str) -> str:
    """Accept a URL that an image can be had from."""
    if not _URL.fullmatch(value):
        raise ValueError("write a URL with http://, https:// or file:///, and a path")
    return no_template(value)


def moment(value: str) -> str:
    """Accept a day or a time with its offset, ISO 8601; a day begins at midnight UTC."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is no date; write it like 2026-11-22") from None
    if at.tzinfo is None and len(value) > len("2026-11-22"):
        raise ValueError(f"{value!r} has no time zone; write it like 2026-11-22T10:00:00+00:00")
    return value


def checksum(value: str) -> str:
    """Accept a checksum, and write it as ALGORITHM:DIGITS."""
    return str(parse_checksum(value))


def build_variable(value: str) -> str:
    """Accept the name of a variable that diskimage-builder or its elements read."""
    if _SECRET_NAME.search(value):
        raise ValueError(f"{value} holds a secret, and diskimage-builder writes its variables down")
    if not _BUILD_VARIABLE.fullmatch(value):
        raise ValueError(f"{value} is no variable of diskimage-builder; they begin with DIB_")
    return value


def plain_data(value: JsonValue) -> JsonValue:
    """Refuse templates anywhere within a nested value."""
    if isinstance(value, str):
        return no_template(value)
    if isinstance(value, list):
        return [plain_data(item) for item in value]
    if isinstance(value, dict):
        return {no_template(key): plain_data(item) for key, item in value.items()}
    return value


Text = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(no_template)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(no_template)]
Identifier = Annotated[
    str, StringConstraints(min_length=1, max_length=64), AfterValidator(identifier)
]
Cidr = Annotated[str, AfterValidator(network_cidr)]
Address = Annotated[str, AfterValidator(ipv4_address)]
Endpoint = Annotated[str, AfterValidator(endpoint)]
Pool = Annotated[str, AfterValidator(address_pool)]
Fingerprint = Annotated[str, AfterValidator(fingerprint)]
PathText = Annotated[str, StringConstraints(min_length=1, max_length=4096), AfterValidator(path)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=4096), AfterValidator(url)]
Checksum = Annotated[str, AfterValidator(checksum)]
Moment = Annotated[str, AfterValidator(moment)]
BuildVariable = Annotated[
    str, StringConstraints(min_length=1, max_length=100), AfterValidator(build_variable)
]
Mtu = Annotated[int, Field(ge=576, le=65535)]
SegmentationId = Annotated[int, Field(ge=1, le=16777215)]
Days = Annotated[int, Field(ge=1, le=36500)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Positive = Annotated[int, Field(ge=1, le=1_000_000)]
Data = Annotated[JsonValue, AfterValidator(plain_data)]
