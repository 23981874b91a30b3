"""Choosing a cloud: where it is looked for, and what is said when it cannot be used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from octavia_wizard.core.cloud.config import CloudEntry, display_name, find_cloud, list_clouds
from octavia_wizard.core.errors import UsageError

TWO = """
clouds:
  prod:
    regions: [north, {name: south}]
    auth: {auth_url: "https://prod:5000/v3", username: admin, password: swordfish,
           project_name: admin, user_domain_name: Default, project_domain_name: Default}
  lab:
    region_name: RegionOne
    auth: {auth_url: "https://lab:5000/v3", username: admin, password: swordfish,
           project_name: admin, user_domain_name: Default, project_domain_name: Default}
"""


@pytest.fixture(autouse=True)
def clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tester's own clouds out of it."""
    for name in [name for name in os.environ if name.startswith("OS_")]:
        monkeypatch.delenv(name)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr("openstack.config.loader.CONFIG_FILES", [str(tmp_path / "clouds.yaml")])
    monkeypatch.setattr("openstack.config.loader.SECURE_FILES", [])


def write(path: Path, text: str) -> Path:
    """Write a file and return its path."""
    path.write_text(text)
    return path


def test_lists_what_the_files_name_without_contacting_anything(tmp_path: Path) -> None:
    """Names, regions, addresses and files; an extra file that is not there is passed over."""
    own = write(tmp_path / "clouds.yaml", TWO)
    extra = write(
        tmp_path / "rehearsal.yaml",
        "clouds: {rehearsal: {auth: {auth_url: 'http://127.0.0.1:1/v3'}}, lab: {}}",
    )
    assert list_clouds([extra, tmp_path / "missing.yaml"]) == (
        CloudEntry("rehearsal", (), "http://127.0.0.1:1/v3", extra),
        CloudEntry("lab", (), "", extra),
        CloudEntry("prod", ("north", "south"), "https://prod:5000/v3", own),
    )


def test_without_any_file_there_are_none() -> None:
    """That is no fault."""
    assert list_clouds() == ()


def test_finds_a_cloud_by_name_with_its_region(tmp_path: Path) -> None:
    """A region that is not the cloud's is refused, and the right ones are named."""
    write(tmp_path / "clouds.yaml", TWO)
    assert find_cloud("lab", None).region_name == "RegionOne"
    assert find_cloud("prod", "south").region_name == "south"
    with pytest.raises(UsageError, match="north"):
        find_cloud("prod", "west")


def test_the_environment_names_the_cloud_or_describes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OS_CLOUD, OS_CLIENT_CONFIG_FILE, and an openrc file."""
    elsewhere = write(tmp_path / "elsewhere.yaml", TWO)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(elsewhere))
    monkeypatch.setenv("OS_CLOUD", "lab")
    assert display_name(find_cloud(None, None)) == "lab"
    monkeypatch.delenv("OS_CLOUD")
    monkeypatch.delenv("OS_CLIENT_CONFIG_FILE")
    for name, value in {
        "OS_AUTH_URL": "https://rc:5000/v3",
        "OS_USERNAME": "admin",
        "OS_PASSWORD": "swordfish",
        "OS_PROJECT_NAME": "admin",
        "OS_USER_DOMAIN_NAME": "Default",
        "OS_PROJECT_DOMAIN_NAME": "Default",
        "OS_REGION_NAME": "east",
    }.items():
        monkeypatch.setenv(name, value)
    found = find_cloud(None, None)
    assert (display_name(found), found.region_name) == ("environment", "east")
    assert found.config["auth"]["auth_url"] == "https://rc:5000/v3"


def test_an_extra_file_wins_and_the_environment_is_not_laid_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``rehearsal`` always means the rehearsal cloud, whatever else has that name."""
    write(tmp_path / "clouds.yaml", TWO.replace("lab:", "rehearsal:"))
    extra = write(tmp_path / "extra.yaml", TWO.replace("lab", "rehearsal"))
    monkeypatch.setenv("OS_AUTH_URL", "https://other:5000/v3")
    found = find_cloud("rehearsal", None, [extra])
    assert found.config["auth"]["auth_url"] == "https://rehearsal:5000/v3"
    monkeypatch.setenv("OS_CLOUD", "rehearsal")
    found = find_cloud(None, None, [extra])
    assert found.config["auth"]["auth_url"] == "https://rehearsal:5000/v3"


def test_an_unknown_name_is_answered_with_the_file_the_clouds_and_the_nearest(
    tmp_path: Path,
) -> None:
    """Nobody has to look them up."""
    own = write(tmp_path / "clouds.yaml", TWO)
    with pytest.raises(UsageError) as caught:
        find_cloud("pord", None)
    assert caught.value.message == f"there is no cloud 'pord' in {own}"
    assert "did you mean prod?" in caught.value.hint
    assert f"lab ({own})" in caught.value.hint


def test_no_choice_and_nothing_to_choose_from_is_said(tmp_path: Path) -> None:
    """With how to choose."""
    with pytest.raises(UsageError, match="no cloud is chosen") as caught:
        find_cloud(None, None)
    assert "no clouds.yaml" in caught.value.hint
    write(tmp_path / "clouds.yaml", TWO)
    with pytest.raises(UsageError) as caught:
        find_cloud(None, None)
    assert "prod" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clouds:\n  a: [\n", ":3: "),
        ("clouds: [a, b]\n", "no mapping called clouds"),
        ("clouds: {a: text}\n", "the cloud a is not a mapping"),
        ("just text\n", "a mapping of names to values is expected"),
        ("clouds: {lab: {auth: {username: x}}}\n", "auth_url"),
    ],
)
def test_a_bad_file_is_one_clear_message_with_its_name(
    tmp_path: Path, text: str, said: str
) -> None:
    """And the line where there is one."""
    own = write(tmp_path / "clouds.yaml", text)
    with pytest.raises(UsageError) as caught:
        find_cloud("lab", None)
    assert str(own) in caught.value.message
    assert said in caught.value.message


def test_binary_and_missing_files_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that OS_CLIENT_CONFIG_FILE names must be there."""
    (tmp_path / "clouds.yaml").write_bytes(b"\xff\xfe\x00clouds")
    with pytest.raises(UsageError, match="not UTF-8 text"):
        list_clouds()
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "gone.yaml"))
    with pytest.raises(UsageError, match="OS_CLIENT_CONFIG_FILE names"):
        list_clouds()


def test_incomplete_settings_say_what_is_lacking(tmp_path: Path) -> None:
    """By the name it has in clouds.yaml; the password is never shown."""
    write(
        tmp_path / "clouds.yaml",
        "clouds: {lab: {auth_type: v3applicationcredential, auth: {auth_url: 'http://x/v3', "
        "application_credential_secret: swordfish, nonsense: 1}}}",
    )
    with pytest.raises(UsageError) as caught:
        find_cloud("lab", None)
    assert "swordfish" not in str(caught.value) + caught.value.hint
