"""A URL that can be downloaded from is told from others, and never shown with its secrets."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.urls import shown, shown_url, url_problem


@pytest.mark.parametrize(
    "url",
    [
        "https://images.example/amphora.qcow2",
        "http://user:pass@images.example:8080/x/amphora.qcow2?id=3",
        "https://[2001:db8::1]/amphora.raw",
        "file:///srv/amphora.qcow2",
        "file://localhost/srv/amphora.qcow2",
    ],
)
def test_urls_that_are_taken(url: str) -> None:
    """Web servers and files of this host."""
    assert url_problem(url) == ""


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "must begin with"),
        ("/srv/amphora.qcow2", "must begin with"),
        ("ftp://images.example/amphora.qcow2", "must begin with"),
        ("https://images.example", "names no file"),
        ("https:///amphora.qcow2", "names no host"),
        ("file://server/amphora.qcow2", "a file of this host"),
        ("https://images.example:port/a", "it is no URL"),
        ("https://images.example/a b", "a blank"),
        ("https://images.example/a\r\nX: y", "a blank or a control"),
        ("https://images.example/amphora.qcow2.gz", "packed file (.gz); unpack it (gunzip)"),
        ("https://images.example/amphora.raw.XZ", "unxz"),
        ("https://user:12/34@images.example/a", "in a password write / as %2F"),
    ],
)
def test_urls_that_are_refused(url: str, reason: str) -> None:
    """The reason names the cure, and does not repeat the URL, which may hold a password."""
    found = url_problem(url)
    assert reason in found
    assert "12" not in found


def test_what_is_shown() -> None:
    """Enough to know the file by, and nothing that lets somebody in."""
    assert shown_url("https://me:secret@h.example:81/a.qcow2#x") == "https://h.example:81/a.qcow2"
    assert shown_url("http://[::1]:80/a") == "http://[::1]:80/a"
    assert shown_url("https://h.example/a?id=3") == "https://h.example/a?id=3"
    signed = "https://h.example/a?temp_url_sig=0123abcd&X-Amz-Credential=me&sv=1&name=a"
    assert shown_url(signed) == (
        "https://h.example/a?temp_url_sig=…&X-Amz-Credential=…&sv=…&name=a"
    )
    assert shown_url(f"https://h.example/a?q={'x' * 41}") == "https://h.example/a?q=…"


@given(
    st.text(alphabet="abc/:@#?%[] .0", max_size=12), st.text(alphabet="xyz/:@#?%[] 19", max_size=12)
)
def test_no_password_is_ever_shown(user: str, rest: str) -> None:
    """However wrong it is written, the part before the host stays away."""
    shown = shown_url(f"https://{user}:SECRET{rest}@host.example/a.qcow2")
    assert "SECRET" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "fetching https://h.example/a?x=1&temp_url_sig=SECRET&y=2 failed",
        "GET https://h.example/a?X-Amz-Security-Token=SECRET",
        "clone-https://me:SECRET@h.example",
        "1https://me:SECRET@h.example",
        "https://me:SECRET@h.example/a and http://SECRET@h.example?access_token=SECRET",
    ],
)
def test_no_url_in_a_text_tells_a_secret(text: str) -> None:
    """A line of a log may hold several."""
    assert "SECRET" not in shown(text)
    assert "h.example" in shown(text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 20_000 + " https://h.example/",
        "a://" * 4_000,
        "@" + "a://b:c" * 2_000,
        "https://h.example/?" + "sig" * 5_000,
    ],
)
def test_a_long_line_is_looked_through_quickly(text: str) -> None:
    """Whatever a script writes, what shows it goes on."""
    began = time.process_time()
    shown(text)
    assert time.process_time() - began < 0.1
