"""Markdown takes nothing that comes from outside for markup."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from octavia_wizard.core.markdown import code, one_line, prose, shell

TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1)


def parts(text: str, bare_domains: bool = True) -> list[tuple[str, str]]:
    """Return kind and content of everything in a paragraph, read as GitHub does.

    The parser also links ``example.org`` alone, which GitHub does not ("Autolinks (extension)"
    of its specification: ``www.``, a scheme or an address).
    """
    reader = MarkdownIt("gfm-like")
    assert reader.linkify is not None
    reader.linkify.set({"fuzzy_link": bare_domains})
    tokens = reader.parse(text)
    return [
        (child.type, child.content)
        for token in tokens
        for child in token.children or ()
        if child.type not in ("text_special",)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "*x*|<b>",
        "`ls`",
        "``",
        "[link](http://example.org)",
        "![image](x)",
        "<script>alert(1)</script>",
        "a\\b",
        "_emphasis_ and __more__",
        "&lt;&amp;",
        "www.example.org and http://example.org",
        "someone@example.org",
        "~~gone~~",
        " ends in a space ",
    ],
)
class TestHostileNames:
    """Names a cloud may give."""

    def test_a_value_stays_as_it_is(self, text: str) -> None:
        assert parts(f"- name {code(text)}") == [("text", "name "), ("code_inline", text)]

    def test_a_sentence_stays_text(self, text: str) -> None:
        found = parts(f"it says {prose(text)} here")
        assert {kind for kind, _ in found} == {"text"}
        assert "".join(content for _, content in found) == f"it says {text} here"


@given(TEXT)
def test_any_value_stays_as_it_is(text: str) -> None:
    found = parts(f"name {code(text)} end")
    assert [content for kind, content in found if kind == "code_inline"] == [one_line(text)]


@given(TEXT)
@example("0.BA")
def test_any_sentence_stays_text(text: str) -> None:
    kinds = {kind for kind, _ in parts(f"name {prose(text)} end", bare_domains=False)}
    assert kinds <= {"text"}


def test_lines_and_control_characters_do_not_break_out() -> None:
    assert code("a\n# b\x1b[31m") == "`a # b [31m`"
    assert prose("a\n- b") == "a - b"


def test_a_command_with_backticks_stays_within_its_block() -> None:
    lines = shell("echo ```` x")
    tokens = MarkdownIt("gfm-like").parse("\n".join(lines))
    assert [(token.type, token.content) for token in tokens] == [("fence", "echo ```` x\n")]


def test_words_are_not_littered_with_backslashes() -> None:
    assert prose("the os_octavia role makes it (later)") == "the os_octavia role makes it (later)"
