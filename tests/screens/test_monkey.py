"""Any key on any screen in any order: nothing breaks, and the answers on disk can be loaded."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from octavia_wizard.core.answers.load import load_preset
from octavia_wizard.core.facts.resources import Flavor, Image, Network, Subnet
from octavia_wizard.core.session import Session
from octavia_wizard.screens.hub import HubScreen
from tests.fakes import SERVICE, FakeCloud
from tests.screens.conftest import COMPLETE, Desk, Opened

PRESSES = int(os.environ.get("OCTAVIA_WIZARD_TEST_MONKEY_PRESSES", "250"))
"""Keys pressed for each seed; raised by hand for a longer look."""
SEEDS = [int(n) for n in os.environ.get("OCTAVIA_WIZARD_TEST_MONKEY_SEEDS", "1").split(",")]
EVIL = (
    "[red]net",
    "[@click=app.quit]x[/]",
    "[/]",
    "\x1b[31mred\x1b]0;title\x07",
    "two\nlines\ttab",
    "\u202ertl \u05e9\u05dc\u05d5\u05dd",
    "管理网络" * 10,
    "n" * 300,
    "$foreground {x} %s",
    "",
)
"""What somebody may have called a thing in the cloud."""
_KEYS = (
    *(f"f{number}" for number in range(1, 13)),
    *("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "home", "end"),
    *("pageup", "pagedown", "space", "backspace", "delete", "slash", "question_mark", "minus"),
    *("left_square_bracket", "right_square_bracket", "full_stop"),
    *("ctrl+n", "ctrl+r", "ctrl+s", "ctrl+c", "ctrl+x", "ctrl+v", "ctrl+p", "ctrl+q"),
    *"0123456789abcdefghijklmnopqrstuvwxyzAKY",
)
_OFTEN = ("enter", "down", "up", "escape", "f4", "tab", "right", "y")
_SIZES = ((80, 24), (120, 36), (20, 5), (60, 15), (200, 60), (1, 1), (110, 24))


@dataclass
class Monkey:
    """Presses keys, pastes texts and changes the size, by a seed."""

    desk: Desk
    dice: random.Random
    told: list[str] = field(default_factory=list)
    """What was done last, to find one's way when something broke."""
    seen: set[str] = field(default_factory=set)
    """Screens that were come by."""

    async def act(self) -> None:
        """Do one thing."""
        app, what = self.desk.app, self.dice.random()
        self.seen.add(type(app.screen).__name__)
        if what < 0.01:
            size = self.dice.choice(_SIZES)
            self.told.append(f"resize {size}")
            await self.desk.pilot.resize_terminal(*size)
        elif what < 0.02:
            self.told.append("paste")
            await self.desk.paste(self.dice.choice(EVIL) * self.dice.choice((1, 50)))
        elif what < 0.05 and isinstance(app.screen, HubScreen):
            self.told.append("section")
            app.show_section(self.dice.choice(("network", "certificates", "variables", "image")))
        else:
            key = self.dice.choice(_OFTEN if self.dice.random() < 0.3 else _KEYS)
            self.told.append(f"{type(app.screen).__name__}:{key}")
            await self.desk.pilot.press(key)


def _evil(cloud: FakeCloud) -> None:
    for place, name in enumerate(EVIL):
        cloud.networks[f"n{place}"] = Network(f"n{place}", name, SERVICE, "vlan", name)
        cloud.subnets[f"s{place}"] = Subnet(f"s{place}", name, f"n{place}", SERVICE, "10.0.0.0/16")
        cloud.flavors[f"f{place}"] = Flavor(f"f{place}", name, 1, 1024, 20)
        cloud.images[f"i{place}"] = Image(f"i{place}", name, "active", SERVICE, tags=(name,))


async def _play(opened: Opened, session: Session, dice: random.Random, presses: int) -> set[str]:
    seen: set[str] = set()
    while presses > 0:
        async with opened(toasts=True) as desk:
            monkey = Monkey(desk, dice)
            try:
                while presses > 0 and desk.app._exit is False and desk.app.is_running:
                    presses -= 1
                    await monkey.act()
                    if presses % 50 == 0:
                        await desk.settle()
            except Exception as error:
                error.add_note(f"after {' '.join(monkey.told[-40:])}")
                raise
            seen |= monkey.seen
        assert desk.app.bug is None
        if session.place.autosave.exists():
            load_preset(session.place.autosave)
    return seen


@pytest.mark.parametrize("seed", SEEDS)
async def test_any_keys_in_any_order_break_nothing(
    opened: Opened,
    session: Session,
    cloud: FakeCloud,
    image: Path,
    seed: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An exception would end the app and this test."""
    monkeypatch.chdir(image.parent)
    _evil(cloud)
    for key, text in {**COMPLETE, "image.path": str(image)}.items():
        session.give_text(key, text)
    dice = random.Random(seed)  # noqa: S311  # to be repeated, not to be safe
    assert len(await _play(opened, session, dice, PRESSES)) > 4
