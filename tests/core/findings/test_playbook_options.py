"""What playbooks are told on the command line holds, and HAProxy finds Octavia's API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.findings.support import Example, Given, each, host, user_file


def options(*words: str, release: str = "33.0.1", **parts: Any) -> Given:
    """Give the playbooks these options."""
    return Given({"deployment.ansible_options": list(words)}, release=release, **parts)


def balanced(release: str = "33.0.1", **variables: object) -> Given:
    """Describe a deployment that runs playbooks, with these variables in a user file."""
    known = host(user_file("user_variables.yml", variables))
    return Given({"deployment.run_playbooks": True}, release=release, host=known)


def service(name: str = "mine", port: object = 9876, **parts: object) -> dict[str, object]:
    """Describe a service of HAProxy."""
    return {"haproxy_service_name": name, "haproxy_port": port, **parts}


SET_THERE = host(user_file("user_variables.yml", {"octavia_amp_ram": 2048}))
EXAMPLES = (
    Example("ansible-option-invalid", options("--step"), options("--forks", "20"), says="--step"),
    Example(
        "ansible-option-secret",
        options("-e", "octavia_service_password=swordfish"),
        options("-e", "octavia_amp_ram=4096"),
        says="octavia_service_password",
    ),
    Example(
        "extra-variables-lose",
        options("-e", "octavia_amp_ram=4096", release="19.0.3", host=SET_THERE),
        options("-e", "octavia_amp_ram=4096", release="19.0.4", host=SET_THERE),
        says="octavia_amp_ram",
    ),
    Example(
        "haproxy-port-twice",
        balanced(haproxy_extra_services=[service()]),
        balanced(haproxy_extra_services=[service(port=9877)]),
        says="mine",
    ),
    Example(
        "haproxy-port-differs",
        balanced(octavia_service_port=9999),
        balanced(octavia_service_port=9876),
        says="9999",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_a_secret_is_never_repeated() -> None:
    assert "swordfish" not in repr(options("-e", "my_password=swordfish").findings())


def test_every_option_is_told_of() -> None:
    assert len(options("--step", "site.yml").found("ansible-option-invalid")) == 2


class TestExtraVariables:
    """Variables of the command line, up to 19.0.3."""

    def test_one_no_file_sets_holds(self) -> None:
        case = options("-e", "debug=true", release="18.1.20", host=SET_THERE)
        assert not case.found("extra-variables-lose")

    def test_what_is_in_a_file_is_not_known(self) -> None:
        assert options("-e", "@x.yml", release="18.1.20").found("extra-variables-lose")

    def test_an_encrypted_user_file_may_set_anything(self) -> None:
        known = host(user_file("user_x.yml", {}, vaulted=True))
        case = options("-e", "debug=true", release="18.1.20", host=known)
        assert case.found("extra-variables-lose")


class TestPorts:
    """The port HAProxy has for Octavia's API."""

    @pytest.mark.parametrize(
        "services",
        [
            [{"service": service()}],
            {"mine": service()},
            [service(port="9876")],
        ],
    )
    def test_a_clash_is_seen_in_every_form_osa_takes(self, services: object) -> None:
        found = balanced(haproxy_extra_services=services).found("haproxy-port-twice")
        assert found[0].where.endswith("user_variables.yml:3")

    @pytest.mark.parametrize(
        "known",
        [
            service("octavia"),
            service(haproxy_bind=["10.0.0.9"]),
            service(haproxy_service_enabled=False),
        ],
    )
    def test_what_listens_elsewhere_or_not_at_all_is_none(self, known: object) -> None:
        assert not balanced(haproxy_extra_services=[known]).found("haproxy-port-twice")

    def test_overrides_move_haproxy_along(self) -> None:
        moved: dict[str, Any] = {
            "haproxy_octavia_service_overrides": {"haproxy_port": 9999},
            "haproxy_extra_services": [service()],
        }
        case = balanced(**moved, octavia_service_port=9999)
        assert not case.found("haproxy-port-differs")
        assert not case.found("haproxy-port-twice")

    def test_overrides_may_move_only_what_is_behind(self) -> None:
        behind: dict[str, Any] = {
            "haproxy_octavia_service_overrides": {"haproxy_backend_port": 9999}
        }
        assert not balanced(**behind, octavia_service_port=9999).found("haproxy-port-differs")

    def test_before_26_nothing_reads_overrides(self) -> None:
        moved: dict[str, Any] = {"haproxy_octavia_service_overrides": {"haproxy_port": 9999}}
        assert balanced("25.6.0", **moved, octavia_service_port=9999).found("haproxy-port-differs")

    @pytest.mark.parametrize("odd", ["{{ my_services }}", None, 3, [[[[[[[[service()]]]]]]]]])
    def test_what_cannot_be_told_is_not_guessed(self, odd: object) -> None:
        assert not balanced(haproxy_extra_services=odd).found("haproxy-port-twice")
