"""What ansible-vault encrypted: opened and written by the real command, in memory only.

Data goes through stdin and stdout, and a typed password through a named pipe, so that neither
reaches the disk, a command line or an environment.
"""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from octavia_wizard.core.errors import FileError, UsageError, WizardError
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.files import digest
from octavia_wizard.core.vault_command import find_command
from octavia_wizard.core.vault_place import named_pipe, private_directory

VAULT_HEADER = "$ANSIBLE_VAULT;"
OPTION = "--vault-password-file"
TIMEOUT = 60.0
"""Seconds for one call, of which a password script of the operator's may take most."""
MAX_PASSWORD = 4096
"""Bytes of a typed password: what a pipe surely takes at once."""

_HEADER = re.compile(
    rb"\$ANSIBLE_VAULT;(?:1\.[01];AES(?:256)?|1\.2;AES256;(?P<label>[^\s;@]+))\s*(?:\n|\Z)"
)
_FORGOTTEN = ("ANSIBLE_VAULT_", "ANSIBLE_DISPLAY_")
_FORGOTTEN_ALONE = frozenset(
    (
        "ANSIBLE_ASK_VAULT_PASS",
        "ANSIBLE_CONFIG",
        "ANSIBLE_DEBUG",
        "ANSIBLE_FORCE_COLOR",
        "ANSIBLE_LOG_PATH",
        "ANSIBLE_VERBOSITY",
    )
)
"""Settings that would bring other passwords in, or write more than the content to stdout."""


def is_vaulted(text: str) -> bool:
    """Say whether a text as a whole is encrypted by ansible-vault."""
    return text.startswith(VAULT_HEADER)


def label_of(data: bytes) -> str:
    """Return the vault id that encrypted data names (format 1.2), or "" for none."""
    found = _HEADER.match(data)
    return (found["label"] or b"").decode("ascii", "replace") if found else ""


class Vault:
    """One vault password, and the command that uses it; may be used from several threads."""

    def __init__(
        self, password: Path | Secret, environ: Mapping[str, str], *, timeout: float = TIMEOUT
    ) -> None:
        self._password = password
        self._environ = environ
        self._timeout = timeout
        self._opened: dict[str, bytes] = {}
        self._refused: dict[tuple[object, ...], tuple[str, str]] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        """Show where the password is, never what it is or what it opened."""
        return f"Vault({self.source})"

    @property
    def source(self) -> str:
        """Say in words where the password comes from."""
        if isinstance(self._password, Secret):
            return "the vault password that was typed"
        return f"the vault password of {self._password}"

    def decrypt(self, data: bytes, what: str = "what is encrypted") -> bytes:
        """Return the plain content; ``what`` names it in errors.

        What was opened once is remembered.  Raises FileError where it does not open, UsageError
        where the password cannot be had or there is no ansible-vault.
        """
        with self._lock:
            mark = digest(data)
            refused = (mark, *self._stamp())
            if refused in self._refused:
                message, hint = self._refused[refused]
                raise FileError(message, hint=hint)
            if mark not in self._opened:
                if _HEADER.match(data) is None:
                    raise _damaged(what)
                try:
                    self._opened[mark] = self._run("decrypt", label_of(data), data, what)
                except FileError as error:
                    self._refused[refused] = (error.message, error.hint)
                    raise
            return self._opened[mark]

    def encrypt(self, data: bytes, label: str = "", what: str = "the secrets") -> bytes:
        """Return the content encrypted, by a vault id where ``label`` is one; raises as above.

        It is different each time.
        """
        with self._lock:
            made = self._run("encrypt", label, data, what)
            if _HEADER.match(made) is None:
                raise _failed("encrypt", what, 0)
            self._opened[digest(made)] = data
            return made

    @contextmanager
    def offered(self, directory: Path) -> Iterator[Path]:
        """Yield a path that Ansible reads the password from, once where it was typed.

        A typed password comes through a named pipe in ``directory``, which must be private.
        Raises UsageError where the password cannot be had.
        """
        with self._source(directory) as source:
            yield source

    @property
    def file(self) -> Path | None:
        """Return the password file; None where the password was typed.

        Raises UsageError where the password cannot be had.
        """
        if isinstance(self._password, Path):
            require_password_file(self._password)
            return self._password.absolute()
        return None

    def typed(self) -> bytes | None:
        """Return the password that was typed, for a pipe; None where it is in a file.

        Raises UsageError where it cannot be one.
        """
        return _typed_bytes(self._password) if isinstance(self._password, Secret) else None

    def _stamp(self) -> tuple[int, ...]:
        """Tell the states of a password file apart, so that a mended one is tried again."""
        if isinstance(self._password, Path):
            with suppress(OSError):
                state = self._password.stat()
                return (state.st_mtime_ns, state.st_size, state.st_ino)
        return ()

    def _run(self, act: str, label: str, data: bytes, what: str) -> bytes:
        command = find_command(self._environ)
        with private_directory() as home, self._source(home) as source:
            known_as = f"--vault-id={label}@{source}" if label else f"{OPTION}={source}"
            arguments = [command, act, known_as, "--output=-", "-"]
            if act == "encrypt" and label:
                arguments.insert(3, f"--encrypt-vault-id={label}")
            environ = _environment(self._environ, home)
            code, out, complaint = _call(arguments, data, environ, self._timeout)
        if code == 0:
            return out
        raise self._explained(act, label, what, code, complaint)

    @contextmanager
    def _source(self, home: Path) -> Iterator[Path]:
        """Yield where ansible-vault reads the password."""
        if isinstance(self._password, Path):
            require_password_file(self._password)
            yield self._password
            return
        with named_pipe(_typed_bytes(self._password), home) as path:
            yield path

    def _explained(self, act: str, label: str, what: str, code: int, said: bytes) -> WizardError:
        """Put into words why it ended so; what ansible-vault wrote is matched, never quoted."""
        text = b" ".join(said.lower().split())
        if code == _TIMED_OUT:
            return FileError(
                f"ansible-vault did not {act} {what} within {self._timeout:.0f} seconds",
                hint="a password script must not wait for somebody to type",
            )
        if b"that could decrypt" in text or b"decryption failed" in text:
            under = f", which is encrypted by the vault id {label}," if label else ""
            return FileError(
                f"{self.source} does not open {what}{under}".rstrip(","),
                hint=f"give the right one: {OPTION} FILE, or --ask-vault-pass",
            )
        if b"password script" in text or b"password client script" in text:
            return UsageError(
                f"the vault password script {self._password} failed",
                hint="run it by itself; a file that is no script must not be executable",
            )
        if b"password file" in text or b"invalid vault password" in text:
            return self._unread()
        if any(sign in text for sign in _SIGNS_OF_DAMAGE):
            return _damaged(what)
        return _failed(act, what, code)

    def _unread(self) -> WizardError:
        return UsageError(
            f"ansible-vault cannot read a password from {self._password}",
            hint="it is the first line of a file, or what an executable file prints",
        )


def require_password_file(path: Path) -> None:
    """Raise UsageError where a password file is not there, not a file or empty."""
    try:
        state = path.stat()
        readable = os.access(path, os.R_OK)
    except OSError as error:
        raise UsageError(
            f"the vault password file {path} cannot be read: {error.strerror}",
            hint=f"{OPTION} (or ANSIBLE_VAULT_PASSWORD_FILE) names a file with the password",
        ) from None
    problem = ""
    if stat.S_ISDIR(state.st_mode):
        problem = "is a directory"
    elif not readable:
        problem = "may not be read"
    elif stat.S_ISREG(state.st_mode) and not state.st_size:
        problem = "is empty"
    if problem:
        raise UsageError(
            f"the vault password file {path} {problem}",
            hint=f"{OPTION} (or ANSIBLE_VAULT_PASSWORD_FILE) names a file with the password",
        )


def _typed_bytes(password: Secret) -> bytes:
    data = password.encode()
    if not data.strip() or b"\n" in data or b"\0" in data or len(data) > MAX_PASSWORD:
        raise UsageError("that cannot be a vault password", hint="it is one line that is not empty")
    return data


def _environment(environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return the child's environment: the operator's, without other settings of the vault."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(_FORGOTTEN) and name not in _FORGOTTEN_ALONE
    }
    return {
        **kept,
        "ANSIBLE_CONFIG": str(home / "ansible.cfg"),
        "ANSIBLE_HOME": str(home),
        "ANSIBLE_LOCAL_TEMP": str(home / "tmp"),
        # ansible refuses to start in a locale that is not UTF-8.
        "LC_ALL": "C.UTF-8",
    }


_TIMED_OUT = -1000
_SIGNS_OF_DAMAGE = (b"format error", b"unhexlify", b"cipher", b"not vault encrypted")


def _call(
    arguments: list[str],
    data: bytes,
    environ: Mapping[str, str],
    timeout: float,
) -> tuple[int, bytes, bytes]:
    """Run the command in a session of its own: nothing of it may reach the operator's terminal."""
    try:
        child = subprocess.Popen(  # noqa: S603 - ansible-vault, by its path
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environ),
            start_new_session=True,
        )
    except OSError as error:
        raise UsageError(f"cannot start {arguments[0]}: {error.strerror}") from None
    with child:
        try:
            out, complaint = child.communicate(data, timeout)
        except subprocess.TimeoutExpired:
            _kill(child)
            return _TIMED_OUT, b"", b""
        except BaseException:
            _kill(child)
            raise
    return child.returncode, out, complaint


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the command with whatever script it started."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _damaged(what: str) -> FileError:
    return FileError(
        f"{what} begins as ansible-vault writes it, and is damaged or of an unknown format",
        hint="bring it back from a backup",
    )


def _failed(act: str, what: str, code: int) -> FileError:
    return FileError(
        f"ansible-vault could not {act} {what}: it ended with {code}",
        hint="try it by hand: ansible-vault view FILE",
    )
