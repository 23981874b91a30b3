"""Controllers as the real role configures them agree; whatever is changed on one is told."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.controllers.agreement import (
    Disagreement,
    Kind,
    agreement,
    all_agree,
    drift_lines,
)
from octavia_wizard.core.facts.controllers import Bridge, Controller, Controllers, FileState
from octavia_wizard.core.facts.model import Facts
from tests.core.controllers.support import (
    KEY,
    NAMES,
    RELEASES,
    conf,
    controller,
    deployment,
    look,
    three,
)

NEWEST = RELEASES[-1]
LIVE = {"cloud.mode": "live", "cloud.name": "site"}


def found(
    controllers: Controllers | None, release: str = NEWEST, **answers: Any
) -> tuple[Disagreement, ...]:
    """Return what disagrees, given answers with ``__`` for the dot."""
    given = {key.replace("__", ".", 1): value for key, value in answers.items()}
    effective, facts = deployment(release, LIVE | given)
    return agreement(effective, replace(facts, controllers=controllers))


def changed(directory: Path, **parts: Any) -> Controllers:
    """Return three controllers alike, but for some facts of the last one."""
    controllers = three(NEWEST, directory)
    *others, last = controllers.hosts
    return replace(controllers, hosts=(*others, replace(last, **parts)))


def test_of_what_nobody_looked_at_nothing_is_said() -> None:
    assert found(None) == ()


@pytest.mark.parametrize("release", RELEASES)
def test_what_the_role_writes_for_its_defaults_is_what_is_expected(
    release: str, tmp_path: Path
) -> None:
    assert found(three(release, tmp_path), release) == ()


@pytest.mark.parametrize("release", RELEASES)
def test_an_answer_that_has_not_reached_them_is_told_of_each(release: str, tmp_path: Path) -> None:
    controllers = three(release, tmp_path)
    was = controllers.hosts[0].options["controller_worker.loadbalancer_topology"]
    wanted = "SINGLE" if was == "ACTIVE_STANDBY" else "ACTIVE_STANDBY"
    differing = found(controllers, release, capacity__topology=wanted)
    about = [one for one in differing if one.subject.endswith("loadbalancer_topology")]
    assert [(one.host, one.expected, one.found) for one in about] == [
        (name, wanted, was) for name in NAMES
    ]


CHANGES = (
    ("amp_flavor_id = 5f7a", "amp_flavor_id = 0000", "controller_worker.amp_flavor_id"),
    ("amp_boot_network_list = 5f", "amp_boot_network_list = 00", "amp_boot_network_list"),
    ("amp_secgroup_list = octavia", "amp_secgroup_list = other", "amp_secgroup_list"),
    ("amp_image_tag = octavia", "amp_image_tag = other", "amp_image_tag"),
    ("amp_image_owner_id = 5f", "amp_image_owner_id = 00", "amp_image_owner_id"),
    ("172.29.232.13:5555", "172.29.232.14:5555", "controller_ip_port_list"),
    ("enable_anti_affinity = True", "enable_anti_affinity = False", "nova.enable_anti_affinity"),
    ("availability_zone=nova", "availability_zone=zone2", "nova.availability_zone"),
    ("client_ca = /etc", "client_ca = /tmp", "controller_worker.client_ca"),
    ("ca_private_key = /etc", "ca_private_key = /tmp", "certificates.ca_private_key"),
)


@pytest.mark.parametrize(("before", "after", "subject"), CHANGES)
def test_an_option_somebody_edited_is_told_once_with_its_host(
    before: str, after: str, subject: str, tmp_path: Path
) -> None:
    (one,) = (
        one
        for one in found(three(NEWEST, tmp_path, (before, after)))
        if one.kind is not Kind.ADDRESS
    )
    assert (one.kind, one.host, one.mended_by) == (Kind.OPTION, NAMES[2], "octavia")
    assert one.subject.endswith(subject)


def test_the_order_of_health_managers_and_the_spelling_of_a_flag_mean_nothing(
    tmp_path: Path,
) -> None:
    text = conf(
        NEWEST,
        ("172.29.232.11:5555,172.29.232.12:5555", "172.29.232.12:5555, 172.29.232.11:5555"),
        ("enable_anti_affinity = True", "enable_anti_affinity = true"),
    )
    assert found(look(*(controller(name, text, tmp_path) for name in NAMES))) == ()


def test_an_override_counts_more_than_the_variable_behind_it(tmp_path: Path) -> None:
    overrides = {"controller_worker": {"amp_active_retries": 99}}
    differing = found(three(NEWEST, tmp_path), variables__octavia_octavia_conf_overrides=overrides)
    assert {(one.subject, one.expected, one.found) for one in differing} == {
        ("controller_worker.amp_active_retries", "99", "10")
    }


def test_an_owner_a_user_file_leaves_open_is_not_looked_up(tmp_path: Path) -> None:
    text = conf(
        NEWEST, ("amp_image_owner_id = 5f7a3c1e000040008000000000000003", "amp_image_owner_id =")
    )
    open_to_all = look(*(controller(name, text, tmp_path) for name in NAMES))
    assert {one.subject for one in found(open_to_all)} == {"controller_worker.amp_image_owner_id"}
    assert found(open_to_all, variables__octavia_amp_image_owner_id="") == ()


class TestPeers:
    """Each controller must be as the others, also in what no answer is about."""

    @pytest.mark.parametrize(
        ("before", "after", "subject"),
        [
            ("heartbeat_key = planted", "heartbeat_key = other", "health_manager.heartbeat_key"),
            (KEY, KEY + "x", "certificates.server_certs_key_passphrase"),
            ("connection = mysql", "connection = sqlite", "database.connection"),
            ("pool_timeout = ", "pool_timeout = 1", "database.pool_timeout"),
        ],
    )
    def test_what_differs_on_one_is_told_with_that_one(
        self, before: str, after: str, subject: str, tmp_path: Path
    ) -> None:
        (one,) = found(three(NEWEST, tmp_path, (before, after)))
        assert (one.kind, one.host, one.subject) == (Kind.PEERS, NAMES[2], subject)
        assert "planted" not in repr(one)

    def test_an_address_of_its_own_may_differ(self, tmp_path: Path) -> None:
        assert found(three(NEWEST, tmp_path, ("bind_host = 172.29.236.11", "bind_host = ::"))) == ()

    def test_one_alone_has_none_to_differ_from(self, tmp_path: Path) -> None:
        controllers = three(NEWEST, tmp_path, ("heartbeat_key = planted", "heartbeat_key = other"))
        assert found(replace(controllers, hosts=controllers.hosts[2:])) == ()

    def test_a_secret_that_could_not_be_digested_says_nothing(self, tmp_path: Path) -> None:
        last = three(NEWEST, tmp_path).hosts[2]
        assert found(changed(tmp_path, secrets=dict.fromkeys(last.secrets, ""))) == ()

    def test_certificates_differ_though_the_deploy_host_has_none(self, tmp_path: Path) -> None:
        controllers = three(NEWEST, tmp_path)
        hosts = [
            replace(host, certificates={"client_ca.pem": (mark * 40,)})
            for host, mark in zip(controllers.hosts, ("AA:", "AA:", "BB:"), strict=True)
        ]
        (one,) = found(replace(controllers, hosts=tuple(hosts)))
        assert (one.kind, one.host, one.subject) == (
            Kind.PEERS,
            NAMES[2],
            "/etc/octavia/certs/client_ca.pem",
        )


@pytest.mark.parametrize(
    ("before", "after", "subject"),
    [
        (KEY, "", "certificates.server_certs_key_passphrase"),
        (
            KEY,
            "server_certs_key_passphrase = insecure-key-do-not-use-this-key",
            "certificates.server_certs_key_passphrase",
        ),
        (
            "heartbeat_key = planted-hmac-7c1a",
            "heartbeat_key = insecure",
            "health_manager.heartbeat_key",
        ),
        (
            "ca_private_key_passphrase = planted-ca-7c1a",
            "ca_private_key_passphrase = foobar",
            "certificates.ca_private_key_passphrase",
        ),
    ],
)
def test_a_secret_that_anybody_can_read_up_is_told(
    before: str, after: str, subject: str, tmp_path: Path
) -> None:
    text = conf(NEWEST, (before, after))
    alike = look(*(controller(name, text, tmp_path) for name in NAMES))
    assert {(one.kind, one.subject) for one in found(alike)} == {(Kind.INSECURE, subject)}


def test_before_octavia_had_that_key_nobody_misses_it(tmp_path: Path) -> None:
    text = conf("16.0.29", (KEY, ""))
    alike = look(*(controller(name, text, tmp_path) for name in NAMES))
    assert found(alike, "16.0.29") == ()


class TestCertificates:
    """What the controllers use must be what the deploy host has."""

    def certificates(self, directory: Path) -> dict[str, object]:
        """Make certificates at the places of ours, and return the answers that name them."""
        (directory / "private").mkdir(parents=True)
        for name in ("ca_server_01.pem", "ca_01.pem", "client-.pem"):
            made = [
                "-keyout",
                f"{directory}/key",
                "-out",
                f"{directory}/{name}",
                "-subj",
                f"/CN={name}",
            ]
            kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9"]
            subprocess.run(["openssl", "req", *kind, *made], check=True, capture_output=True)
        return {"certificates.source": "generate", "certificates.directory": str(directory)}

    def fingerprint(self, path: Path) -> str:
        """Return what openssl says of it."""
        command = ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return str(done.stdout).strip().partition("=")[2]

    def test_others_than_ours_are_told_and_ours_are_not(self, tmp_path: Path) -> None:
        place = tmp_path / "pki"
        answers = LIVE | self.certificates(place)
        marks = {
            "server_ca.pem": (self.fingerprint(place / "ca_server_01.pem"),),
            "client_ca.pem": (self.fingerprint(place / "ca_01.pem"),),
            "client.pem": (self.fingerprint(place / "client-.pem"),),
        }
        controllers = three(NEWEST, tmp_path)
        right = tuple(replace(host, certificates=marks) for host in controllers.hosts)
        effective, facts = deployment(NEWEST, answers)
        assert agreement(effective, replace(facts, controllers=look(*right))) == ()

        swapped = marks | {"client_ca.pem": marks["server_ca.pem"]}
        del swapped["client.pem"]
        wrong = look(*right[:2], replace(right[2], certificates=swapped))
        told = agreement(effective, replace(facts, controllers=wrong))
        assert [(one.kind, one.host, one.subject) for one in told] == [
            (Kind.CERTIFICATE, NAMES[2], "/etc/octavia/certs/client.pem"),
            (Kind.CERTIFICATE, NAMES[2], "/etc/octavia/certs/client_ca.pem"),
        ]
        assert told[0].found == "absent"
        assert marks["client_ca.pem"][0][:11] in told[1].expected

    def test_a_key_that_every_user_may_read_is_told(self, tmp_path: Path) -> None:
        state = {"ca_key.pem": FileState(0o644), "server_ca.pem": FileState(0o644)}
        (one,) = found(changed(tmp_path, files=state))
        assert (one.kind, one.subject, one.found) == (
            Kind.EXPOSED,
            "/etc/octavia/certs/ca_key.pem",
            "644",
        )


class TestRunning:
    """Services, ports and addresses."""

    def test_a_service_that_failed_and_one_that_is_missing_are_told(self, tmp_path: Path) -> None:
        services = {"octavia-worker": "failed", "octavia-housekeeping": "absent"}
        controllers = changed(tmp_path, services=services)
        assert [(one.subject, one.found) for one in found(controllers)] == [
            ("octavia-housekeeping", "absent"),
            ("octavia-worker", "failed"),
        ]

    def test_where_there_is_no_systemd_nothing_is_said(self, tmp_path: Path) -> None:
        assert found(changed(tmp_path, services={}, listening=None)) == ()

    def test_a_service_that_runs_and_does_not_listen_is_told(self, tmp_path: Path) -> None:
        (one,) = found(changed(tmp_path, listening=frozenset({"tcp 9876"})))
        assert (one.kind, one.subject) == (Kind.SERVICE, "udp 5555")

    def test_a_health_manager_without_a_listed_address_is_told(self, tmp_path: Path) -> None:
        (one,) = found(changed(tmp_path, addresses={"eth0": ("10.0.3.9",)}))
        assert (one.kind, one.host) == (Kind.ADDRESS, NAMES[2])


class TestBridges:
    """The bridge must be there before containers are attached to it, so before any deployment."""

    @pytest.mark.parametrize(
        ("bridge", "says"),
        [
            (None, "absent"),
            (Bridge(up=False, mtu=1500), "down"),
            (Bridge(up=True, mtu=1400), "MTU 1400"),
        ],
    )
    def test_a_host_without_a_working_one_is_told(self, bridge: Bridge | None, says: str) -> None:
        bridges = {"infra1": Bridge(up=True, mtu=1500), "infra2": bridge}
        (one,) = found(look(bridges=bridges), network__mode="create", network__mtu=1500)
        assert (one.kind, one.host, one.subject) == (Kind.BRIDGE, "infra2", "br-lbaas")
        assert says in one.found
        assert not one.mended_by


class TestUnasked:
    """What could not be asked is told as that, and taken for no difference."""

    def test_nobody_could_be_asked(self) -> None:
        (one,) = found(look(problem="there is no ansible on this host"))
        assert (one.kind, one.host, one.found) == (
            Kind.UNASKED,
            "",
            "there is no ansible on this host",
        )

    def test_one_could_not_be_asked(self, tmp_path: Path) -> None:
        controllers = three(NEWEST, tmp_path)
        gone = Controller(NAMES[2], "Connection refused", deployed=False)
        controllers = replace(
            controllers, hosts=(*controllers.hosts[:2], gone), unasked={"infra3": "refused"}
        )
        assert [(one.kind, one.host) for one in found(controllers)] == [
            (Kind.UNASKED, "infra3"),
            (Kind.UNASKED, NAMES[2]),
        ]


class TestDrift:
    """The plan runs the playbook for what it would mend, and for nothing else."""

    def lines(self, controllers: Controllers) -> tuple[str, ...]:
        """Return the lines for three controllers of the newest release."""
        effective, facts = deployment(NEWEST, LIVE)
        return drift_lines(effective, replace(facts, controllers=controllers))

    def agreed(self, controllers: Controllers | None, facts: Facts | None = None) -> bool:
        """Say whether all agree."""
        effective, known = deployment(NEWEST, LIVE)
        return all_agree(effective, replace(facts or known, controllers=controllers))

    def test_what_is_the_same_on_several_is_one_line(self, tmp_path: Path) -> None:
        text = conf(NEWEST, ("amp_image_tag = octavia", "amp_image_tag = other"))
        alike = look(*(controller(name, text, tmp_path) for name in NAMES))
        (line,) = self.lines(alike)
        assert line == (
            f"~ {', '.join(NAMES)}: controller_worker.amp_image_tag is other-amphora-image, "
            "not octavia-amphora-image"
        )

    def test_a_stopped_service_or_a_missing_bridge_is_none(self, tmp_path: Path) -> None:
        controllers = changed(tmp_path, services={"octavia-worker": "failed"})
        assert self.lines(replace(controllers, bridges={"infra1": None})) == ()

    def test_a_new_controller_without_octavia_is_drift_once_others_have_it(
        self, tmp_path: Path
    ) -> None:
        controllers = three(NEWEST, tmp_path)
        new = Controller(NAMES[2], deployed=False)
        assert (
            "octavia.conf is absent"
            in self.lines(replace(controllers, hosts=(*controllers.hosts[:2], new)))[0]
        )
        assert self.lines(look(*(Controller(name, deployed=False) for name in NAMES))) == ()

    def test_all_agree_only_where_all_were_asked(self, tmp_path: Path) -> None:
        controllers = three(NEWEST, tmp_path)
        assert self.agreed(controllers)
        assert not self.agreed(None)
        assert not self.agreed(look())
        assert not self.agreed(look(problem="no"))
        gone = Controller(NAMES[2], "refused", deployed=False)
        assert not self.agreed(replace(controllers, hosts=(*controllers.hosts[:2], gone)))
