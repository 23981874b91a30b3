"""What each section comes to, in a few words for the hub: the most telling first."""

from __future__ import annotations

import re
from pathlib import PurePath

from octavia_wizard.core.effective import Effective

_ID = re.compile(r"([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_KEYS = {
    "rsa-4096": "RSA 4096",
    "rsa-3072": "RSA 3072",
    "ec-p256": "EC P-256",
    "ec-p384": "EC P-384",
    "ed25519": "Ed25519",
}
_DAYS_A_YEAR = 365


def cloud(effective: Effective) -> str:
    """Name cloud, region and release."""
    release = effective.release.series if "cloud.release" in effective else ""
    if not effective.chosen("cloud.mode", "live"):
        return _joined("files only", release)
    name = effective.maybe_text("cloud.name") or ("OS_*" if "cloud.name" in effective else "")
    return _joined(name, effective.maybe_text("cloud.region"), release)


def network(effective: Effective) -> str:
    """Name the network that is adopted, or made, with its CIDR."""
    if effective.chosen("network.mode", "adopt"):
        return f"adopt {_short(effective.maybe_text('network.existing'))}".rstrip()
    by_role = effective.chosen("network.created_by", "role")
    words = ("the role makes" if by_role else "create", effective.maybe_text("network.name"))
    return " ".join(filter(None, (*words, effective.maybe_text("network.cidr"))))


def image(effective: Effective) -> str:
    """Say where the image comes from."""
    match effective.maybe_text("image.source"):
        case "build":
            system = (effective.maybe_text("image.base_os") or "").removesuffix("-minimal")
            return f"build {system} {effective.maybe_text('image.base_release') or ''}".rstrip()
        case "file":
            path = effective.maybe_text("image.path")
            return f"upload {PurePath(path).name}" if path else "upload a file"
        case "download":
            path = effective.maybe_text("image.path")
            return f"download {PurePath(path).name}" if path else "download a file"
        case "existing":
            found = _short(effective.maybe_text("image.existing"))
            return f"use {found}" if found else "use one that is in Glance"
        case "role":
            return "the test image of the role"
        case source:
            return _joined(source, effective.maybe_text("image.name"))


def certificates(effective: Effective) -> str:
    """Say whether they are made, and of which kind, and whether they were approved."""
    approved = len(effective.texts("certificates.approved"))
    tail = f"{approved} approved" if approved else ""
    if effective.chosen("certificates.source", "own"):
        return _joined("your own files", tail)
    days = effective.maybe_number("certificates.ca_days")
    return _joined(_key("certificates.key_type", effective), _span(days), tail)


def ssh(effective: Effective) -> str:
    """Say which key is used."""
    if not effective.is_on("ssh.enabled"):
        return "no login to amphorae"
    verb = "import" if effective.chosen("ssh.source", "import") else "generate"
    name = f"{verb} {effective.maybe_text('ssh.key_name') or 'a key pair'}"
    return _joined(name, _key("ssh.key_type", effective))


def capacity(effective: Effective) -> str:
    """Name topology and number of load balancers."""
    planned = effective.maybe_number("capacity.load_balancers")
    number = _count(planned, "load balancer") if planned is not None else ""
    topology = effective.maybe_text("capacity.topology")
    return _joined(topology, number, _short(effective.maybe_text("capacity.flavor_name")))


def variables(effective: Effective) -> str:
    """Count what was set by name."""
    return f"{len(effective.variables())} of {len(effective.release.tunables())} changed"


def deployment(effective: Effective) -> str:
    """Count the hosts and name the playbooks."""
    hosts = len(effective.mapping("deployment.hosts"))
    playbooks = len(effective.texts("deployment.playbooks"))
    what = _count(playbooks, "playbook")
    runs = f"runs {what}" if effective.is_on("deployment.run_playbooks") else f"{what} to run"
    return _joined(
        _count(hosts, "host") if hosts else "", runs if playbooks else "no playbook to run"
    )


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _short(text: str | None) -> str:
    return _ID.sub(r"\1…", text or "")


def _key(key: str, effective: Effective) -> str:
    value = effective.maybe_text(key) or ""
    return _KEYS.get(value, value)


def _span(days: int | None) -> str:
    if days is None:
        return ""
    years, rest = divmod(days, _DAYS_A_YEAR)
    return f"CAs for {_count(years, 'year')}" if years and rest <= years else f"CAs for {days} days"
