"""A clouds.yaml may hold anything: it is refused in words that quote none of its values."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from octavia_wizard.core.cloud.config import find_cloud, list_clouds
from octavia_wizard.core.cloud.config_files import without_userinfo
from octavia_wizard.core.errors import UsageError
from tests.core.cloud.test_config import clean_environment, write

__all__ = ["clean_environment"]

LAB = """
clouds:
  lab:
    region_name: RegionOne
    auth:
      auth_url: http://lab:5000/v3
      username: admin
      password: {password}
      project_name: admin
      user_domain_name: Default
      project_domain_name: Default
"""


def refusal(cloud: str = "lab") -> str:
    """Return all that is said when a cloud cannot be used."""
    with pytest.raises(UsageError) as caught:
        find_cloud(cloud, None)
    return caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    "value",
    [
        *("!S3cret", "*S3cret", "@S3cret", "%S3cret", "!S3cret!x", "!<S3cret", "!vault S3cret"),
        *(f"!!{kind} S3cret" for kind in ("int", "float", "bool", "timestamp", "set", "binary")),
        *("{S3cret}", "[S3cret]", "{S3cret: 1}", "!unsafe S3cret", "!unsafe [S3cret]"),
    ],
)
def test_a_value_that_is_no_text_is_pointed_at_but_not_quoted(tmp_path: Path, value: str) -> None:
    """It could be a password, as people forget the quotes; and never is it a crash."""
    own = write(tmp_path / "clouds.yaml", LAB.replace("{password}", value))
    said = refusal()
    assert str(own) in said
    assert "cret" not in said


@pytest.mark.parametrize("value", ["{abc}", "[abc]", "true", "2026-01-01", "12345", "1.5"])
def test_login_settings_must_be_text(tmp_path: Path, value: str) -> None:
    """Keystone answers others by repeating them; file, cloud and key are named."""
    own = write(tmp_path / "clouds.yaml", LAB.replace("{password}", value))
    said = refusal()
    assert f"the cloud lab in {own}: password under auth is not a text" in said
    assert "quotes" in said
    assert value.strip("{}[]") not in said.replace(str(own), "")
    # Another cloud's fault keeps nobody from choosing.
    assert [entry.name for entry in list_clouds()] == ["lab"]


@pytest.mark.parametrize("value", ["&S3cret", "#S3cret", "~"])
def test_a_password_without_a_value_is_said(tmp_path: Path, value: str) -> None:
    """YAML takes such a text for an anchor or a comment."""
    write(tmp_path / "clouds.yaml", LAB.replace("{password}", value))
    said = refusal()
    assert "password has no value" in said
    assert "S3cret" not in said


def test_settings_beside_auth_must_be_text_too(tmp_path: Path) -> None:
    """openstacksdk brings them under auth."""
    text = LAB.replace("      password: {password}\n", "").replace(
        "    region_name", "    password: [S3cret]\n    region_name"
    )
    write(tmp_path / "clouds.yaml", text)
    assert "S3cret" not in refusal()


def test_a_password_in_the_file_for_secrets_is_held_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may complete what clouds.yaml leaves open; its own faults name it."""
    secure = tmp_path / "secure.yaml"
    monkeypatch.setattr("openstack.config.loader.SECURE_FILES", [str(secure)])
    write(tmp_path / "clouds.yaml", LAB.replace("{password}", "~"))
    write(secure, "clouds: {lab: {auth: {password: swordfish}}}")
    assert find_cloud("lab", None).config["auth"]["password"] == "swordfish"
    write(secure, "clouds: {lab: {auth: {password: [S3cret]}}}")
    said = refusal()
    assert str(secure) in said
    assert "S3cret" not in said
    write(secure, "clouds: {lab: {auth: {password: !S3cret}}}")
    assert f"{secure}:1: " in refusal()


@pytest.mark.parametrize(
    "text", ["[" * 5000, "clouds: " + "{a: " * 5000, "a: &a [*a]", "#" * 2_000_000]
)
def test_nesting_and_size_are_bounded(tmp_path: Path, text: str) -> None:
    """Neither exhausts stack or memory."""
    own = write(tmp_path / "clouds.yaml", text)
    with pytest.raises(UsageError) as caught:
        list_clouds()
    assert str(own) in caught.value.message


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    """A FIFO without a writer would keep the wizard for ever."""
    os.mkfifo(tmp_path / "clouds.yaml")
    with pytest.raises(UsageError, match="not a regular file"):
        list_clouds()


def test_a_file_that_cannot_be_looked_at_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where its directory may not be entered; of more files it is passed over."""
    hidden = tmp_path / ("x" * 300) / "clouds.yaml"
    assert list_clouds([hidden]) == ()
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(hidden))
    with pytest.raises(UsageError, match="cannot be read: File name too long"):
        list_clouds()


@pytest.mark.parametrize(
    "text",
    [
        "clouds: {lab: {auth: null, region_name: [1]}}",
        "clouds: {lab: {auth: {auth_url: x}, regions: [{values: {auth: S3cret}}]}}",
        "clouds: {lab: {auth: {auth_url: x}, auth_type: [S3cret]}}",
        "clouds: {lab: {auth: {auth_url: x}, token: '{S3cret}'}}",
        "clouds: {lab: {profile: [S3cret]}}",
        "clouds: {lab: {auth: S3cret}}",
        "{clouds: {lab: {auth: {auth_url: x}}}, client: S3cret}",
    ],
)
def test_settings_openstacksdk_stumbles_over_are_no_crash(tmp_path: Path, text: str) -> None:
    """What it says of them could quote them."""
    write(tmp_path / "clouds.yaml", text)
    assert "S3cret" not in refusal()


def test_user_and_password_of_a_url_are_not_listed(tmp_path: Path) -> None:
    """Lists of clouds are shown."""
    text = LAB.replace("http://lab", "http://boss:S3c@ret@lab").replace("{password}", "x")
    write(tmp_path / "clouds.yaml", text)
    assert list_clouds()[0].auth_url == "http://lab:5000/v3"
    assert find_cloud("lab", None).config["auth"]["auth_url"].startswith("http://boss:")


def test_only_the_userinfo_is_left_out() -> None:
    """Of every URL in a text."""
    text = "no http://a:b@one/x, nor https://two:5000/v3; boss@example.org and a@b stay"
    assert without_userinfo(text) == text.replace("a:b@", "", 1)
