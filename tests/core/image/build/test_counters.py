"""Packages are counted by what apt says of each."""

from __future__ import annotations

import pytest

from octavia_wizard.core.image.build.counters import PackageRun, run_of


def test_a_run_is_as_large_as_apt_says() -> None:
    run = run_of("67 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.")
    assert run is not None
    assert run.total == 68
    run = run_of("> 0 upgraded, 210 newly installed, 0 to remove and 0 not upgraded.")
    assert run is not None
    assert run.total == 210


@pytest.mark.parametrize(
    "text",
    ["0 upgraded, 0 newly installed, 42 to remove and 0 not upgraded.", "newly installed", ""],
)
def test_nothing_to_install_is_no_run(text: str) -> None:
    assert run_of(text) is None


def test_a_run_goes_from_nothing_to_all() -> None:
    run, shares = PackageRun(2), [0.0]
    for line in (
        "Get:1 x",
        "Get:2 x",
        "Unpacking a",
        "> Unpacking b",
        "Setting up a",
        "Setting up b",
    ):
        assert run.count(line)
        shares.append(run.share)
    assert shares == sorted(set(shares))
    assert run.share == pytest.approx(1)
    assert (run.done, run.title) == (2, "setting up packages")


def test_more_than_was_announced_is_not_counted() -> None:
    run = PackageRun(1)
    for _ in range(5):
        run.count("Get:9 x")
    assert (run.done, run.title) == (1, "downloading packages")
    assert run.share == pytest.approx(0.25)


def test_packages_from_the_cache_are_not_waited_for() -> None:
    run = PackageRun(1)
    run.count("Unpacking a")
    run.count("Setting up a")
    assert run.share == pytest.approx(1)
    assert not run.count("Processing triggers for man-db")
