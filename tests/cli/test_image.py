"""Building an amphora image from the command line, and what became of builds on this host."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner, Result

from octavia_wizard.cli import cli
from octavia_wizard.core.detached import sessions
from octavia_wizard.core.image.build import (
    leftovers,
    packages,
    preflight,
    tables,
    tree,
)
from octavia_wizard.core.image.build.host import Host, places_of, room_of
from octavia_wizard.core.image.build.process import alive
from octavia_wizard.core.image.build.record import BuildRecord, BuildState, builds
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.output.text import TextOutput
from tests.cli.conftest import Run, lines_of
from tests.core.image.build.fake_build import FakeBuild, make_fake

Build = Callable[..., Result]
INSTALLING = "/install.d/../environment.d"
"""What a log says when install.d has begun; its name alone is there long before."""


def a_host(**given: Any) -> Callable[..., Host]:
    """Return what reads a host that has all a build needs, but for what is given."""

    def read(request: BuildRequest, names: object = ()) -> Host:
        rooms = {place: room for place in places_of(request) if (room := room_of(place))}
        return Host(rooms=rooms, **given)

    return read


@pytest.fixture(autouse=True)
def healthy_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that has all a build needs, and on which nobody else builds."""
    monkeypatch.setattr(preflight, "read_host", a_host())
    monkeypatch.setattr(packages, "absent_packages", lambda family, names: frozenset())
    own = tmp_path / "tmp"
    own.mkdir()
    monkeypatch.setattr(leftovers, "_ROOTS", (own,))
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    mounts, loops, drivers = tables.mounts, tables.loops, tree.drivers

    def here(path: Path) -> bool:
        return path.is_relative_to(tmp_path)

    monkeypatch.setattr(tables, "mounts", lambda: tuple(m for m in mounts() if here(m.point)))
    monkeypatch.setattr(tables, "loops", lambda: tuple(x for x in loops() if here(x.backing)))
    monkeypatch.setattr(
        tree,
        "drivers",
        lambda: [p for p in drivers() if str(tmp_path) in " ".join(sessions.command_line(p))],
    )


@pytest.fixture(autouse=True)
def nothing_is_left(healthy_host: None, home: Path) -> Iterator[None]:
    """Whatever a test does: no process of a build outlives it."""
    yield
    left = [process for record in builds() for process in sessions.members(record)]
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    assert not left


@pytest.fixture
def fake(home: Path) -> FakeBuild:
    """A checkout of Octavia whose build only replays one."""
    return make_fake(home / "quick", commit=True)


@pytest.fixture
def slow(home: Path) -> FakeBuild:
    """The same, slow enough to look at it."""
    return make_fake(home / "slow", variables={"slow": "install.d"}, commit=True)


def options(fake: FakeBuild, home: Path) -> list[str]:
    """Return how to build that image."""
    answers = {
        "image.octavia_repository": fake.checkout,
        "image.octavia_ref": "master",
        "image.builder": fake.builder,
        "image.cache_directory": home / "dib",
    }
    return [word for k, v in answers.items() for word in ("--set", f"{k}={v}")]


@pytest.fixture
def build(run: Run, home: Path, fake: FakeBuild) -> Build:
    """Call image build for the fake, or another one."""

    def call(*words: str, of: FakeBuild = fake) -> Result:
        return run("image", "build", *options(of, home), *words)

    return call


def image_of(home: Path) -> Path:
    """Return where the image of the defaults goes."""
    images = home / "cache" / "octavia-wizard" / "images"
    return images / "amphora-x64-haproxy-ubuntu-noble.qcow2"


class Background:
    """An image build of another wizard, in a process of its own."""

    def __init__(self, fake: FakeBuild, home: Path, deploy_dir: Path) -> None:
        words = ["image", "build", "--yes", "--deploy-dir", str(deploy_dir), *options(fake, home)]
        patch = (
            "from octavia_wizard.core.image.build import packages, preflight\n"
            "from tests.cli.test_image import a_host\n"
            "preflight.read_host = a_host()\n"
            "packages.absent_packages = lambda family, names: frozenset()\n"
            "from octavia_wizard.cli import main\n"
            "main()\n"
        )
        self.said = home / "said"
        with self.said.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", patch, *words],
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            )

    def wait_for(self, text: str) -> BuildRecord:
        """Wait until a text is in the log of its build."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            for record in builds():
                if record.log.exists() and text.encode() in record.log.read_bytes():
                    return record
            time.sleep(0.05)
        raise AssertionError(self.said.read_text())

    def end(self) -> int:
        """Wait for its end."""
        return self.process.wait(30)

    def kill(self) -> None:
        """Kill the wizard, not the build."""
        self.process.kill()
        self.process.wait(10)


@pytest.fixture
def brisk(home: Path) -> FakeBuild:
    """The same, that comes to its end within seconds."""
    return make_fake(home / "brisk", variables={"speed": "80"}, commit=True)


@pytest.fixture
def other(slow: FakeBuild, home: Path, deploy_dir: Path) -> Iterator[Background]:
    """A wizard in another terminal that builds slowly."""
    yield from in_background(slow, home, deploy_dir)


@pytest.fixture
def quicker(brisk: FakeBuild, home: Path, deploy_dir: Path) -> Iterator[Background]:
    """A wizard in another terminal that builds."""
    yield from in_background(brisk, home, deploy_dir)


def in_background(fake: FakeBuild, home: Path, deploy_dir: Path) -> Iterator[Background]:
    """Build, and let nothing of it go on afterwards."""
    started = Background(fake, home, deploy_dir)
    yield started
    if started.process.poll() is None:
        started.process.send_signal(signal.SIGINT)
        started.process.wait(30)


class TestSummary:
    """What is shown before anything is built."""

    def test_a_dry_run_says_what_and_how_and_does_nothing(self, build: Build, home: Path) -> None:
        result = build("--dry-run")

        assert result.exit_code == 0, result.stderr
        for text in ("ubuntu-minimal noble", "master", str(image_of(home)), str(home / "dib")):
            assert text in result.stdout
        assert not (home / "state").exists()
        assert not image_of(home).exists()

    def test_as_data_it_is_one_line(self, build: Build, home: Path) -> None:
        (plan, end) = lines_of(build("--dry-run", "--format", "json"))

        assert plan["kind"] == "image-build-plan"
        assert plan["output"] == str(image_of(home))
        assert plan["refs"] == ["master"]
        assert plan["packages_missing"] == []
        assert end["exit_code"] == 0

    def test_neither_cloud_nor_deploy_directory_is_needed(self, home: Path) -> None:
        words = ["image", "build", "--dry-run", "--deploy-dir", str(home / "none")]
        result = CliRunner().invoke(cli, words)

        assert result.exit_code == 0, result.stderr
        assert "https://opendev.org/openstack/octavia, stable/" in result.stdout
        assert not (home / "none").exists()

    def test_a_preset_says_what_is_built(self, run: Run, home: Path) -> None:
        preset = home / "work" / "site.yml"
        preset.write_text("schema: 1\nimage: {source: build, base_os: rocky, size_gib: 4}\n")
        (plan, _) = lines_of(run("image", "build", str(preset), "--dry-run", "--format", "json"))

        assert (plan["base_os"], plan["size_gib"]) == ("rocky", 4)

    def test_a_preset_that_works_on_files_only_can_be_built_from(
        self, run: Run, home: Path
    ) -> None:
        preset = home / "files.yml"
        preset.write_text("schema: 1\ncloud: {mode: files}\nimage: {source: build}\n")
        result = run("image", "build", str(preset), "--dry-run")

        assert "choice-not-available" not in result.output
        assert result.exit_code == 0

    def test_the_file_a_preset_uploads_is_not_what_is_built_over(
        self, run: Run, home: Path
    ) -> None:
        preset = home / "work" / "site.yml"
        preset.write_text("schema: 1\nimage: {source: file, path: mine.qcow2}\n")
        (plan, _) = lines_of(run("image", "build", str(preset), "--dry-run", "--format", "json"))

        assert plan["output"] == str(image_of(home))

    def test_answers_of_the_deployment_are_used(self, run: Run, deploy_dir: Path) -> None:
        from octavia_wizard.core.places import DeploymentPlace

        place = DeploymentPlace.of(deploy_dir)
        place.root.mkdir(parents=True)
        place.autosave.write_text("schema: 1\nimage: {source: build, size_gib: 7}\n")
        result = run("image", "build", "--dry-run")

        assert "a disk of 7 GiB" in result.stdout
        assert str(place.autosave) in result.stderr

    def test_passwords_in_addresses_are_not_shown(self, run: Run) -> None:
        secret = "https://me:hush@git.example/octavia"
        for form in ("text", "json"):
            result = run(
                "image", "build", "--dry-run", "--format", form,
                "--set", f"image.octavia_repository={secret}",
            )  # fmt: skip
            assert "git.example/octavia" in result.stdout
            assert "hush" not in result.output

    def test_it_only_builds(self, build: Build) -> None:
        result = build("--dry-run", "--set", "image.source=file")

        assert result.exit_code == 2
        assert "only builds" in result.stderr


class TestConsent:
    """Nothing is begun that was not agreed to."""

    def test_without_anybody_to_ask_nothing_is_built(self, build: Build) -> None:
        result = build()

        assert result.exit_code == 2
        assert "--yes" in result.stderr
        assert builds() == ()

    def test_a_file_of_somebody_else_is_not_overwritten(self, build: Build, home: Path) -> None:
        mine = home / "mine.qcow2"
        mine.write_text("precious")
        result = build("--yes", "--output", str(mine))

        assert result.exit_code == 4
        assert "was not built by octavia-wizard" in result.stderr
        assert mine.read_text() == "precious"

    def test_what_this_host_lacks_stands_in_the_way(
        self, build: Build, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        absent = frozenset({"debootstrap"})
        monkeypatch.setattr(preflight, "read_host", a_host(absent=absent))
        result = build("--yes")

        assert result.exit_code == 4
        assert "apt-get install debootstrap" in result.stdout
        assert "image-build-packages" in result.stderr
        assert builds() == ()

    def test_a_warning_must_be_accepted(
        self, build: Build, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(preflight, "read_host", a_host(ubuntu_keyring=False))

        refused = build("--yes")
        assert refused.exit_code == 4
        assert "--accept" in refused.stderr
        assert build("--dry-run", "--accept", "image-build-keyring").exit_code == 0


class TestTerminal:
    """Somebody is there to be asked."""

    @pytest.fixture(autouse=True)
    def terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        init = TextOutput.__init__

        def begin(self: TextOutput, **given: Any) -> None:
            init(self, **given)
            self.interactive = bool(given.get("may_ask", True))

        monkeypatch.setattr(TextOutput, "__init__", begin)

    def call(self, home: Path, fake: FakeBuild, answer: str, *words: str) -> Result:
        """Build, and answer the question."""
        arguments = ["image", "build", "--deploy-dir", str(home), *options(fake, home), *words]
        return CliRunner().invoke(cli, arguments, input=answer)

    @pytest.mark.parametrize("answer", ["\n", "n\n", "what?\n"])
    def test_anything_but_a_yes_builds_nothing(
        self, home: Path, fake: FakeBuild, answer: str
    ) -> None:
        result = self.call(home, fake, answer)

        assert result.exit_code == 2
        assert "Build this image? [y/N]" in result.stderr
        assert builds() == ()

    def test_a_yes_builds(self, home: Path, fake: FakeBuild) -> None:
        assert self.call(home, fake, "y\n").exit_code == 0
        assert image_of(home).is_file()

    def test_a_yes_takes_warnings_in(
        self, home: Path, fake: FakeBuild, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(preflight, "read_host", a_host(ubuntu_keyring=False))
        result = self.call(home, fake, "y\n")

        assert "in spite of these warnings?" in result.stderr
        assert result.exit_code == 0, result.stderr

    def test_missing_packages_are_installed_on_consent(
        self, home: Path, fake: FakeBuild, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        absent = {"debootstrap"}
        read = a_host(absent=frozenset(absent))
        monkeypatch.setattr(preflight, "read_host", read)
        monkeypatch.setattr(packages, "absent_packages", lambda family, names: frozenset(absent))
        installed: list[tuple[str, ...]] = []

        def install(names: tuple[str, ...], log: object, cancel: object) -> None:
            installed.append(names)
            absent.clear()

        monkeypatch.setattr(packages, "install", install)
        assert self.call(home, fake, "n\n").exit_code == 2
        assert installed == []
        result = self.call(home, fake, "y\n")

        assert "Install these packages and build this image?" in result.stderr
        assert result.exit_code == 0, result.stderr
        assert installed == [("debootstrap",)]


class TestBuild:
    """From the answers to the image, by a build that only replays one."""

    def test_an_image_is_made(self, build: Build, home: Path) -> None:
        # Not at once: what is over between two looks is not told.
        paced = make_fake(home / "paced", variables={"speed": "100"}, commit=True)
        result = build("--yes", of=paced)

        assert result.exit_code == 0, result.stderr
        assert image_of(home).is_file()
        for text in (f"Built {image_of(home)}", "SHA-512", "image upload --file"):
            assert text in result.stdout
        assert "bootstrapping the base system" in result.stderr
        assert "100 %" in result.stderr
        (record,) = builds()
        assert record.state is BuildState.DONE

    def test_as_data_it_is_told_and_ends_with_the_hash(self, build: Build, home: Path) -> None:
        import hashlib

        lines = lines_of(build("--yes", "--format", "json", "--output", str(home / "a.qcow2")))
        (made,) = [line for line in lines if line["kind"] == "image-built"]
        shares = [line["share"] for line in lines if line.get("event") == "build-progress"]

        assert made["path"] == str(home / "a.qcow2")
        assert made["sha512"] == hashlib.sha512((home / "a.qcow2").read_bytes()).hexdigest()
        assert made["size"] == (home / "a.qcow2").stat().st_size
        assert shares
        assert shares == sorted(shares)
        assert lines[-1] == {
            "schema": 1, "kind": "result", "command": "image build", "exit_code": 0
        }  # fmt: skip

    def test_a_preset_alone_leads_to_its_own_upload(
        self, run: Run, fake: FakeBuild, home: Path
    ) -> None:
        preset = home / "work" / "site.yml"
        preset.write_text(
            f"schema: 1\nimage: {{source: build, octavia_repository: {fake.checkout}, "
            f"octavia_ref: master, builder: {fake.builder}, cache_directory: {home}/dib}}\n"
        )
        result = run("image", "build", str(preset), "--yes")

        assert result.exit_code == 0, result.stderr
        assert f"image upload {preset}" in result.stdout
        assert f"replay {preset}" in result.stdout

    def test_a_failure_is_explained_and_the_former_image_stays(
        self, build: Build, home: Path
    ) -> None:
        assert build("--yes").exit_code == 0
        before = image_of(home).read_bytes()
        broken = make_fake(home / "broken", "image_build_nospace", commit=True)
        result = build("--yes", of=broken)

        assert result.exit_code == 5
        assert "No space left on device" in result.stderr
        assert "98-source-repositories" in result.stderr
        assert "hint: " in result.stderr
        assert str(builds()[0].log) in result.stderr
        assert image_of(home).read_bytes() == before

    def test_ctrl_c_cancels_and_leaves_nothing(
        self, build: Build, slow: FakeBuild, home: Path
    ) -> None:
        over = threading.Event()

        def interrupt() -> None:
            while not over.wait(0.05):
                for record in builds():
                    if record.log.exists() and INSTALLING.encode() in record.log.read_bytes():
                        os.kill(os.getpid(), signal.SIGINT)
                        return

        thread = threading.Thread(target=interrupt)
        thread.start()
        try:
            result = build("--yes", of=slow)
        finally:
            over.set()
            thread.join()

        assert result.exit_code == 130, result.stderr
        assert "cancelling and cleaning up" in result.stderr
        assert "nothing of it is left" in result.stderr
        assert not image_of(home).exists()
        (record,) = builds()
        assert record.state is BuildState.CANCELLED
        assert not alive(record)
        assert not list((home / "tmp").iterdir())
        assert not list(image_of(home).parent.iterdir())


class TestElsewhere:
    """Builds that other wizards began."""

    def test_the_same_image_is_followed_and_not_built_twice(
        self, build: Build, brisk: FakeBuild, quicker: Background
    ) -> None:
        record = quicker.wait_for("Running hooks from")
        result = build(of=brisk)

        assert result.exit_code == 0, result.stderr
        assert "is being built already" in result.stderr
        assert quicker.end() == 0, quicker.said.read_text()
        assert [known.id for known in builds()] == [record.id]

    def test_it_is_listed_with_how_far_it_is(self, run: Run, other: Background) -> None:
        record = other.wait_for(INSTALLING)
        text = run("image", "builds").stdout
        (line, _) = lines_of(run("image", "builds", "--format", "json"))

        assert f"running      {record.id}" in " ".join(text.splitlines())
        assert "install.d" in str(line["builds"][0]["progress"]["phase"])
        assert " %, " in text
        (told,) = line["builds"]
        assert told["state"] == "running"
        assert 0 < told["progress"]["share"] < 1

    def test_it_is_cancelled_from_another_terminal(self, run: Run, other: Background) -> None:
        record = other.wait_for(INSTALLING)
        assert run("image", "cancel").exit_code == 2
        result = run("image", "cancel", record.id, "--yes")

        assert result.exit_code == 0, result.stderr
        assert "nothing is left" in result.stdout
        assert other.end() == 130, other.said.read_text()
        assert builds()[0].state is BuildState.CANCELLED

    def test_one_whose_wizard_was_killed_is_found_and_ended(
        self, run: Run, other: Background
    ) -> None:
        record = other.wait_for(INSTALLING)
        other.kill()

        assert alive(record)
        assert "orphaned" in run("image", "builds").stdout
        assert run("image", "clean").exit_code == 2
        assert alive(record)
        result = run("image", "clean", "--yes")
        assert result.exit_code == 0, result.stderr
        assert not alive(record)
        assert "Nothing to clean up" in run("image", "clean").stdout

    def test_one_whose_wizard_was_killed_is_followed_by_the_next(
        self, build: Build, brisk: FakeBuild, quicker: Background, home: Path
    ) -> None:
        quicker.wait_for("Running hooks from")
        quicker.kill()
        result = build(of=brisk)

        assert result.exit_code == 0, result.stderr
        assert image_of(home).is_file()


class TestNothing:
    """A host on which nothing was built."""

    def test_nothing_is_listed(self, run: Run) -> None:
        assert "No build on this host yet" in run("image", "builds").stdout

    def test_nothing_is_cancelled(self, run: Run) -> None:
        result = run("image", "cancel")

        assert result.exit_code == 0
        assert "No build goes on" in result.stdout

    def test_an_unknown_build_is_told(self, run: Run) -> None:
        result = run("image", "cancel", "20990101T000000Z-dead", "--yes")

        assert result.exit_code == 2
        assert "image builds" in result.stderr

    def test_nothing_is_cleaned_up(self, run: Run) -> None:
        lines = lines_of(run("image", "clean", "--yes", "--format", "json"))

        assert lines[0]["cancelled"] == []
        assert lines[-1]["exit_code"] == 0


def test_the_help_says_wholly_what_each_verb_does(run: Run) -> None:
    _, _, verbs = run("image", "--help").stdout.partition("Verbs:")

    assert "..." not in verbs
    words = " ".join(verbs.split())
    assert "List the builds of this host: those that go on, how others ended, and what" in words
