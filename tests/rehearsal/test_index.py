"""pip's configuration is honoured, and its failures are told in a sentence."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from octavia_wizard.core.errors import RehearsalError
from octavia_wizard.rehearsal import control, index
from octavia_wizard.rehearsal.layout import Layout

CONFIG = """\
:env:.find-links='/srv/wheels'
global.cert='/etc/ssl/ours.pem'
global.extra-index-url='https://one.example/simple https://two.example/simple'
global.find-links='/elsewhere'
global.index-url='https://user:geheim@mirror.example/simple'
global.trusted-host='mirror.example\\nother.example'
"""


def test_uv_gets_what_pip_was_told() -> None:
    """Index, further indexes, certificate, trusted hosts; the environment goes before files."""
    got = index.uv_environment(CONFIG, {})
    assert got["UV_DEFAULT_INDEX"] == "https://user:geheim@mirror.example/simple"
    assert got["UV_INDEX"] == "https://one.example/simple https://two.example/simple"
    assert got["UV_FIND_LINKS"] == "/srv/wheels"
    assert got["UV_INSECURE_HOST"] == "mirror.example other.example"
    assert got["SSL_CERT_FILE"] == "/etc/ssl/ours.pem"


def test_what_was_told_to_uv_itself_is_left_alone() -> None:
    """A variable that is set is not set again."""
    assert "UV_DEFAULT_INDEX" not in index.uv_environment(CONFIG, {"UV_DEFAULT_INDEX": "x"})


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("error: Failed to fetch: `https://a`\n  Caused by: dns error", "cannot be reached"),
        ("OSError: [Errno 28] No space left on device", "disk became full"),
        ("x No solution found when resolving\n because nova==99 was not found", "lacks a version"),
        ("ssl: certificate verify failed: self-signed", "not trusted"),
        ("error: something new", "cannot install the services: error: something new"),
        ("", "it said nothing"),
    ],
)
def test_a_failure_is_boiled_down(output: str, expected: str) -> None:
    """One message whatever the installer wrote."""
    error = index.explain(output, "uv")
    assert expected in error.message
    assert error.hint


def test_addresses_in_messages_lose_their_passwords() -> None:
    """An index may ask for a login."""
    error = index.explain("error: Failed to fetch https://user:geheim@mirror.example/x", "uv")
    assert "geheim" not in error.message
    assert "mirror.example" in error.message


@pytest.mark.parametrize("retries", ["0", "1"])
def test_an_unreachable_index_is_told_as_such(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, retries: str
) -> None:
    """pip is really run, against a port nobody listens on; it says less when it may not retry."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_RETRIES", retries)
    with pytest.raises(RehearsalError, match="the package index cannot be reached") as caught:
        control.up(layout, report=lambda progress: None)
    assert "pip config list" in caught.value.hint
    assert "Traceback" not in caught.value.message
    assert not layout.installed_mark.exists()
