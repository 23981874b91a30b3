"""The runbook as a page: well-formed, self-contained, and no name from outside becomes markup."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.handover_model import Handover, Made, Place
from octavia_wizard.core.runbook import runbook_text
from octavia_wizard.core.runbook_html import runbook_html, write_html
from tests.core.test_runbook import HANDOVER

ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "main"),
    *("h1", "h2", "p", "ul", "ol", "li", "pre", "code"),
}
HOSTILE = (
    "</code><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "`</code>` & <b>",
    "a\x00b\x1b[31m\u202egnp.exe",
    "</title><script>",
    "{title}{0}",
    "]]> --> <!--",
    "&lt;script&gt; &#x3c;",
    "[x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "\ud800 \ufffe",
)


def parsed(page: str) -> Element:
    """Read a page as a validator does: the first fault ends it."""
    reader = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    found: Element = reader.parse(page)
    return found


def elements(page: str) -> Iterator[Element]:
    """Return all elements of a page."""
    return parsed(page).iter()


def texts(page: str) -> str:
    """Return what a person reads."""
    return "".join(parsed(page).itertext())


def with_name(name: str) -> Handover:
    """Return a hand-over in which everything that comes from outside bears a name."""
    return replace(
        HANDOVER,
        made=(Made("network", "network", name, name, "created"),),
        place=Place("33.0.1", Path("/etc") / name.replace("\0", "").replace("/", ""), name, name),
        put_off=(replace(HANDOVER.put_off[0], why=name, title=name, command=name),),
        runs=(
            replace(
                HANDOVER.runs[0],
                command=name,
                status=name,
                steps=(replace(HANDOVER.runs[0].steps[0], subject=name, title=name),),
            ),
        ),
        ran=(replace(HANDOVER.ran[0], command=name, started=name, outcome=name),),
    )


def test_it_is_html_and_has_what_a_page_needs() -> None:
    page = runbook_html(HANDOVER)
    root = parsed(page)
    assert root.get("lang") == "en"
    title = root.find("head/title")
    assert title is not None
    assert title.text == "Octavia on OpenStack-Ansible: runbook of site"
    assert page.isascii() or 'charset="utf-8"' in page
    assert len(list(root.iter("h1"))) == 1


def test_it_needs_nothing_but_itself() -> None:
    page = runbook_html(HANDOVER)
    found = list(elements(page))
    assert {one.tag for one in found} <= ALLOWED
    names = {name for one in found for name in one.attrib}
    assert not names & {"src", "href", "style", "onload", "onerror", "id"}
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_it_says_all_that_the_markdown_says() -> None:
    said = texts(runbook_html(HANDOVER))
    for line in ("Verified on 2026-05-06", "octavia-wizard undo", "7 min 35 s", "9F:2C"):
        assert line in said
    headings = [line[3:] for line in runbook_text(HANDOVER).splitlines() if line.startswith("## ")]
    assert [one.text for one in parsed(runbook_html(HANDOVER)).iter("h2")] == headings


def test_it_is_read_without_colour_and_on_paper() -> None:
    page = runbook_html(HANDOVER)
    assert "@media print" in page
    # What borders are drawn in is the colour of the text; nothing is told by a colour.
    assert "background" not in page
    assert page.count("color:") == 1, "only that of the borders on paper"


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_markup(name: str) -> None:
    page = runbook_html(with_name(name))
    assert {one.tag for one in elements(page)} <= ALLOWED
    assert not {key for one in elements(page) for key in one.attrib if key.startswith("on")}
    shown = "".join(char if char.isprintable() else " " for char in name)
    assert shown.strip() in texts(page)


@given(st.text(min_size=1))
@settings(max_examples=60, deadline=None)
def test_whatever_a_name_is_the_page_is_valid(name: str) -> None:
    assert {one.tag for one in elements(runbook_html(with_name(name)))} <= ALLOWED


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "runbook.html"
    write_html(path, HANDOVER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == runbook_html(HANDOVER)
    assert [entry.name for entry in tmp_path.iterdir()] == ["runbook.html"]


def test_where_it_cannot_be_written_that_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot write"):
        write_html(tmp_path / "missing" / "runbook.html", HANDOVER)


def test_without_anything_to_tell_it_is_a_page_all_the_same() -> None:
    parsed(runbook_html(Handover(preset=None, journal=None)))
