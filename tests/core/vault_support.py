"""Encrypting by the real ansible-vault, for the tests of what opens it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = Path(sys.executable).parent / "ansible-vault"
PASSWORD = "vault-word-planted-5d1f"


def password_file(directory: Path, word: str = PASSWORD, name: str = "vault.password") -> Path:
    """Write a password file as an operator has one."""
    path = directory / name
    path.touch(mode=0o600)
    path.write_text(f"{word}\n")
    return path


def encrypted(text: str, directory: Path, label: str = "", word: str = PASSWORD) -> str:
    """Encrypt a text as an operator does, with a vault id or without."""
    file = password_file(directory, word, "of-the-test.password")
    known_as = ["--vault-password-file", str(file)]
    if label:
        known_as = ["--vault-id", f"{label}@{file}", "--encrypt-vault-id", label]
    done = subprocess.run(
        [COMMAND, "encrypt", *known_as, "--output", "-", "-"],
        input=text.encode(),
        capture_output=True,
        check=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], "HOME": str(directory), "LC_ALL": "C.UTF-8"},
    )
    return done.stdout.decode()


def inline(text: str, directory: Path) -> str:
    """Return a value as ``ansible-vault encrypt_string`` writes it."""
    lines = encrypted(text, directory).splitlines()
    return "!vault |\n" + "".join(f"  {line}\n" for line in lines)
