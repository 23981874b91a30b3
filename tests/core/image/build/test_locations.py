"""Where things are can be told apart, and no password is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.image.build.locations import as_url, has_credentials, locate
from octavia_wizard.core.urls import shown

SECRET = "s3cret"


@pytest.mark.parametrize(
    "url",
    [
        f"https://user:{SECRET}@git.example/octavia",
        f"https://{SECRET}@git.example/octavia",
        f"https://user:{SECRET}%40x@git.example:8443/octavia?a=b",
        f"https://user:with/slash{SECRET}@git.example/octavia",
        f"ssh://git:{SECRET}@git.example/octavia",
    ],
)
def test_a_password_is_never_shown(url: str) -> None:
    assert has_credentials(url)
    assert SECRET not in shown(f"fatal: unable to access '{url}/': refused")
    assert "git.example" in shown(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://git.example/octavia",
        "ssh://git@git.example/octavia",
        "git@git.example:octavia",
        "https://git.example:8443/octavia@tag",
        "/srv/git/octavia",
    ],
)
def test_what_holds_no_secret_is_shown_as_it_is(url: str) -> None:
    assert shown(url) == url
    assert not has_credentials(url)


def test_credentials_are_taken_out_of_an_address() -> None:
    place = locate("https://me%40x:pa%3Ass@git.example/octavia")
    assert (place.address, place.user, place.password) == (
        "https://git.example/octavia",
        "me@x",
        "pa:ss",
    )
    assert place.origin == "https://git.example"
    assert "pa:ss" not in repr(place)


@pytest.mark.parametrize("text", ["/srv/octavia", "file:///srv/octavia", " /srv/octavia "])
def test_a_path_is_known_however_it_is_written(text: str) -> None:
    assert locate(text).path == Path("/srv/octavia")
    assert as_url(text) == "file:///srv/octavia"


def test_a_home_directory_is_found_and_that_of_nobody_is_no_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert locate("~/octavia").path == Path("/home/me/octavia")
    assert locate("~nobody-here/octavia").path is not None


@pytest.mark.parametrize("text", ["git@git.example:octavia", "git.example:octavia", "ssh://g/x"])
def test_what_git_takes_for_another_host_is_no_path(text: str) -> None:
    assert locate(text).path is None


def test_what_is_no_url_is_told_without_its_password() -> None:
    with pytest.raises(UsageError, match="neither a URL") as caught:
        locate("https://me:s3cret@[git.example/octavia")
    assert SECRET not in caught.value.message
