"""Every key that is shown can be put elsewhere, is told as it is now, and never breaks a screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.screen import Screen

from octavia_wizard.core.session import Session
from octavia_wizard.core.settings import Settings, load_settings
from octavia_wizard.screens.app import WizardApp
from octavia_wizard.screens.explain import HelpScreen
from octavia_wizard.screens.frame import KeysLine, WizardScreen
from octavia_wizard.screens.key_panel import KeyPanel
from octavia_wizard.screens.keys import bindings_of, catalogue, key_map, places, told_in_help
from octavia_wizard.screens.preview import PreviewScreen
from octavia_wizard.screens.section import QuestionsScreen
from tests.screens.conftest import Desk, Opened


def _settings(tmp_path: Path, **keys: str) -> Settings:
    path = tmp_path / "settings.yml"
    lines = [f"  {name.replace('__', '.')}: {key!r}" for name, key in keys.items()]
    path.write_text("\n".join(["keys:", *lines]))
    return load_settings(path)


def _keys_line(desk: Desk) -> str:
    return desk.lines()[-1]


PLACES = [place for place in places(WizardApp) if issubclass(place, WizardScreen | WizardApp)]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_every_key_that_is_shown_has_an_id_and_says_what_it_does(place: type) -> None:
    for key, binding in bindings_of(place).items():
        if binding.show and binding.description:
            assert binding.id, f"{key} of {place.__name__} has no id"
            assert "." in binding.id
            assert binding.tooltip, f"{key} of {place.__name__} does not say what it does"


def test_an_id_means_the_same_wherever_it_works() -> None:
    actions: dict[str, set[str]] = {}
    for place in PLACES:
        for binding in bindings_of(place).values():
            if binding.id:
                actions.setdefault(binding.id, set()).add(binding.action)
    several = {name for name, found in actions.items() if len(found) > 1}
    assert several <= {"wizard.read_again"}, several


async def test_a_key_that_was_moved_works_and_is_shown(opened: Opened, tmp_path: Path) -> None:
    settings = _settings(tmp_path, wizard__preview="F3", section__back="ctrl+t")
    async with opened(settings=settings) as desk:
        assert "F3 preview" in _keys_line(desk)
        assert "F2" not in _keys_line(desk)
        await desk.press("2", "f2")
        assert isinstance(desk.app.screen, QuestionsScreen)
        assert "Ctrl+T back" in _keys_line(desk)
        await desk.press("f3")
        assert isinstance(desk.app.screen, PreviewScreen)
        await desk.press("f2", "ctrl+t")
        assert not isinstance(desk.app.screen, QuestionsScreen)


async def test_the_help_page_tells_the_keys_as_they_are_now(opened: Opened, tmp_path: Path) -> None:
    async with opened(settings=_settings(tmp_path, wizard__where="f12", hub__open="o")) as desk:
        await desk.press("f1")
        assert isinstance(desk.app.screen, HelpScreen)
        told = dict(desk.app.screen._keys)
        assert told["O"] == "Open the section"
        assert told["F12"] == "Say where the answers are saved"
        assert "Ctrl+S" not in told


async def test_two_keys_can_change_places(opened: Opened, tmp_path: Path) -> None:
    settings = _settings(tmp_path, wizard__preview="f5", wizard__read_again="f2")
    async with opened(settings=settings) as desk:
        assert not desk.app.greeting
        await desk.press("f5")
        assert isinstance(desk.app.screen, PreviewScreen)


async def test_several_keys_can_do_one_thing(opened: Opened, tmp_path: Path) -> None:
    async with opened(settings=_settings(tmp_path, hub__open="enter,o")) as desk:
        await desk.press("o")
        assert isinstance(desk.app.screen, QuestionsScreen)
        await desk.press("escape", "enter")
        assert isinstance(desk.app.screen, QuestionsScreen)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (
            {"wizard__previw": "f3"},
            "keys.wizard.previw: there is no such id (did you mean wizard.preview?)",
        ),
        ({"wizard__preview": "f99"}, "'f99' is no key (write it as f3, ctrl+t, pgdn or x)"),
        (
            {"wizard__preview": "ctrl+q"},
            "Ctrl+Q is leave already; F2 stays (move wizard.leave too)",
        ),
        ({"wizard__preview": "f1"}, "F1 is "),
        (
            {"wizard__preview": "p"},
            "P is typed in fields (choose a function key, or one with Ctrl)",
        ),
        ({"wizard__preview": "ctrl+w"}, "Ctrl+W edits text or moves in lists"),
        ({"hub__run": "down"}, "↓ edits text or moves in lists"),
        ({"apply__retry": "n"}, "N is what next already; R stays (move apply.next too)"),
        ({"review__apply": "ctrl+c"}, "Ctrl+C edits text or moves in lists"),
    ],
)
def test_a_key_that_cannot_be_had_is_told_in_one_line_and_the_default_stays(
    session: Session, tmp_path: Path, keys: dict[str, str], told: str
) -> None:
    settings = _settings(tmp_path, **keys)
    app = WizardApp(session, settings=settings)
    (line,) = app.greeting
    assert line.startswith(f"{settings.source}:2: keys.")
    assert told in line
    assert app.key_map == {}


def test_one_wrong_key_leaves_the_others(tmp_path: Path) -> None:
    keys = {"wizard__preview": "f3", "wizard__where": "f3", "wizard__keys": "f99"}
    settings = _settings(tmp_path, **keys)
    found, problems = key_map(WizardApp, settings)
    assert found == {"wizard.preview": "f3"}
    assert {problem.key for problem in problems} == {"keys.wizard.where", "keys.wizard.keys"}
    assert {problem.line for problem in problems} == {3, 4}


def test_every_key_may_be_put_on_a_free_function_key() -> None:
    for name in catalogue(WizardApp):
        settings = Settings(keys={name: "f24"})
        assert key_map(WizardApp, settings) == ({name: "f24"}, [])


@pytest.mark.parametrize(("size", "beside"), [((80, 24), False), ((120, 36), True)])
async def test_the_panel_of_keys_comes_goes_and_leaves_room(
    opened: Opened, size: tuple[int, int], beside: bool
) -> None:
    async with opened(size=size) as desk:
        await desk.press("2", "f10")
        panel = desk.app.screen.query_one(KeyPanel)
        assert (panel.region.x > 0) is beside
        text = " ".join(desk.text().split())
        assert "Ctrl+Q Leave; every answer is kept" in text
        assert "Network name" in text
        line = desk.app.screen.query_one(KeysLine)
        assert line.region.width > 0
        assert desk.app.focused is not None
        assert desk.app.focused not in panel.query("*")
        await desk.press("f10")
        assert not desk.app.screen.query(KeyPanel)


async def test_the_panel_follows_the_focus(opened: Opened) -> None:
    async with opened() as desk:
        await desk.press("2", "f10")
        assert "←→" in desk.text()
        await desk.press("down", "down")
        panel = desk.app.screen.query_one(KeyPanel)
        assert "Why this is asked" in str(panel.query_one("#key-text").render())
        assert "←→" not in str(panel.query_one("#key-text").render())


async def test_where_there_is_no_room_for_the_panel_the_help_page_is_named(opened: Opened) -> None:
    async with opened(size=(50, 15), toasts=True) as desk:
        await desk.press("f10")
        assert not desk.app.screen.query(KeyPanel)
        assert "F1 tells the keys here" in desk.text()


async def test_the_palette_leads_to_the_panel(opened: Opened) -> None:
    async with opened() as desk:
        await desk.press("ctrl+p")
        await desk.type("keys")
        await desk.pilot.pause(0.5)
        await desk.press("enter")
        assert desk.app.screen.query(KeyPanel)


async def test_help_is_told_of_keys_that_work_only(opened: Opened) -> None:
    async with opened() as desk:
        screen: Screen[object] = desk.app.screen
        assert "A" not in dict(told_in_help(screen))
