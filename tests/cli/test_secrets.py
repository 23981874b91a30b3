"""Secrets are shown by name alone, and come to another host in a sealed bundle, or not at all."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest
import yaml
from click.testing import CliRunner, Result

from octavia_wizard.cli import cli
from octavia_wizard.core import bundle as bundles
from octavia_wizard.core.bundle import Bundle
from octavia_wizard.core.engine.lock import DeploymentLock
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.sealing import unseal, work_factor
from tests.cli.conftest import lines_of
from tests.core.age_format import seal_cheaply, unseal_by_the_book

PASSPHRASE = "correct horse battery"
PLANTED = "plant-me-nowhere-4711"
KEY = b"-----BEGIN ENCRYPTED PRIVATE KEY----- planted in a file"

Call = Callable[..., Result]


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """A umask that takes nothing away."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A deploy directory with some secrets and certificates."""
    deploy = tmp_path / "here"
    (deploy / "octavia/private").mkdir(parents=True)
    (deploy / "user_secrets.yml").write_text(
        f"octavia_service_password: {PLANTED}\noctavia_health_hmac_key:\n"
    )
    (deploy / "octavia/ca_01.pem").write_bytes(b"certificate")
    (deploy / "octavia/private/cakey.pem").write_bytes(KEY)
    return deploy


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A deploy directory of another host, with nothing in it."""
    deploy = tmp_path / "there"
    deploy.mkdir()
    return deploy


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    """A file with the passphrase."""
    path = tmp_path / "passphrase"
    path.write_text(f"{PASSPHRASE}\nnot this line\n")
    return path


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle of the deployment above, sealed cheaply."""
    content = Bundle(
        "33.0.1",
        "2026-03-01T12:00:00+00:00",
        {"octavia_service_password": Secret(PLANTED)},
        {"ca_01.pem": b"certificate", "private/cakey.pem": KEY},
    )
    path = tmp_path / "octavia.age"
    path.write_bytes(seal_cheaply(bundles._archive(content), PASSPHRASE))
    return path


def secrets(deploy: Path, *arguments: str, given: bytes | None = None) -> Result:
    """Call the verbs about secrets on a deploy directory."""
    return CliRunner().invoke(
        cli, ["--deploy-dir", str(deploy), "secrets", *arguments], input=given
    )


def files_of(deploy: Path) -> dict[str, bytes]:
    """Return every file of a deploy directory."""
    return {
        str(path.relative_to(deploy)): path.read_bytes()
        for path in deploy.rglob("*")
        if path.is_file()
    }


class TestShow:
    """What is needed, what is there, what is missing."""

    def test_each_secret_is_told_with_its_place_and_never_its_value(self, here: Path) -> None:
        result = secrets(here, "show")
        assert result.exit_code == 0, result.output
        text = " ".join(result.stdout.split())
        assert "octavia_service_password" in text
        assert f"{here / 'user_secrets.yml'}:1" in text
        assert "octavia_health_hmac_key will be generated" in text
        assert PLANTED not in result.output

    def test_a_file_that_cannot_be_read_is_told(self, here: Path) -> None:
        (here / "user_secrets.yml").write_text(f"octavia_service_password: [{PLANTED}\n")
        result = secrets(here, "show")
        assert result.exit_code == 0, result.output
        text = " ".join(result.stdout.split())
        assert "user_secrets.yml:2: not valid YAML" in text
        assert "octavia_service_password assumed" in text
        assert PLANTED not in result.output

    def test_a_program_gets_one_line_each(self, here: Path) -> None:
        result = secrets(here, "show", "--format", "json")
        states = {line["name"]: line for line in lines_of(result) if line["kind"] == "secret"}
        found = states["octavia_service_password"]
        assert (found["standing"], found["line"]) == ("in a file", 1)
        assert states["octavia_health_hmac_key"]["standing"] == "will be generated"
        assert PLANTED not in result.output

    def test_the_preset_decides_what_is_needed(self, here: Path, tmp_path: Path) -> None:
        old = tmp_path / "old.yml"
        old.write_text("schema: 1\ncloud: {mode: files, release: 16.0.5}\n")
        result = secrets(here, "show", str(old))
        assert "octavia_rabbitmq_password" in result.stdout
        assert "octavia_oslomsg_rpc_password" not in result.stdout

    def test_a_missing_deploy_directory_is_a_mistake_of_the_command_line(
        self, tmp_path: Path
    ) -> None:
        assert secrets(tmp_path / "nowhere", "show").exit_code == 2


class TestExport:
    """All of a deployment's secrets leave this host, sealed."""

    def test_a_bundle_holds_what_there_is_and_is_private(
        self, here: Path, tmp_path: Path, secret_file: Path
    ) -> None:
        out = tmp_path / "out.age"
        result = secrets(here, "export", "--out", str(out), "--passphrase-file", str(secret_file))
        assert result.exit_code == 0, result.output
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        archive, _ = unseal_by_the_book(out.read_bytes(), PASSPHRASE)
        found = bundles.read_archive(archive)
        assert dict(found.secrets) == {"octavia_service_password": PLANTED}
        assert found.files == {"ca_01.pem": b"certificate", "private/cakey.pem": KEY}
        assert "no value yet" in result.stdout
        assert "octavia_health_hmac_key" in result.stdout
        assert "age -d out.age | tar -x" in result.stdout
        for value in (PLANTED, PASSPHRASE, "planted in a file"):
            assert value not in result.output

    def test_a_passphrase_is_made_on_request_and_opens_it(self, here: Path, tmp_path: Path) -> None:
        out, made = tmp_path / "out.age", tmp_path / "made"
        result = secrets(
            here, "export", "--secrets-only", "--out", str(out), "--format", "json",
            "--generate-passphrase", str(made),
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        assert stat.S_IMODE(made.stat().st_mode) == 0o600
        passphrase = made.read_text().strip()
        assert passphrase not in result.output
        assert not bundles.read_archive(unseal(out.read_bytes(), passphrase)).files
        (line,) = [line for line in lines_of(result) if line["kind"] == "secrets-exported"]
        assert line["secrets"] == ["octavia_service_password"]
        assert line["files"] == {}

    def test_it_goes_through_a_pipe_to_another_program(self, here: Path, secret_file: Path) -> None:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "octavia_wizard", "--deploy-dir", str(here)),
                *("secrets", "export", "--out", "-", "--passphrase-file", str(secret_file)),
            ],
            capture_output=True,
            check=True,
        )
        assert work_factor(done.stdout) > 0
        with tarfile.open(fileobj=io.BytesIO(unseal(done.stdout, PASSPHRASE))) as tar:
            assert "secrets.yml" in tar.getnames()

    @pytest.mark.parametrize("option", ["--out", "--generate-passphrase"])
    def test_no_file_is_replaced(self, here: Path, tmp_path: Path, option: str) -> None:
        (tmp_path / "mine").write_bytes(b"mine")
        places = {"--out": str(tmp_path / "o"), "--generate-passphrase": str(tmp_path / "p")}
        places[option] = str(tmp_path / "mine")
        result = secrets(here, "export", *(word for pair in places.items() for word in pair))
        assert result.exit_code == 2
        assert "is not replaced" in result.stderr
        assert (tmp_path / "mine").read_bytes() == b"mine"
        assert not (tmp_path / "o").exists()
        assert not (tmp_path / "p").exists()

    def test_without_a_terminal_and_a_file_there_is_no_passphrase(
        self, here: Path, tmp_path: Path
    ) -> None:
        result = secrets(here, "export", "--out", str(tmp_path / "o"), given=b"typed\ntyped\n")
        assert result.exit_code == 2
        assert "--passphrase-file" in result.stderr
        assert not (tmp_path / "o").exists()

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"short\n", "too short"),
            (b"\nsecond line only\n", "is empty"),
            (b"\xff\xfe binary binary\n", "not UTF-8"),
        ],
    )
    def test_a_bad_passphrase_file_is_said(
        self, here: Path, tmp_path: Path, content: bytes, said: str
    ) -> None:
        (tmp_path / "bad").write_bytes(content)
        result = secrets(
            here, "export", "--out", str(tmp_path / "o"), "--passphrase-file", str(tmp_path / "bad")
        )
        assert result.exit_code == 2
        assert said in result.stderr

    def test_a_deployment_without_any_secret_has_nothing_to_export(
        self, there: Path, tmp_path: Path, secret_file: Path
    ) -> None:
        result = secrets(
            there, "export", "--out", str(tmp_path / "o"), "--passphrase-file", str(secret_file)
        )
        assert result.exit_code == 2
        assert "nothing to export" in result.stderr

    def test_a_full_disk_leaves_neither_bundle_nor_passphrase(
        self, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        really = os.fsync

        def full(handle: int) -> None:
            if "out.age" in os.readlink(f"/proc/self/fd/{handle}"):
                raise OSError(28, "No space left on device")
            really(handle)

        monkeypatch.setattr(os, "fsync", full)
        places = ["--out", str(tmp_path / "out.age"), "--generate-passphrase", str(tmp_path / "p")]
        result = secrets(here, "export", *places)
        assert result.exit_code == 5
        assert "No space left" in result.stderr
        assert not (tmp_path / "out.age").exists()
        assert not (tmp_path / "p").exists()

    def test_it_is_typed_twice_unseen_on_a_terminal(self, here: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.age"
        child = pexpect.spawn(
            sys.executable,
            [
                *("-m", "octavia_wizard", "--deploy-dir", str(here)),
                *("secrets", "export", "--out", str(out)),
            ],
            encoding="utf-8",
            timeout=60,
        )
        said = ""
        for question, answer in (
            ("Passphrase for the bundle", "weak"),
            ("too short", ""),
            ("Passphrase for the bundle", PASSPHRASE),
            ("Once more", "another " + PASSPHRASE),
            ("do not match", ""),
            ("Passphrase for the bundle", PASSPHRASE),
            ("Once more", PASSPHRASE),
        ):
            child.expect(question)
            said += child.before or ""
            if answer:
                child.sendline(answer)
        child.expect(pexpect.EOF)
        said += child.before or ""
        child.close()
        assert child.exitstatus == 0, said
        assert PASSPHRASE not in said
        assert unseal(out.read_bytes(), PASSPHRASE)


class TestImport:
    """What this host lacks comes in; nothing that is there is replaced."""

    @pytest.fixture
    def bring(self, there: Path, bundle: Path, secret_file: Path) -> Call:
        """Import that bundle on the other host."""

        def call(*arguments: str) -> Result:
            words = ("import", str(bundle), "--passphrase-file", str(secret_file))
            return secrets(there, *words, *arguments)

        return call

    def test_a_dry_run_tells_all_and_writes_nothing(self, bring: Call, there: Path) -> None:
        result = bring("--dry-run")
        assert result.exit_code == 0, result.output
        assert "1 secret and 2 certificate files" in result.stdout
        assert "+ octavia_service_password: (from the bundle)" in result.stdout
        assert files_of(there) == {}

    def test_a_dry_run_ends_in_a_plan_as_the_verb_plan_does(self, bring: Call) -> None:
        lines = lines_of(bring("--dry-run", "--format", "json"))
        assert [line["kind"] for line in lines] == ["bundle", "plan", "result"]
        assert (lines[1]["changes"], lines[1]["conflicts"]) == (1, 0)
        assert bring("--yes").exit_code == 0
        lines = lines_of(bring("--dry-run", "--format", "json"))
        assert [line["kind"] for line in lines] == ["bundle", "plan", "result"]
        assert lines[1]["changes"] == 0

    def test_what_is_missing_is_written_and_undo_takes_it_back(
        self, bring: Call, there: Path, tmp_path: Path
    ) -> None:
        result = bring("--yes")
        assert result.exit_code == 0, result.output
        found = files_of(there)
        assert found["octavia/private/cakey.pem"] == KEY
        assert yaml.safe_load(found["user_secrets_octavia.yml"]) == {
            "octavia_service_password": PLANTED
        }
        again = bring("--yes")
        assert again.exit_code == 0
        assert "Nothing to do" in again.stdout
        undone = CliRunner().invoke(cli, ["--deploy-dir", str(there), "undo", "--yes"])
        assert undone.exit_code == 0, undone.output
        assert files_of(there) == {}
        journals = "".join(path.read_text() for path in (tmp_path / "state").rglob("*.jsonl"))
        assert "secrets_import" in journals
        for told in (result.output, undone.output, journals):
            assert PLANTED not in told
            assert PASSPHRASE not in told
            assert "planted in a file" not in told

    def test_nothing_is_written_without_a_yes(self, bring: Call, there: Path) -> None:
        result = bring()
        assert result.exit_code == 2
        assert "nobody to confirm" in result.stderr
        assert files_of(there) == {}

    def test_a_secret_with_another_value_keeps_all_from_being_written(
        self, bring: Call, there: Path
    ) -> None:
        (there / "user_secrets.yml").write_text("octavia_service_password: mine-not-yours\n")
        before = files_of(there)
        for words in (("--yes",), ("--dry-run",)):
            result = bring(*words)
            assert result.exit_code == 4
            assert "another value in" in result.stdout
            assert "--keep NAME" in result.stderr
            assert "mine-not-yours" not in result.output
            assert PLANTED not in result.output
        assert files_of(there) == before
        kept = bring("--yes", "--keep", "octavia_service_password")
        assert kept.exit_code == 0, kept.output
        assert set(files_of(there)) == {*before, "octavia/ca_01.pem", "octavia/private/cakey.pem"}

    def test_a_passphrase_may_come_through_a_pipe(self, there: Path, bundle: Path) -> None:
        script = '"$0" -m octavia_wizard --deploy-dir "$1" secrets import "$2" --yes'
        script += f" --passphrase-file <(echo '{PASSPHRASE}')"
        done = subprocess.run(
            ["/bin/bash", "-c", script, sys.executable, str(there), str(bundle)],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert files_of(there)["octavia/ca_01.pem"] == b"certificate"

    def test_only_a_secret_of_the_bundle_can_be_kept(self, bring: Call) -> None:
        result = bring("--yes", "--keep", "octavia_health_hmac_key")
        assert result.exit_code == 2
        assert "octavia_service_password" in result.stderr

    def test_a_file_with_another_content_is_told_with_both_digests(
        self, bring: Call, there: Path
    ) -> None:
        (there / "octavia").mkdir()
        (there / "octavia/ca_01.pem").write_bytes(b"another")
        result = bring("--yes")
        assert result.exit_code == 4
        assert "here, SHA-256" in result.stdout
        assert "bundle, SHA-256" in result.stdout
        assert set(files_of(there)) == {"octavia/ca_01.pem"}

    def test_the_preset_says_where_certificates_go(
        self, bring: Call, there: Path, tmp_path: Path
    ) -> None:
        preset = tmp_path / "site.yml"
        preset.write_text(
            "schema: 1\ncloud: {mode: files, release: 29.2.4}\n"
            f"certificates: {{directory: {there / 'pki'}}}\n"
        )
        result = bring(str(preset), "--yes")
        assert result.exit_code == 0, result.output
        assert "this deployment is OSA 29.2.4" in " ".join(result.stdout.split())
        assert (there / "pki/private/cakey.pem").read_bytes() == KEY

    def test_a_wrong_passphrase_is_said(self, bring: Call, secret_file: Path) -> None:
        secret_file.write_text("incorrect horse battery\n")
        result = bring("--yes")
        assert result.exit_code == 5
        assert "octavia.age: it cannot be opened: the passphrase is wrong" in result.stderr

    def test_what_is_no_bundle_is_said_before_a_passphrase_is_asked_for(
        self, there: Path, bundle: Path
    ) -> None:
        bundle.write_bytes(b"PK")
        result = secrets(there, "import", str(bundle))
        assert result.exit_code == 5
        assert "not a file that age or octavia-wizard sealed" in result.stderr
        assert secrets(there, "import", str(bundle.with_name("nothing"))).exit_code == 2

    def test_another_run_is_waited_for(self, bring: Call, there: Path) -> None:
        lock = DeploymentLock.acquire(DeploymentPlace.of(there), "another run")
        try:
            assert bring("--yes").exit_code == 7
        finally:
            lock.release()
        assert files_of(there) == {}

    def test_an_interrupted_import_is_gone_on_with_by_importing_again(
        self, bring: Call, there: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        really = os.fsync

        def full(handle: int) -> None:
            if "cakey.pem" in os.readlink(f"/proc/self/fd/{handle}"):
                raise OSError(28, "No space left on device")
            really(handle)

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            assert bring("--yes").exit_code == 5
        resumed = CliRunner().invoke(cli, ["--deploy-dir", str(there), "resume", "--yes"])
        assert resumed.exit_code == 2
        assert "secrets import" in resumed.stderr
        assert "octavia.age" in resumed.stderr
        assert bring("--yes").exit_code == 0
        assert (there / "octavia/private/cakey.pem").read_bytes() == KEY
        ended = CliRunner().invoke(cli, ["--deploy-dir", str(there), "resume"])
        assert "Nothing to resume" in ended.stdout

    def test_a_program_gets_json(self, bring: Call) -> None:
        result = bring("--yes", "--format", "json")
        assert result.exit_code == 0, result.output
        kinds = [line["kind"] for line in lines_of(result)]
        assert kinds[0] == "bundle"
        assert "secrets-imported" in kinds
        assert kinds[-1] == "result"
        assert PLANTED not in result.output


def test_a_deployment_comes_to_another_host_whole(
    tmp_path: Path, files_preset: Path, there: Path
) -> None:
    first = tmp_path / "first"
    first.mkdir()

    def call(deploy: Path, *words: str) -> Result:
        result = CliRunner().invoke(cli, ["--deploy-dir", str(deploy), *words])
        assert result.exit_code == 0, result.output
        return result

    preset = files_preset.read_text() + "certificates: {key_type: ec-p256}\n"
    files_preset.write_text(preset)
    call(first, "replay", str(files_preset), "--yes", "--only", "certificates")
    out, made = tmp_path / "out.age", tmp_path / "made"
    call(first, "secrets", "export", "--out", str(out), "--generate-passphrase", str(made))
    call(there, "secrets", "import", str(out), "--passphrase-file", str(made), "--yes")
    assert files_of(there) == files_of(first)
    planned = call(there, "plan", str(files_preset), "--only", "certificates", "--format", "json")
    (plan,) = [line for line in lines_of(planned) if line["kind"] == "plan"]
    actions = {step["step"]: step["action"] for step in plan["steps"]}
    assert (actions["secrets"], actions["certificates"]) == ("keep", "keep")
