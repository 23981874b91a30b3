"""SSH access to amphorae, where it is on: which key pair, and where it lies."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.adopting.model import Found, Source
from octavia_wizard.core.adopting.reading import Answered, Reading
from octavia_wizard.core.files import is_there
from octavia_wizard.core.pki.told import Variables

ENABLED = "octavia_ssh_enabled"
_NAME = "octavia_ssh_key_name"
_DIRECTORY = "octavia_ssh_key_dir"


def ssh_answers(reading: Reading) -> Answered:
    """Say where the private key is, where the files put it into a directory of its own."""
    if not is_on(reading):
        return
    path = private_key(reading)
    if _told(reading):
        yield "ssh.private_key", reading.by_file(_DIRECTORY, str(path))
    if not is_there(path):
        # A new pair would take the place of the one the amphorae know.
        where = f"{path} is not on this host"
        yield "ssh.source", Found("import", Source.HOST, where)
        yield "ssh.public_key", Found(f"{path}.pub", Source.HOST, where)


def is_on(reading: Reading) -> bool:
    """Say whether amphorae get a key."""
    return reading.holds(ENABLED) is True


def private_key(reading: Reading) -> Path:
    """Return where the role looks for the private key."""
    name = reading.text(_NAME) or reading.holds(_NAME)
    directory = Variables(reading.facts.host).path(_DIRECTORY) if _told(reading) else None
    return (directory or reading.facts.host.home / ".ssh") / str(name or "octavia_key")


def is_missing(reading: Reading) -> bool:
    """Say whether amphorae get a key of which nothing is on this host."""
    if not is_on(reading):
        return False
    path = private_key(reading)
    return not is_there(path) and not _public(path)


def _told(reading: Reading) -> bool:
    return _DIRECTORY in reading.spoken and not reading.spoken[_DIRECTORY].hidden


def _public(path: Path) -> bool:
    return is_there(path.with_name(f"{path.name}.pub"))
