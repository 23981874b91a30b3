"""How long after a key the narrowed list is on the screen, beside Textual's own OptionList.

    python -m tests.benchmarks.filter_networks [--networks 10000] [--rounds 5]

A name is typed letter by letter, and taken back, in the picker of the wizard as it is. The same
letters go to an Input above an OptionList that shows every match, and to one that stops at as
many rows as the picker does. The time runs from the key to the first frame, written out as the
terminal gets it, in which the whole list has followed it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual import on
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.session import Options, Session
from octavia_wizard.screens.app import WizardApp
from octavia_wizard.screens.filtered import LIMIT, FilteredList
from octavia_wizard.screens.picker import PickScreen
from tests.fakes import FakeCloud

TYPED = "net-07772 vlan"
TARGET = 50.0
"""Milliseconds within which 95 of 100 keys must be on the screen."""


def cloud_of(number: int) -> FakeCloud:
    """Return a cloud of so many networks, each with a subnet."""
    cloud = FakeCloud(name="site")
    for n in range(number):
        network = Network(f"id-{n:05}", f"net-{n:05}", "p", "vlan", "physnet1", n % 4000, 1500)
        cloud.networks[network.id] = network
        cidr = f"10.{n // 250 % 250}.{n % 250}.0/24"
        cloud.subnets[f"s{n}"] = Subnet(f"s{n}", "", network.id, "p", cidr)
    return cloud


class Peer(App[None]):
    """A line to type in above an OptionList, as one writes it with what Textual ships."""

    def __init__(self, lines: Sequence[str], limit: int | None) -> None:
        super().__init__()
        self.lines = [(line, line.casefold()) for line in lines]
        self.limit = limit
        self.shown = ""

    def compose(self) -> ComposeResult:
        """Yield the line and the list."""
        yield Input(compact=True)
        yield OptionList(compact=True, markup=False)

    def on_mount(self) -> None:
        """Show every line."""
        self.query_one(Input).focus()
        self.fill("")

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Show the lines that hold every word."""
        self.fill(event.value)

    def fill(self, text: str) -> None:
        """Show the lines that hold every word of a text."""
        words = text.casefold().split()
        found = [line for line, folded in self.lines if all(word in folded for word in words)]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(line) for line in found[: self.limit])
        options.highlighted = 0 if found else None
        self.shown = text


class Stopwatch:
    """Takes the time of each key until a frame is written that shows what it did."""

    def __init__(self, app: App[Any], shows: Callable[[str], bool]) -> None:
        self.app, self.shows = app, shows
        self.wanted, self.reached = "", asyncio.Event()
        self.times: list[float] = []
        self._display = app._display
        app._display = self._frame  # type: ignore[method-assign]

    def _frame(self, screen: object, renderable: object) -> None:
        self._display(screen, renderable)  # type: ignore[arg-type]
        if isinstance(renderable, CompositorUpdate):
            # Without a terminal Textual leaves this out; an operator's keys wait for it.
            renderable.render_segments(self.app.console)
            if self.shows(self.wanted):
                self.reached.set()

    async def press(self, key: str, character: str | None, wanted: str) -> None:
        """Press a key, and wait until the list shows what this text finds."""
        self.wanted = wanted
        self.reached.clear()
        began = time.perf_counter()
        self.app.post_message(Key(key, character))
        await asyncio.wait_for(self.reached.wait(), 30)
        self.times.append((time.perf_counter() - began) * 1000)

    async def type(self, text: str) -> None:
        """Type a text, and take it back."""
        for end in range(1, len(text) + 1):
            char = text[end - 1]
            await self.press(char, char, text[:end])
        for end in range(len(text) - 1, -1, -1):
            await self.press("backspace", None, text[:end])


async def time_picker(number: int, rounds: int) -> list[float]:
    """Time the picker of the wizard."""
    cloud = cloud_of(number)

    def looker(one: Session) -> None:
        one.facts = replace(one.facts, cloud=cloud.read(frozenset(Part), None))

    with tempfile.TemporaryDirectory() as directory:
        os.environ["XDG_STATE_HOME"] = directory
        session = Session(Options(Path(directory), environ={"HOME": directory}))
        session.give("cloud.name", "site")
        session.give("network.mode", "adopt")
        app = WizardApp(session, looker=looker)
        async with app.run_test(size=(80, 24)) as pilot:
            await app.workers.wait_for_complete()
            app.push_screen(PickScreen(session.question("network.existing"), None, None))
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.pause()
            listing = app.screen.query_one(FilteredList)
            watch = Stopwatch(app, lambda text: listing.shown == text)
            for _ in range(rounds):
                await watch.type(TYPED)
    return watch.times


async def time_peer(number: int, rounds: int, limit: int | None) -> list[float]:
    """Time the OptionList."""
    networks = cloud_of(number).networks.values()
    app = Peer([f"{n.name}  {n.provider_type} {n.segmentation_id} {n.id}" for n in networks], limit)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        watch = Stopwatch(app, lambda text: app.shown == text)
        for _ in range(rounds):
            await watch.type(TYPED)
    return watch.times


def say(line: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{line}\n")


def told(name: str, times: Sequence[float]) -> tuple[float, float]:
    """Print and return the median and the 95th percentile in milliseconds."""
    cuts = statistics.quantiles(times, n=20)
    middle, high = statistics.median(times), cuts[18]
    say(f"{name:38} p50 {middle:8.1f} ms   p95 {high:8.1f} ms   ({len(times)} keys)")
    return middle, high


def main() -> int:
    """Time all three in one run, and say how they compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--networks", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    number, rounds = options.networks, options.rounds
    ours = told(f"PickScreen, {number} networks", asyncio.run(time_picker(number, rounds)))
    capped = asyncio.run(time_peer(number, rounds, LIMIT))
    full = asyncio.run(time_peer(number, 1, None))
    peers = (told(f"OptionList, at most {LIMIT} rows", capped), told("OptionList, all rows", full))
    for name, peer in zip(("at most as many rows", "all rows"), peers, strict=True):
        ratios = f"{peer[0] / ours[0]:.1f} x p50, {peer[1] / ours[1]:.1f} x p95"
        say(f"OptionList with {name}: {ratios}")
    say(f"target: p95 within {TARGET:.0f} ms: {'kept' if ours[1] <= TARGET else 'MISSED'}")
    return 0 if ours[1] <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
