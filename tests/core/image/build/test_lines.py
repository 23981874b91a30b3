"""Lines of a build's log are those a terminal would show, however the bytes come."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.image.build.lines import WIDTH, Splitter, read, shown

_PARTS = st.lists(
    st.sampled_from(
        [b"a", b"\n", b"\r", b"\r\n", b"\x1b[31m", b"\xc3\xa9", b"\xff", b"x" * 20_000]
    ),
    max_size=12,
)


def _split(data: bytes, cuts: list[int]) -> list[bytes]:
    splitter = Splitter()
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    pieces = [data[a:b] for a, b in pairwise(edges)]
    lines = [line for piece in pieces for line in splitter.feed(piece)]
    return [*lines, splitter.rest()]


@given(_PARTS, st.lists(st.integers(0, 1 << 20), max_size=20))
def test_lines_do_not_depend_on_the_cuts(parts: list[bytes], cuts: list[int]) -> None:
    data = b"".join(parts)
    assert _split(data, cuts) == _split(data, [])


def test_an_endless_line_takes_little_memory() -> None:
    splitter = Splitter()
    for _ in range(200):
        assert splitter.feed(b"x" * 65536) == []
        assert len(splitter.pending) < 20_000
    (line,) = splitter.feed(b"the end\n")
    assert line.endswith(b"the end")


def test_the_time_is_taken_off_and_understood() -> None:
    line = read(b"2026-11-22 09:48:48.911 | Building in /tmp/x")
    assert line.text == "Building in /tmp/x"
    assert line.stamp == 1795340928.911
    assert read(b"2026-11-22 09:48:48.911 | ").text == ""
    assert read(b"2026-99-22 09:48:48.911 | x").stamp is None


def test_what_was_overwritten_is_not_shown() -> None:
    assert read(b"(Reading ... 5%\r(Reading ... 100%\r\n").text == "(Reading ... 100%"
    assert read(b"Unpacking acl ...\r").text == "Unpacking acl ..."
    assert read(b"\r\r\r").text == ""


def test_nothing_reaches_a_terminal_that_it_would_obey() -> None:
    assert read(b"\x1b[1;31mred\x1b[0m \x1b]0;title\x07\x07plain").text == "red plain"
    assert read(b"a\tb").text == "a   b"
    assert read("a\u202eb\u2028c\x85d".encode()).text == "ab c d"


@given(st.binary(max_size=300))
def test_any_bytes_become_printable_text(raw: bytes) -> None:
    assert read(raw).text.isprintable()


def test_a_password_in_an_address_is_not_shown() -> None:
    text = read(b"Caching x from https://op:s3cret@git.example/octavia in /cache").text
    assert text == "Caching x from https://git.example/octavia in /cache"
    assert read(b"https://pypi.example/@scope/x").text == "https://pypi.example/@scope/x"


def test_an_overlong_line_keeps_its_beginning_and_its_end() -> None:
    text = shown("begin" + "." * 34_000 + "end")
    assert len(text) <= WIDTH
    assert text.startswith("begin")
    assert text.endswith("end")
    assert shown("short") == "short"
