"""Choosing a file or a directory of this host."""

from __future__ import annotations

import os
from datetime import datetime
from functools import partial
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from octavia_wizard.core.browse import (
    EntryKind,
    Folder,
    PathEntry,
    browse,
    nearest,
    printable,
    size_text,
    where,
)
from octavia_wizard.core.views.model import Role
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.filtered import Entry, FilteredList, FilterLine
from octavia_wizard.screens.frame import WizardScreen
from octavia_wizard.screens.listing import Row
from octavia_wizard.screens.wording import fit
from octavia_wizard.screens.workers.threads import in_thread

_COLUMNS = ("Name", "Size", "Mode", "Changed")
_UP = ".."


class PathList(FilteredList):
    """Names in a directory; of a path that is typed, the part after the last slash is searched."""

    HINT = "type to narrow the list, or a path to go there"

    def searched(self, text: str) -> str:
        """Return what is to be found in the names."""
        return needle(text)


class PathPickScreen(WizardScreen[Path | None]):
    """A directory to go through; ends with the path chosen, links in it as they are written."""

    DEFAULT_CSS = "PathPickScreen #where { height: 1; padding: 0 1; }"
    BINDINGS = [
        Binding(
            "enter",
            "pick",
            "open or choose",
            priority=True,
            id="paths.pick",
            tooltip="Open this directory, or take this file",
        ),
        Binding(
            "ctrl+o",
            "here",
            "this directory",
            priority=True,
            id="paths.here",
            tooltip="Take the directory that is shown",
        ),
        Binding(
            "f5",
            "look_again",
            "look again",
            show=False,
            id="wizard.read_again",
            tooltip="Read the directory again",
        ),
        Binding(
            "escape", "leave", "back", priority=True, id="paths.leave", tooltip="Choose nothing"
        ),
    ]
    purpose = (
        "Choose a file or a directory of this host. Enter opens a directory or chooses a file; "
        "Backspace with nothing typed goes up; Ctrl+O chooses the directory you see. Type to "
        "narrow the list, or a path that begins with / or ~/ to go there. Names that begin with "
        "a dot are shown when what you type begins with one."
    )

    def __init__(self, title: str, at: str = "") -> None:
        super().__init__()
        self.place = f"{title} ▸ choose"
        self._at = at
        self._folder = Folder("/")
        self._home = "/"
        """The directory gone to; a path that is typed leads away from it only while it stands."""
        self._under = ""
        """Where the cursor is to be while nothing is typed."""
        self._listed: tuple[str, str] | None = None
        """The directory that is shown, and the text it is narrowed down by."""
        self._entries: dict[str, PathEntry] = {}

    def body(self) -> ComposeResult:
        """Yield where one is, and what is there."""
        yield Static(id="where", markup=False)
        yield PathList(self._draw, empty="", columns=_COLUMNS)

    def on_mount(self) -> None:
        """Begin at what was typed so far, or the nearest directory to it that exists."""
        super().on_mount()
        self.begin()

    @property
    def listing(self) -> PathList:
        """Return the list."""
        return self.query_one(PathList)

    def show_news(self) -> None:
        """Write where one is, in the width there is."""
        folder = self._folder
        parts: list[Content] = [Content.styled("In       ", "$foreground 60%")]
        room = max(self.size.width - 11, 10)
        if folder.problem:
            trouble = f"{glyphs.ERROR} {folder.problem}"
            path = fit(printable(folder.path), max(room - len(trouble) - 2, 8))
            parts += [Content(f"{path}  "), Content.styled(trouble, "$text-error")]
        else:
            parts.append(Content(fit(printable(folder.path), room)))
        self.query_one("#where", Static).update(Content("").join(parts))

    # --- reading directories

    @work(exclusive=True, group="folder")
    async def begin(self) -> None:
        """Read the first directory."""
        directory, name = await in_thread(partial(nearest, self._at), "path")
        await self._go(directory, name)

    @work(exclusive=True, group="folder")
    async def go(self, directory: str, name: str = "") -> None:
        """Go to a directory, with the cursor on a name."""
        await self._go(directory, name)

    async def _go(self, directory: str, name: str) -> None:
        self._home, self._under, self._listed = directory, name, None
        # Emptying the line may start another worker in place of this one; it does the same.
        self.listing.field.value = ""
        await self._follow("")

    @work(exclusive=True, group="folder")
    async def follow(self, text: str) -> None:
        """Show the directory a typed text means."""
        await self._follow(text)

    async def _follow(self, text: str) -> None:
        directory = where(text)[0] if is_path(text) else self._home
        if (directory, text) == self._listed:
            # The cursor may have been moved meanwhile.
            return
        if directory != self._folder.path:
            await self._read(directory)
        self._listed = (directory, text)
        self._list(needle(text) or self._under)

    async def _read(self, directory: str) -> None:
        self.listing.say(f"{glyphs.RUNNING} reading")
        self._folder = await in_thread(partial(browse, directory), "folder")
        self.listing.say("" if self._folder.complete else "not all of it: type the path")
        self.show_news()

    def _list(self, name: str) -> None:
        """Show the entries, with the cursor on a name where there is one."""
        dotted = needle(self.listing.field.value).startswith(".")
        self._entries = {
            e.name: e for e in self._folder.entries if dotted or not e.hidden or e.name == name
        }
        entries = [Entry(entry, entry) for entry in self._entries]
        if self._folder.parent != self._folder.path:
            entries.insert(0, Entry(_UP, _UP))
        self.listing.explain(self._nothing())
        self.listing.fill(entries, name if name in self._entries else None)

    def _nothing(self) -> str:
        return f"{self._folder.path} is empty." if not self._folder.problem else ""

    def _draw(self, name: str) -> Row:
        if name == _UP:
            return Row(_UP, (f"{_UP}/",), (Role.QUIET,))
        return entry_row(self._entries[name])

    # --- keys

    @on(FilteredList.Typed)
    def _typed(self, event: FilteredList.Typed) -> None:
        self.follow(event.text)

    @on(FilterLine.Erased)
    def _erased(self) -> None:
        self._up()

    def _up(self) -> None:
        if self._folder.parent != self._folder.path:
            self.go(self._folder.parent, os.path.basename(self._folder.path))

    async def action_pick(self) -> None:
        """Open the directory under the cursor, or end with the file there."""
        await self.listing.typed()
        text = self.listing.field.value
        await self._follow(text)
        arrived = is_path(text) and not needle(text) and not self._folder.problem
        if arrived and self.listing.current == _UP:
            # Who types a path to its last slash and presses Enter wants in, not up again.
            self.go(self._folder.path)
        elif self.listing.current is not None:
            self._pick(self.listing.current)

    @on(FilteredList.Chosen)
    def _clicked(self, event: FilteredList.Chosen) -> None:
        self._pick(event.id)

    def _pick(self, name: str) -> None:
        if name == _UP:
            self._up()
            return
        entry = self._entries[name]
        path = os.path.join(self._folder.path, name)
        if entry.kind is EntryKind.DIRECTORY:
            self.go(path)
        elif entry.kind is EntryKind.FILE:
            self.dismiss(Path(path))
        else:
            self.listing.say(f"{glyphs.ERROR} not chosen: {entry.kind}")

    async def action_here(self) -> None:
        """End with the directory that is shown."""
        await self.listing.typed()
        await self._follow(self.listing.field.value)
        if self._folder.problem:
            self.listing.say(f"{glyphs.ERROR} not chosen: {self._folder.problem}")
        else:
            self.dismiss(Path(self._folder.path))

    def action_look_again(self) -> None:
        """Read the directory afresh; what is typed stays."""
        self._folder, self._listed = Folder(""), None
        self.follow(self.listing.field.value)

    def action_leave(self) -> None:
        """End without a path."""
        self.dismiss(None)


def is_path(text: str) -> bool:
    """Say whether a typed text leads to a directory of its own."""
    return text.startswith(("/", "~")) and "/" in text


def needle(text: str) -> str:
    """Return what of a typed text is searched in the names of a directory."""
    return text.rpartition("/")[2] if is_path(text) else text


def entry_row(entry: PathEntry) -> Row:
    """Draw a name with its size, mode, and time of the last change."""
    name = entry.name + ("/" if entry.kind is EntryKind.DIRECTORY else "")
    if entry.target:
        name += f" → {entry.target}"
    if entry.kind not in (EntryKind.DIRECTORY, EntryKind.FILE):
        return Row(entry.name, (name, str(entry.kind)), (Role.QUIET, Role.ATTENTION))
    sized = entry.kind is EntryKind.FILE and entry.size is not None
    size = size_text(entry.size or 0).rjust(8) if sized else ""
    mode = "" if entry.mode is None else f"{entry.mode:04o}"
    when = "" if entry.changed is None else _time(entry.changed)
    quiet = (Role.QUIET,) * 3
    first = Role.STRONG if entry.kind is EntryKind.DIRECTORY else Role.PLAIN
    return Row(entry.name, (name, size, mode, when), (first, *quiet))


def _time(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError, OSError):
        return "?"
