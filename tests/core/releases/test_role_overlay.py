"""A deployed role is preferred over the catalogue for what variables exist, and for defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.releases import (
    Effect,
    Reader,
    Release,
    VariableKind,
    VariableType,
    all_series,
    explain,
    find_release,
)

PLACE = "/etc/ansible/roles/os_octavia"
JINJA = "{{ something_else }}"


def defaults_of(release: Release) -> dict[str, object]:
    """Return the defaults of the role as the catalogue has them."""
    return {
        name: JINJA if variable.computed else variable.default
        for name, variable in release.variables().items()
        if variable.kind is VariableKind.DEFAULT and variable.read_by is Reader.ROLE
    }


def deployed(
    tag: str = "31.3.0",
    *,
    without: tuple[str, ...] = (),
    mentioning: tuple[str, ...] = (),
    **changed: object,
) -> Release:
    """Lay the role of a release over it, with these differences."""
    release = find_release(tag)
    mentions = frozenset((*release.variables(), *changed)) - {*without} | {*mentioning}
    defaults: Mapping[str, object] = {
        name: value for name, value in defaults_of(release).items() if name not in without
    }
    return release.with_role(PLACE, {**defaults, **changed}, mentions)


class TestVariables:
    """Which variables there are."""

    @pytest.mark.parametrize("series", [series.name for series in all_series()])
    def test_the_role_of_the_release_itself_changes_nothing(self, series: str) -> None:
        release = find_release(series)
        own = deployed(release.name)
        assert own.variables() == release.variables()
        assert own.tunables() == release.tunables()
        assert own.retirements() == release.retirements()

    def test_a_variable_only_the_role_has_exists_and_says_where_it_is_from(self) -> None:
        release = deployed(octavia_site_setting=3)
        found = release.variable("octavia_site_setting")
        assert found is not None
        assert (found.kind, found.type, found.default) == (
            VariableKind.DEFAULT,
            VariableType.INT,
            3,
        )
        assert PLACE in found.description
        assert found.source == PLACE
        assert release.has("octavia_site_setting")
        assert "octavia_site_setting" in release.tunables()
        assert release.retired("octavia_site_setting") is None

    def test_its_values_are_checked_by_the_default_s_type(self) -> None:
        found = deployed(octavia_site_setting=True).variable("octavia_site_setting")
        assert found is not None
        assert found.check_value(False) is None
        assert found.check_value("yes")

    @pytest.mark.parametrize("default", [None, "", JINJA, 1.5])
    def test_a_default_that_tells_no_type_allows_any(self, default: object) -> None:
        found = deployed(octavia_site_setting=default).variable("octavia_site_setting")
        assert found is not None
        assert found.check_value(["a"]) is None

    def test_a_variable_the_role_neither_has_nor_mentions_does_not_exist(self) -> None:
        release = deployed(without=("octavia_security_group_additional_rules",))
        assert not release.has("octavia_security_group_additional_rules")
        assert "octavia_security_group_additional_rules" not in release.variables()
        retired = release.retired("octavia_security_group_additional_rules")
        assert retired is not None
        assert retired.effect is Effect.UNREAD
        assert PLACE in retired.what
        assert retired in release.retirements()

    def test_one_without_default_that_is_mentioned_may_be_set(self) -> None:
        name = "octavia_security_group_additional_rules"
        found = deployed(without=(name,), mentioning=(name,)).variable(name)
        assert found is not None
        assert (found.kind, found.default) == (VariableKind.OPTIONAL, None)

    def test_what_others_than_the_role_read_stays(self) -> None:
        release = deployed("26.5.3", without=("haproxy_octavia_service_overrides",))
        assert release.has("haproxy_octavia_service_overrides")

    def test_what_an_older_role_still_has_is_not_retired(self) -> None:
        assert find_release("31.3.0").retired("octavia_legacy_policy") is None
        newer = find_release("33.0.1")
        assert newer.retired("octavia_spare_amphora_pool_size") is not None
        older = deployed("33.0.1", octavia_spare_amphora_pool_size=1)
        assert older.retired("octavia_spare_amphora_pool_size") is None
        assert older.has("octavia_spare_amphora_pool_size")

    def test_leftovers_in_the_defaults_that_nothing_reads_stay_retired(self) -> None:
        name = "octavia_amp_image_upload_enabled"
        assert find_release("31.3.0").retired(name) is not None
        assert deployed().retired(name) is not None


class TestDefaults:
    """What holds when nobody says anything."""

    def test_the_role_s_own_default_counts(self) -> None:
        found = deployed(octavia_amp_ram=4096).variable("octavia_amp_ram")
        assert found is not None
        assert (found.default, found.default_text, found.source) == (4096, "4096", PLACE)

    def test_true_is_not_one(self) -> None:
        found = deployed(octavia_ssh_enabled=0).variable("octavia_ssh_enabled")
        assert found is not None
        assert (found.type, found.source) == (VariableType.INT, PLACE)

    def test_a_computed_default_hides_what_the_catalogue_says(self) -> None:
        found = deployed(octavia_amp_ram="{{ site_ram }}").variable("octavia_amp_ram")
        assert found is not None
        assert found.computed
        assert (found.default, found.default_text) == (None, "")

    def test_an_example_the_role_made_a_default_is_one(self) -> None:
        release = find_release("31.3.0")
        name = next(
            n
            for n, v in release.variables().items()
            if v.kind is VariableKind.COMMENTED_OUT and v.read_by is Reader.ROLE
        )
        changed: dict[str, Any] = {name: "mine"}
        found = deployed(**changed).variable(name)
        assert found is not None
        assert (found.kind, found.default) == (VariableKind.DEFAULT, "mine")


class TestIdentity:
    """A release with a role is the same release, but not equal to it without."""

    def test_its_place_among_releases_is_the_same(self) -> None:
        plain, laid = find_release("31.3.0"), deployed()
        assert plain <= laid <= plain
        assert not plain < laid
        assert not laid < plain
        assert find_release("31.2.0") < laid < find_release("32.0.0")
        assert laid.rules == plain.rules

    def test_equality_and_hash_follow_the_content_of_the_role(self) -> None:
        assert deployed() == deployed()
        assert hash(deployed()) == hash(deployed())
        assert deployed() != find_release("31.3.0")
        assert deployed() != deployed(octavia_amp_ram=4096)
        assert deployed() != "31.3.0"
        assert len({deployed(), deployed(), find_release("31.3.0")}) == 2


class TestExplaining:
    """What the catalogue of all releases cannot tell."""

    def test_a_variable_of_the_role_alone_is_explained_with_its_release(self) -> None:
        release = deployed(octavia_site_setting=3)
        told = explain("octavia_site_setting", release)
        assert PLACE in told.description
        assert told.ranges[0].default_text == "3"
        assert told.since == told.until == "31.3.0"

    def test_others_are_explained_as_ever(self) -> None:
        assert explain("octavia_amp_ram", deployed()) == explain("octavia_amp_ram")

    def test_without_the_role_nobody_knows_it(self) -> None:
        with pytest.raises(UsageError, match="octavia_site_setting"):
            explain("octavia_site_setting", find_release("31.3.0"))
