"""Children see proxies and authorities, and nothing that is secret or the wizard's own."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.image.build.surroundings import (
    pip_surroundings,
    search_path,
    surroundings,
)

GIVEN = {
    "PATH": "/venv/bin:/opt/bin:/usr/bin",
    "HOME": "/root",
    "VIRTUAL_ENV": "/venv",
    "PYTHONPATH": "/src",
    "OS_PASSWORD": "s3cret",
    "OS_CLOUD": "prod",
    "AWS_SECRET_ACCESS_KEY": "s3cret",
    "DIB_PASSWORD": "s3cret",
    "DIB_RELEASE": "jammy",
    "https_proxy": "http://proxy:3128",
    "NO_PROXY": "localhost",
    "SSL_CERT_FILE": "/etc/ssl/site.pem",
    "PIP_INDEX_URL": "https://pypi.example/simple",
    "PIP_FIND_LINKS": "/opt/wheels",
    "PIP_NO_INDEX": "1",
    "PIP_TARGET": "/elsewhere",
}


def test_secrets_and_the_wizards_own_python_stay_behind() -> None:
    known = surroundings(GIVEN)
    assert "s3cret" not in "".join(known.values())
    assert not {"OS_CLOUD", "PYTHONPATH", "VIRTUAL_ENV", "DIB_RELEASE", "PIP_FIND_LINKS"} & set(
        known
    )


def test_proxies_and_authorities_go_along() -> None:
    known = surroundings(GIVEN)
    for name in ("https_proxy", "NO_PROXY", "SSL_CERT_FILE", "PIP_INDEX_URL", "HOME"):
        assert known[name] == GIVEN[name]


def test_pip_is_told_what_the_operator_set_for_it_but_not_to_install_elsewhere() -> None:
    known = pip_surroundings(GIVEN)
    assert known["PIP_FIND_LINKS"] == "/opt/wheels"
    assert known["PIP_NO_INDEX"] == "1"
    assert "PIP_TARGET" not in known
    assert "OS_PASSWORD" not in known


def test_the_search_path_begins_with_the_builder_and_has_the_places_of_root() -> None:
    places = search_path(GIVEN, Path("/builder/bin")).split(":")
    assert places[0] == "/builder/bin"
    assert "/venv/bin" not in places
    assert places.index("/opt/bin") < places.index("/usr/local/sbin")
    assert {"/usr/sbin", "/sbin"} <= set(places)
    assert len(places) == len(set(places))
