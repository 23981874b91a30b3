"""What a playbook is started with."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.playbooks.environment import environment_for

HOME = {"HOME": "/root", "LANG": "C.UTF-8"}


def test_our_plugin_comes_before_those_the_operator_has() -> None:
    made = environment_for(HOME | {"ANSIBLE_CALLBACK_PLUGINS": "/site"}, plugins=Path("/run/cb"))
    assert made["ANSIBLE_CALLBACK_PLUGINS"] == "/run/cb:/site"
    made = environment_for(HOME, plugins=Path("/run/cb"), events=Path("/run/events"))
    assert made["ANSIBLE_CALLBACK_PLUGINS"] == (
        "/run/cb:/etc/ansible/roles/plugins/callback"
        ":/etc/ansible/roles/ceph-ansible/plugins/callback"
    )
    assert made["OCTAVIA_WIZARD_EVENTS"] == "/run/events"


@pytest.mark.parametrize(
    ("callback", "kept"),
    [("yaml", True), ("ansible.posix.debug", True), ("null", False), ("ansible.posix.json", False)],
)
def test_an_output_that_says_nothing_is_not_kept(callback: str, kept: bool) -> None:
    made = environment_for(HOME | {"ANSIBLE_STDOUT_CALLBACK": callback})
    assert ("ANSIBLE_STDOUT_CALLBACK" in made) is kept


def test_clouds_and_colours_of_the_operator_are_left_out() -> None:
    given = HOME | {
        "OS_CLOUD": "x",
        "OS_CLIENT_CONFIG_FILE": "/c",
        "OSA_USER_RC": "/u",
        "ANSIBLE_FORCE_COLOR": "1",
        "ANSIBLE_ASK_VAULT_PASS": "1",
        "OCTAVIA_WIZARD_ANY": "1",
    }
    made = environment_for(given, config_dir=Path("/d"), password=Path("/p"))
    assert made == HOME | {
        "OS_CLIENT_CONFIG_FILE": "/c",
        "OSA_USER_RC": "/u",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_NOCOWS": "1",
        "OSA_CONFIG_DIR": "/d",
        "ANSIBLE_VAULT_PASSWORD_FILE": "/p",
    }


@pytest.fixture
def everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that has all locales."""
    monkeypatch.setattr("octavia_wizard.core.locales.installed", lambda name: True)


@pytest.mark.parametrize(
    ("given", "order"),
    [
        ({}, "C"),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "C"),
        ({"LANG": "en_US.ISO-8859-1"}, "en_US.ISO-8859-1"),
        ({"LANG": "C", "LC_COLLATE": "de_DE.UTF-8"}, "de_DE.UTF-8"),
    ],
)
def test_ansible_starts_in_any_locale_and_files_keep_their_order(
    given: dict[str, str], order: str, everywhere: None
) -> None:
    made = environment_for(given)
    assert (made["LC_CTYPE"], made["LC_COLLATE"], made["LC_ALL"]) == ("C.UTF-8", order, "")


def test_a_locale_that_fits_stays(everywhere: None) -> None:
    given = {"LC_ALL": "en_US.utf8"}
    assert environment_for(given)["LC_ALL"] == "en_US.utf8"
    assert "LC_COLLATE" not in environment_for(given)


@pytest.mark.parametrize(
    "given",
    [
        {"LC_ALL": "xx_XX.UTF-8"},
        {"LANG": "xx_XX@euro", "LC_COLLATE": "C.UTF-8"},
        {"LANG": "C.UTF-8", "LC_TIME": "xx_XX.UTF-8"},
    ],
)
def test_a_locale_the_host_does_not_have_is_replaced(given: dict[str, str]) -> None:
    made = environment_for(given)
    assert made["LC_ALL"] == "C.UTF-8"


def test_what_a_set_lc_all_hides_does_not_matter() -> None:
    assert environment_for({"LC_ALL": "C.UTF-8", "LANG": "xx_XX"})["LC_ALL"] == "C.UTF-8"
    assert "LC_CTYPE" not in environment_for({"LC_ALL": "C.UTF-8", "LANG": "xx_XX"})
