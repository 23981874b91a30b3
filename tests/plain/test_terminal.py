"""The interview by prompts in a real pseudo-terminal, read as a person reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.places import DeploymentPlace
from tests.plain.terminal import DOWN, ENTER, INTERRUPT, UP, Terminal

Start = Callable[..., Terminal]


@pytest.fixture
def start(deploy_dir: Path) -> Iterator[Start]:
    """Start the plain interview in a terminal of some type."""
    started: list[Terminal] = []

    def begin(
        term: str = "xterm-256color",
        *arguments: str,
        environ: dict[str, str] | None = None,
        size: tuple[int, int] = (24, 80),
    ) -> Terminal:
        words = arguments or ("guide", "--plain")
        terminal = Terminal(
            "--deploy-dir", str(deploy_dir), *words, term=term, environ=environ, size=size
        )
        started.append(terminal)
        return terminal

    yield begin
    for terminal in started:
        terminal.child.close(force=True)


def tour(terminal: Terminal) -> None:
    """See lists, a table, a picture, help, the menu and the preview, and leave."""
    terminal.wait_for("Leave")
    line = "" if "\x1b" in terminal.raw else ENTER
    terminal.send(f"1{line}")
    terminal.wait_for("How to work")
    terminal.send(DOWN + ENTER if not line else f"files{line}")
    terminal.wait_for("OpenStack-Ansible release")
    terminal.send(f"33.0.1{ENTER}")
    terminal.wait_for("Service project  cloud")
    terminal.send(f"?{ENTER}")
    terminal.wait_for("in a preset")
    terminal.send(f"v{ENTER}")
    terminal.send(f"!{ENTER}")
    terminal.wait_for("back to the question")
    terminal.send(ENTER)
    terminal.send(ENTER)
    terminal.wait_for("Leave")
    terminal.send(f"p{line}")
    terminal.settle()
    terminal.wait_for("Leave")
    terminal.send(f"q{line}")
    assert terminal.end() == 0


class TestWithACursor:
    """On a usual terminal, lists are walked with arrow keys."""

    def test_a_choice_is_made_and_kept(self, start: Start, deploy_dir: Path) -> None:
        terminal = start()
        terminal.wait_for("Leave")
        terminal.send("1")
        terminal.wait_for("< back, ? why")
        terminal.send(DOWN + ENTER)
        terminal.wait_for("OpenStack-Ansible release  cloud")
        terminal.send("?" + ENTER)
        terminal.wait_for("in a preset")
        terminal.send(INTERRUPT)
        terminal.wait_for("every answer is kept")

        assert terminal.end() == 130
        assert "mode: files" in DeploymentPlace.of(deploy_dir).autosave.read_text()

    def test_one_can_go_back_and_leave(self, start: Start) -> None:
        terminal = start()
        terminal.wait_for("Leave")
        terminal.send("1")
        terminal.wait_for("< back")
        terminal.send("<")
        terminal.wait_for("How to work: <")
        terminal.wait_for("Leave")
        terminal.send(UP * 20)
        terminal.send("q")

        assert terminal.end() == 0

    def test_a_long_list_is_narrowed_by_typing_and_taken_by_the_arrow(
        self, start: Start, deploy_dir: Path
    ) -> None:
        terminal = start()
        terminal.wait_for("Leave")
        terminal.send("1")
        terminal.wait_for("< back")
        terminal.send(DOWN + ENTER)
        terminal.wait_for("18 to choose from")
        terminal.wait_for("2026.1 Gazpacho")
        terminal.send("Zed")
        terminal.settle()
        assert "Gazpacho" not in terminal.text
        terminal.send(DOWN + ENTER)
        terminal.wait_for("Service project  cloud")
        terminal.send(INTERRUPT)

        assert terminal.end() == 130
        assert "release: 26.5.3" in DeploymentPlace.of(deploy_dir).autosave.read_text()

    def test_a_path_is_completed(self, start: Start, deploy_dir: Path, home: Path) -> None:
        (home / "certificates").mkdir()
        terminal = start()
        terminal.wait_for("Leave")
        terminal.send("4")
        terminal.wait_for("< back")
        terminal.send(ENTER)
        terminal.wait_for("Directory  certificates.directory")
        terminal.send(f"{home}/certif")
        terminal.settle()
        terminal.send("\t")
        terminal.settle()
        terminal.send(ENTER)
        terminal.settle()
        terminal.send(ENTER)
        terminal.wait_for("Key type")
        terminal.send(INTERRUPT)

        assert terminal.end() == 130
        kept = DeploymentPlace.of(deploy_dir).autosave.read_text()
        assert f"directory: {home}/certificates" in kept

    def test_missing_answers_are_asked_on_replay(
        self, start: Start, files_preset: Path, deploy_dir: Path
    ) -> None:
        text = files_preset.read_text()
        files_preset.write_text(
            text.replace(
                "network: {", "network: {provider_type: vlan, physical_network: physnet1, "
            )
        )
        terminal = start("xterm-256color", "replay", str(files_preset))
        terminal.wait_for("network.segmentation_id")
        terminal.send("400" + ENTER)
        terminal.wait_for("[y/N]")
        terminal.send("n" + ENTER)

        assert terminal.end() == 2
        assert not (deploy_dir / "user_variables_octavia.yml").exists()


class TestWithoutACursor:
    """On a serial line everything is lines, and no escape code is sent."""

    @pytest.mark.parametrize("term", ["dumb", "unknown", ""])
    def test_it_falls_back_and_says_why(self, start: Start, term: str) -> None:
        terminal = start(term, "guide")
        terminal.wait_for(f"the terminal type is {term or 'not set'}")
        terminal.wait_for("Leave")
        terminal.send("Leave" + ENTER)

        assert terminal.end() == 0
        assert "\x1b" not in terminal.raw

    def test_a_line_without_a_size_is_one(self, start: Start) -> None:
        terminal = start("vt100", "guide", size=(0, 0))
        tour(terminal)

        assert "the terminal has no size" in terminal.raw
        assert "\x1b" not in terminal.raw

    def test_it_can_be_asked_for_on_any_terminal(self, start: Start) -> None:
        terminal = start("xterm-256color", "guide", "--lines")
        tour(terminal)

        assert "\x1b" not in terminal.raw

    def test_nothing_is_drawn_twice(self, start: Start) -> None:
        terminal = start("dumb")
        tour(terminal)

        assert "\x1b" not in terminal.raw
        assert "\r" not in terminal.raw.replace("\r\n", "")
        assert "\b" not in terminal.raw

    def test_ctrl_c_keeps_the_answers(self, start: Start, deploy_dir: Path) -> None:
        terminal = start("dumb")
        terminal.wait_for("Leave")
        terminal.send("1" + ENTER)
        terminal.wait_for("How to work")
        terminal.send("files" + ENTER)
        terminal.wait_for("OpenStack-Ansible release")
        terminal.send(INTERRUPT)

        assert terminal.end() == 130
        assert "mode: files" in DeploymentPlace.of(deploy_dir).autosave.read_text()


class TestPoorTerminals:
    """Colour and signs are only used where they can be shown."""

    @pytest.mark.parametrize("term", ["xterm-256color", "vt100", "linux", "dumb"])
    def test_no_color_means_none_at_all(self, start: Start, term: str) -> None:
        terminal = start(term, environ={"NO_COLOR": "1"})
        tour(terminal)

        assert terminal.colours == set()

    def test_a_vt100_gets_none_unasked(self, start: Start) -> None:
        terminal = start("vt100")
        tour(terminal)

        assert terminal.colours == set()

    def test_a_usual_terminal_gets_some(self, start: Start) -> None:
        terminal = start("xterm-256color")
        tour(terminal)

        assert terminal.colours

    @pytest.mark.parametrize("term", ["xterm-256color", "vt100", "dumb"])
    def test_in_the_c_locale_only_ascii_is_sent(self, start: Start, term: str) -> None:
        terminal = start(term, environ={"LANG": "C"})
        tour(terminal)

        assert terminal.raw.isascii()

    def test_the_linux_console_gets_ascii_too(self, start: Start) -> None:
        terminal = start("linux")
        tour(terminal)

        assert terminal.raw.isascii()

    @pytest.mark.parametrize("term", ["vt100", "dumb"])
    def test_sixty_columns_are_enough(self, start: Start, term: str) -> None:
        terminal = start(term, size=(24, 60))
        tour(terminal)
        # What is to be copied, such as a path or a line of a file, is not broken.
        listed = [
            row for row in terminal.raw.split("\r\n") if row.startswith("  ") and ")  " in row
        ]

        assert term == "vt100" or max(map(len, listed)) <= 60
