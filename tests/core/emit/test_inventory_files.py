"""Which file decides about a list is told as OSA's inventory generator merges them."""

from __future__ import annotations

import pytest

from octavia_wizard.core.emit.inventory_files import (
    CIDRS,
    NETWORKS,
    USED,
    Path,
    UndecidedError,
    deciding,
    documents,
    fit_for,
    givers,
    host_entries,
)

MAIN = "openstack_user_config.yml"
LIST = "used_ips: [10.0.0.1]\n"


@pytest.mark.parametrize(
    ("names", "file"),
    [
        ((), None),
        ((MAIN,), MAIN),
        ((MAIN, "conf.d/a.yml"), "conf.d/a.yml"),
        (("conf.d/a.yml", "conf.d/site/b.yml"), "conf.d/site/b.yml"),
        (("conf.d/z.yml", "conf.d/a/b.yml", "conf.d/a/c/d.yaml"), "conf.d/a/c/d.yaml"),
        ((MAIN, "conf.d/a.txt", "elsewhere/a.yml"), MAIN),
    ],
)
def test_what_is_read_last_decides(names: tuple[str, ...], file: str | None) -> None:
    assert deciding(dict.fromkeys(names, LIST), USED) == file


@pytest.mark.parametrize(
    "names",
    [("conf.d/a.yml", "conf.d/b.yml"), ("conf.d/a/x.yml", "conf.d/b/y.yml", "conf.d/c.yml")],
)
def test_files_in_no_order_leave_it_open(names: tuple[str, ...]) -> None:
    with pytest.raises(UndecidedError) as caught:
        deciding(dict.fromkeys((MAIN, *names), LIST), USED)
    assert all(name in caught.value.message for name in names)


@pytest.mark.parametrize(
    ("text", "path", "gives"),
    [
        ("global_overrides: {vip: 1}\n", NETWORKS, False),
        ("global_overrides: {provider_networks: []}\n", NETWORKS, True),
        ("global_overrides: {}\n", NETWORKS, True),
        ("global_overrides:\n", NETWORKS, True),
        ("global_overrides: text\n", NETWORKS, True),
        ("used_ips:\n", USED, True),
        ("{}\n", USED, False),
        ("", USED, False),
        ("used_ips: [\n", USED, False),
    ],
)
def test_whatever_is_no_map_replaces(text: str, path: Path, gives: bool) -> None:
    assert bool(givers({"conf.d/a.yml": text}, path)) is gives


def test_a_map_is_added_to_in_the_main_file_whoever_else_has_it() -> None:
    texts = {MAIN: "---\n", "conf.d/a.yml": "cidr_networks: {a: 10.0.0.0/8}\n"}
    assert fit_for(texts, CIDRS) == MAIN
    del texts[MAIN]
    assert fit_for(texts, CIDRS) == "conf.d/a.yml"


def test_a_list_nobody_has_goes_where_the_networks_are() -> None:
    assert fit_for({MAIN: "---\n", "conf.d/a.yml": "a: 1\n"}, USED) == MAIN
    assert fit_for({"conf.d/a.yml": "cidr_networks: {a: 10.0.0.0/8}\n"}, USED) == "conf.d/a.yml"
    assert fit_for({"conf.d/a.yml": "a: 1\n"}, USED) is None
    assert fit_for({}, CIDRS) is None


def test_the_main_file_is_read_first() -> None:
    assert list(documents({"conf.d/a.yml": LIST, MAIN: LIST, "user_variables.yml": LIST})) == [
        MAIN,
        "conf.d/a.yml",
    ]


def test_a_host_is_found_in_its_groups_and_nowhere_else() -> None:
    text = "a_hosts: {i: {ip: 1}}\nb-hosts: {i: {ip: 2}, j: {}}\nc: {i: {ip: 3}}\nd_hosts: [i]\n"
    found = list(host_entries({MAIN: text}, "i"))
    assert found == [("a_hosts", {"ip": 1}), ("b-hosts", {"ip": 2})]
