"""An operator may name a release in any usual way, and is told clearly when it cannot be used."""

from __future__ import annotations

import pytest

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.releases import all_series, find_release, latest


@pytest.mark.parametrize(
    ("text", "name", "series"),
    [
        ("33.0.1", "33.0.1", "2026.1"),
        ("v33.0.1", "33.0.1", "2026.1"),
        ("33.0", "33.0.1", "2026.1"),
        ("33", "33.0.1", "2026.1"),
        ("2026.1", "33.0.1", "2026.1"),
        ("gazpacho", "33.0.1", "2026.1"),
        (" Gazpacho ", "33.0.1", "2026.1"),
        ("pike", "16.0.29", "pike"),
        ("16.0.5", "16.0.5", "pike"),
        ("17.0", "17.0.8", "queens"),
        ("17", "17.1.17", "queens"),
        ("master", "master", "master"),
        ("ussuri-eol", "21.2.12", "ussuri"),
        ("queens-em", "17.1.17", "queens"),
        ("2023.1-eom", "27.6.2", "2023.1"),
        ("stable/2025.1", "31.3.0", "2025.1"),
        ("unmaintained/zed", "26.5.3", "zed"),
        ("stable/master", "master", "master"),
    ],
)
def test_every_usual_way_to_name_a_release_is_understood(text: str, name: str, series: str) -> None:
    found = find_release(text)
    assert (found.name, found.series) == (name, series)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("33.0.1-5-gabc1234", "33.0.1"),
        ("32.0.0.0rc1", "32.0.0"),
        ("33.0.2.dev7", "33.0.2"),
        ("17.0.9.dev3", "17.0.8"),
        ("34.0.0.0b1.dev12", "master"),
    ],
)
def test_a_checkout_between_two_tags_is_understood(text: str, name: str) -> None:
    assert find_release(text).name == name


def test_a_tag_newer_than_the_newest_known_is_treated_like_that_one() -> None:
    newer, known = find_release("33.0.9"), find_release("33.0.1")
    assert newer.version == (33, 0, 9)
    assert newer.variables() == known.variables()
    assert newer.rules == known.rules
    assert newer > known


@pytest.mark.parametrize("text", ["ocata", "15", "15.1.28", "ocata-eol", "stable/newton", "9"])
def test_a_release_without_octavia_is_refused_with_the_first_that_has_it(text: str) -> None:
    with pytest.raises(UsageError, match=r"16\.0\.0 is the first release"):
        find_release(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("34", "33.0.1"),
        ("gaspacho", "did you mean gazpacho"),
        ("2026.2", "did you mean 2026.1"),
        ("17.0.20", "the nearest tags are 17.0.8 and 17.1.0"),
        ("", "16.0.0"),
        ("16.0.5; rm -rf /", "16.0.0"),
        ("\x00", "16.0.0"),
        ("1" * 5000, "16.0.0"),
        ("\u00b2", "16.0.0"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_an_unknown_release_is_refused_with_choices(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_release(text)
    assert hint in caught.value.hint
    assert len(caught.value.message) < 200


def test_releases_are_ordered_and_master_comes_last() -> None:
    names = ["16.0.9", "16.0.10", "23.4.4", "wallaby-eol", "24.0.0", "33.0.1", "master"]
    backwards = [find_release(name) for name in names[::-1]]
    assert [release.name for release in sorted(backwards)] == names


def test_a_branch_whose_role_moved_on_after_the_last_tag_is_its_own_release() -> None:
    tag, branch = find_release("23.4.4"), find_release("wallaby-eol")
    assert branch.version == tag.version
    assert not tag.has("octavia_provider_network_mtu")
    assert branch.has("octavia_provider_network_mtu")
    assert find_release("wallaby-em") == tag


def test_the_series_reach_from_pike_to_the_newest_without_a_gap() -> None:
    series = all_series()
    assert [one.major for one in series] == list(range(16, 34))
    first, last = series[0], series[-1]
    assert (first.name, first.codename, first.first, first.last) == (
        "pike",
        "pike",
        "16.0.0",
        "16.0.29",
    )
    assert (last.name, last.codename, last.first, last.last) == (
        "2026.1",
        "gazpacho",
        "33.0.0",
        "33.0.1",
    )
    assert latest().name == "33.0.1"


@pytest.mark.parametrize("series", all_series(), ids=lambda series: series.name)
def test_every_name_of_a_series_leads_to_its_newest_tag(series: object) -> None:
    known = next(one for one in all_series() if one == series)
    newest = find_release(known.last)
    for name in (known.name, known.codename, str(known.major), f"stable/{known.name}"):
        assert find_release(name).series == known.name
    assert find_release(known.name) == newest
    assert newest.codename == known.codename
    assert find_release(newest.name) == newest
