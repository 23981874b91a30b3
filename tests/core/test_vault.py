"""What ansible-vault encrypted is opened and written, and its password shows nowhere."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from octavia_wizard.core.errors import FileError, UsageError, WizardError
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.vault import Vault, is_vaulted, label_of, require_password_file
from octavia_wizard.core.vault_command import find_command
from tests.core.vault_support import COMMAND, PASSWORD, encrypted, password_file

TEXT = "octavia_service_password: planted-value-77ab\n# ä\n"


def vault(password: Path | Secret, **more: object) -> Vault:
    """Return a vault in the environment of the tests."""
    return Vault(password, os.environ, **more)  # type: ignore[arg-type]


@pytest.fixture
def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put an ansible-vault first in PATH that notes what it was started with, then is the real."""
    notes, place = tmp_path / "notes", tmp_path / "bin"
    place.mkdir()
    script = place / "ansible-vault"
    script.write_text(f'#!/bin/sh\n{{ echo "$0 $@"; env; }} >> {notes}\nexec {COMMAND} "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    return notes


class TestOpening:
    """Of both formats, by a password file, a script and a typed password."""

    @pytest.mark.parametrize("label", ["", "prod"])
    def test_a_password_file_opens_it(self, tmp_path: Path, label: str) -> None:
        data = encrypted(TEXT, tmp_path, label).encode()
        assert label_of(data) == label
        assert vault(password_file(tmp_path)).decrypt(data) == TEXT.encode()

    @pytest.mark.parametrize("label", ["", "prod"])
    def test_a_typed_password_opens_it(self, tmp_path: Path, label: str) -> None:
        data = encrypted(TEXT, tmp_path, label).encode()
        assert vault(Secret(PASSWORD)).decrypt(data) == TEXT.encode()

    def test_a_script_that_prints_it_does(self, tmp_path: Path) -> None:
        script = tmp_path / "print-it"
        script.write_text(f"#!/bin/sh\necho {PASSWORD}\n")
        script.chmod(0o700)
        data = encrypted(TEXT, tmp_path).encode()
        assert vault(script).decrypt(data) == TEXT.encode()

    def test_a_typed_password_reaches_a_command_that_resolves_its_path(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # So did Ansible up to core 2.14, which found nothing where /dev/fd leads to.
        place = tmp_path / "bin"
        place.mkdir()
        script = place / "ansible-vault"
        script.write_text(
            f"#!/bin/sh\nact=$1 place=${{2#--vault-password-file=}}; shift 2\n"
            f'exec {COMMAND} "$act" --vault-password-file="$(realpath -e "$place")" "$@"\n'
        )
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
        data = encrypted(TEXT, tmp_path).encode()
        assert vault(Secret(PASSWORD)).decrypt(data) == TEXT.encode()

    def test_what_was_opened_once_is_remembered(self, tmp_path: Path, listening: Path) -> None:
        data = encrypted(TEXT, tmp_path).encode()
        opener = vault(password_file(tmp_path))
        assert opener.decrypt(data) == opener.decrypt(data)
        assert listening.read_text().count(" decrypt ") == 1

    def test_settings_of_the_operators_own_do_not_disturb(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = encrypted(TEXT, tmp_path, "prod").encode()
        (tmp_path / "ansible.cfg").write_text("[defaults]\nvault_password_file=/nowhere\n")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("ANSIBLE_CONFIG", str(tmp_path / "ansible.cfg"))
        monkeypatch.setenv("ANSIBLE_VAULT_ID_MATCH", "1")
        monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", "/nowhere")
        monkeypatch.setenv("ANSIBLE_DEBUG", "1")
        monkeypatch.setenv("LC_ALL", "C")
        monkeypatch.setenv("HOME", "/nowhere")
        assert vault(Secret(PASSWORD)).decrypt(data) == TEXT.encode()


class TestWriting:
    """What is written opens again, under the vault id that was asked for."""

    @pytest.mark.parametrize("label", ["", "prod"])
    @pytest.mark.parametrize("typed", [True, False])
    def test_it_opens_again(self, tmp_path: Path, label: str, typed: bool) -> None:
        password = Secret(PASSWORD) if typed else password_file(tmp_path)
        made = vault(password).encrypt(TEXT.encode(), label)
        assert is_vaulted(made.decode())
        assert label_of(made) == label
        assert b"planted" not in made
        assert vault(password).decrypt(made) == TEXT.encode()

    def test_it_is_another_text_each_time(self, tmp_path: Path) -> None:
        writer = vault(password_file(tmp_path))
        assert writer.encrypt(b"a: 1\n") != writer.encrypt(b"a: 1\n")


class TestRefusing:
    """What does not work is said in a sentence, without a word of ansible's or of the content."""

    def _refused(self, opener: Vault, data: bytes) -> WizardError:
        with pytest.raises(WizardError) as caught:
            opener.decrypt(data, "/srv/user_secrets.yml")
        told = caught.value.message + caught.value.hint
        for hidden in (PASSWORD, "planted", "Traceback", "ERROR"):
            assert hidden not in told
        return caught.value

    def test_a_wrong_password(self, tmp_path: Path) -> None:
        data = encrypted(TEXT, tmp_path).encode()
        error = self._refused(vault(Secret("another")), data)
        assert isinstance(error, FileError)
        assert "does not open /srv/user_secrets.yml" in error.message
        assert "another" not in error.message + repr(error)

    def test_a_password_for_another_vault_id(self, tmp_path: Path) -> None:
        data = encrypted(TEXT, tmp_path, "prod", word="of-prod").encode()
        error = self._refused(vault(password_file(tmp_path)), data)
        assert "the vault id prod" in error.message
        assert "--vault-password-file" in error.hint

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda text: text.replace("AES256", "FOO"),
            lambda text: text.replace("1.1", "9.9"),
            lambda text: text[:200],
            lambda text: text.splitlines()[0],
            lambda text: text.replace("\n", "\nzz", 2),
        ],
    )
    def test_what_is_damaged(self, tmp_path: Path, spoil: object) -> None:
        text = spoil(encrypted(TEXT, tmp_path))  # type: ignore[operator]
        error = self._refused(vault(password_file(tmp_path)), text.encode())
        assert isinstance(error, FileError)
        assert "damaged" in error.message

    def test_no_such_password_file(self, tmp_path: Path) -> None:
        data = encrypted(TEXT, tmp_path).encode()
        error = self._refused(vault(tmp_path / "nowhere"), data)
        assert isinstance(error, UsageError)
        assert "nowhere" in error.message

    def test_an_empty_one_a_directory_and_one_that_is_no_script(self, tmp_path: Path) -> None:
        data = encrypted(TEXT, tmp_path).encode()
        (tmp_path / "empty").touch()
        assert "is empty" in self._refused(vault(tmp_path / "empty"), data).message
        assert "is a directory" in self._refused(vault(tmp_path), data).message
        odd = password_file(tmp_path)
        odd.chmod(0o700)
        error = self._refused(vault(odd), data)
        assert "script" in error.message
        assert "executable" in error.hint

    def test_a_script_that_fails(self, tmp_path: Path) -> None:
        script = tmp_path / "fails"
        script.write_text(f"#!/bin/sh\necho {PASSWORD}\nexit 3\n")
        script.chmod(0o700)
        error = self._refused(vault(script), encrypted(TEXT, tmp_path).encode())
        assert "script" in error.message

    def test_a_script_that_never_ends_is_ended_with_its_children(self, tmp_path: Path) -> None:
        script = tmp_path / "waits"
        pids = tmp_path / "pids"
        script.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {pids}\nwait\n")
        script.chmod(0o700)
        error = self._refused(vault(script, timeout=6.0), encrypted(TEXT, tmp_path).encode())
        assert "within 6 seconds" in error.message
        deadline = time.monotonic() + 5
        while _runs(int(pids.read_text())) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not _runs(int(pids.read_text()))

    def test_no_ansible_vault(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
        monkeypatch.setattr("octavia_wizard.core.vault_command.RUNTIME", tmp_path)
        with pytest.raises(UsageError, match="no ansible-vault"):
            find_command({"PATH": str(tmp_path)})

    @pytest.mark.parametrize("word", ["", "  ", "two\nlines", "x" * 5000])
    def test_what_cannot_be_a_password(self, tmp_path: Path, word: str) -> None:
        data = encrypted(TEXT, tmp_path).encode()
        with pytest.raises(UsageError, match="cannot be a vault password"):
            vault(Secret(word)).decrypt(data)

    def test_a_wrong_file_that_was_mended_is_tried_again(self, tmp_path: Path) -> None:
        data = encrypted(TEXT, tmp_path).encode()
        file = password_file(tmp_path, "wrong")
        opener = vault(file)
        for _ in range(2):
            with pytest.raises(FileError, match="does not open"):
                opener.decrypt(data)
        password_file(tmp_path)
        assert opener.decrypt(data) == TEXT.encode()


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class TestFinding:
    """The command is found where an OSA deploy host has it."""

    def test_path_comes_first_then_beside_python_then_osa(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        places = [tmp_path / name for name in ("path", "beside", "osa")]
        for place in places:
            place.mkdir()
            (place / "ansible-vault").touch(mode=0o755)
        monkeypatch.setattr("sys.executable", str(places[1] / "python"))
        monkeypatch.setattr("octavia_wizard.core.vault_command.RUNTIME", places[2])
        for place in places:
            found = find_command({"PATH": str(places[0])})
            assert found == str(place / "ansible-vault")
            Path(found).unlink()

    def test_a_password_file_is_looked_at_in_advance(self, tmp_path: Path) -> None:
        require_password_file(password_file(tmp_path))
        with pytest.raises(UsageError):
            require_password_file(tmp_path / "nowhere")


class TestOffering:
    """Ansible reads the password from a path, which is all that its command line holds."""

    def test_a_typed_one_waits_in_a_pipe_that_is_gone_afterwards(self, tmp_path: Path) -> None:
        with vault(Secret(PASSWORD)).offered(tmp_path) as path:
            assert path.is_fifo()
            assert path.parent == tmp_path
            assert path.read_bytes().decode().strip() == PASSWORD

    def test_a_file_is_offered_as_it_is(self, tmp_path: Path) -> None:
        file = password_file(tmp_path)
        with vault(file).offered(tmp_path) as path:
            assert path == file

    def test_a_file_that_is_gone_is_told(self, tmp_path: Path) -> None:
        with (
            pytest.raises(UsageError, match="cannot be read"),
            vault(tmp_path / "gone").offered(tmp_path),
        ):
            pass


class TestHiding:
    """The password and what it opens are in no argument, environment, file or text."""

    def test_not_in_arguments_nor_the_environment(self, tmp_path: Path, listening: Path) -> None:
        data = encrypted(TEXT, tmp_path, "prod").encode()
        opener = vault(Secret(PASSWORD))
        opener.decrypt(data)
        opener.encrypt(TEXT.encode(), "prod")
        noted = listening.read_text()
        assert "--vault-id=prod@/" in noted
        assert "LC_ALL=C.UTF-8" in noted
        assert PASSWORD not in noted
        assert "planted" not in noted

    def test_not_in_a_representation(self, tmp_path: Path) -> None:
        data = encrypted(TEXT, tmp_path).encode()
        opener = vault(Secret(PASSWORD))
        opener.decrypt(data)
        for thing in (opener, [opener], {"vault": opener}, opener.source):
            assert PASSWORD not in repr(thing) + str(thing)
            assert "planted" not in repr(thing) + str(thing)

    def test_not_on_the_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        data = encrypted(TEXT, tmp_path).encode()
        home = tmp_path / "home"
        home.mkdir()
        monkeypatch.setenv("TMPDIR", str(home))
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setattr("tempfile.tempdir", None)
        seen: list[str] = []
        over = threading.Event()

        def watch() -> None:
            while not over.is_set():
                # What is gone before it was looked at is gone.
                with suppress(OSError):
                    for path in home.rglob("*"):
                        if path.is_file():
                            seen.append(path.read_text(errors="replace"))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            opener = vault(Secret(PASSWORD))
            opener.decrypt(data)
            opener.encrypt(TEXT.encode())
        finally:
            over.set()
            watcher.join()
        assert seen, "looked in the wrong place"
        assert list(home.rglob("*")) == []
        assert not [text for text in seen if PASSWORD in text or "planted" in text]


def test_the_child_has_no_terminal_to_ask_on(tmp_path: Path) -> None:
    script = tmp_path / "asks"
    script.write_text("#!/bin/sh\nread word < /dev/tty && echo $word\n")
    script.chmod(0o700)
    data = encrypted(TEXT, tmp_path).encode()
    with pytest.raises(UsageError, match="script"):
        vault(script).decrypt(data)


def test_ansible_itself_opens_what_was_written(tmp_path: Path) -> None:
    file = password_file(tmp_path)
    path = tmp_path / "secrets.yml"
    path.write_bytes(vault(file).encrypt(TEXT.encode(), "prod"))
    done = subprocess.run(
        [COMMAND, "view", "--vault-id", f"prod@{file}", str(path)],
        capture_output=True,
        check=True,
        timeout=60,
        env={
            "PATH": os.environ["PATH"],
            "PAGER": "cat",
            "LC_ALL": "C.UTF-8",
            "HOME": str(tmp_path),
        },
    )
    assert "planted-value-77ab" in done.stdout.decode()


def test_nothing_of_the_current_directory_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty or relative part of PATH would hand the password to whatever lies there."""
    planted = tmp_path / "ansible-vault"
    planted.write_text("#!/bin/sh\n")
    planted.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for path in ("", ".", f":{tmp_path / 'nowhere'}"):
        assert Path(find_command({"PATH": path})) != planted
