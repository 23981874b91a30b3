"""The certificates of a deployment on the command line, for people, programs and monitoring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from octavia_wizard.cli import cli
from octavia_wizard.core.facts.resources import Amphora
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.session import Session
from tests.cli.conftest import Run, lines_of
from tests.core.pki.support import SECRETS, generating, laid_out
from tests.fakes import FakeCloud


def put(path: Path, variables: object) -> None:
    """Write a user file as private as a secrets file."""
    path.touch(mode=0o600)
    path.write_text(f"# Written by octavia-wizard.\n{yaml.safe_dump(variables)}")


@pytest.fixture
def layout(deploy_dir: Path) -> CertificateLayout:
    """Have certificates deployed: ten years the CAs, five the client."""
    made = laid_out(generating(deploy_dir / "octavia"))
    put(deploy_dir / "user_variables_octavia.yml", dict(made.variables))
    put(deploy_dir / "user_secrets_octavia.yml", SECRETS)
    return made


def test_show_tells_every_certificate_with_its_days(run: Run, layout: CertificateLayout) -> None:
    result = run("certs", "show")
    assert result.exit_code == 0
    assert result.stdout.count("SHA-256") == 3
    for title in ("Server CA: ok, 3649 days left", "Client: ok, 1824 days left"):
        assert title in result.stdout
    for pem in (Pem.SERVER_CA, Pem.CLIENT_CA, Pem.CLIENT):
        assert str(layout.files[pem]) in result.stdout
    assert "certs renew" in result.stdout
    assert "certs rollover server" in result.stdout
    assert "today" in result.stdout


def test_whole_fingerprints_are_there_to_be_searched(run: Run, layout: CertificateLayout) -> None:
    marks = [one["fingerprint"] for one in document(run)["certificates"]]
    text = run("certs", "show").stdout
    assert all(mark in text for mark in marks)


def document(run: Run, *words: str) -> dict[str, Any]:
    """Return the data of certs show."""
    result = run("certs", "show", "--format", "json", *words)
    found = dict(lines_of(result)[0])
    assert found["kind"] == "certificates"
    return found


def test_the_shape_of_the_data(run: Run, layout: CertificateLayout) -> None:
    found = document(run)
    assert found["verdict"] == "ok"
    assert found["origin"] == "user files"
    assert (found["warn_days"], found["critical_days"]) == (60, 14)
    assert found["amphorae"] is None
    (server, _, client) = found["certificates"]
    assert set(server) == {
        "pem",
        "title",
        "subject",
        "issuer",
        "serial",
        "fingerprint",
        "key_kind",
        "path",
        "not_before",
        "not_after",
        "renew_by",
        "days_left",
        "state",
        "in_chain",
        "approved",
        "installed",
        "key",
        "next",
    }
    assert client["state"] == "ok"
    assert datetime.fromisoformat(client["not_after"]) > datetime.now(UTC)
    assert client["key"] == {
        "path": str(layout.files[Pem.CLIENT_KEY]),
        "encrypted": False,
        "opened": True,
        "mode": "0600",
    }
    result = run("certs", "show", "--format", "json")
    assert lines_of(result)[-1] == {
        "schema": 1,
        "kind": "result",
        "command": "certs show",
        "exit_code": 0,
    }


@pytest.mark.parametrize(
    ("limits", "code", "plugin", "word"),
    [
        ((), 0, 0, "OK"),
        (("--warn-days", "2000"), 8, 1, "WARNING"),
        (("--warn-days", "9000", "--critical-days", "2000"), 4, 2, "CRITICAL"),
    ],
)
def test_exit_codes_tell_what_is_due(
    run: Run,
    layout: CertificateLayout,
    limits: tuple[str, ...],
    code: int,
    plugin: int,
    word: str,
) -> None:
    assert run("certs", "show", *limits).exit_code == 0, "only with --check"
    assert run("certs", "show", "--check", *limits).exit_code == code
    result = run("certs", "show", "--check", "--format", "json", *limits)
    assert result.exit_code == code
    assert lines_of(result)[-1]["exit_code"] == code
    result = run("certs", "show", "--nagios", *limits)
    assert result.exit_code == plugin
    assert result.stdout.startswith(f"OCTAVIA CERTS {word} - Client")
    assert result.stdout.count("\n") == 1


def test_a_broken_deployment_is_critical(run: Run, layout: CertificateLayout) -> None:
    layout.files[Pem.CLIENT_KEY].write_text("nothing")
    assert run("certs", "show", "--check").exit_code == 4
    result = run("certs", "show", "--nagios")
    assert result.exit_code == 2
    assert "client key" in result.stdout


def test_without_any_certificate(run: Run) -> None:
    result = run("certs", "show")
    assert result.exit_code == 0
    assert "there are no certificates" in result.stdout
    assert run("certs", "show", "--check").exit_code == 4
    result = run("certs", "show", "--nagios")
    assert result.exit_code == 3
    assert result.stdout.startswith("OCTAVIA CERTS UNKNOWN - there are no certificates")


def test_no_secret_is_shown(run: Run, layout: CertificateLayout) -> None:
    for words in ((), ("--format", "json"), ("--nagios",)):
        result = run("certs", "show", *words)
        assert not any(value in result.output for value in SECRETS.values())


def test_a_wrong_directory_is_no_clean_bill(tmp_path: Path) -> None:
    place = ["--deploy-dir", str(tmp_path / "nowhere")]
    result = CliRunner().invoke(cli, [*place, "certs", "show", "--check"])
    assert result.exit_code == 2
    assert "there is no deploy directory" in result.stderr
    result = CliRunner().invoke(cli, [*place, "certs", "show", "--nagios"])
    assert result.exit_code == 3
    assert result.stdout.startswith("OCTAVIA CERTS UNKNOWN - there is no deploy directory")


def test_thresholds_the_wrong_way_round(run: Run, layout: CertificateLayout) -> None:
    result = run("certs", "show", "--warn-days", "5", "--critical-days", "10")
    assert result.exit_code == 2
    assert "--critical-days must not be more" in result.stderr


def test_nothing_is_written(run: Run, layout: CertificateLayout, deploy_dir: Path) -> None:
    def seen() -> dict[Path, tuple[int, int]]:
        return {
            path: (path.stat().st_mtime_ns, path.stat().st_mode) for path in deploy_dir.rglob("*")
        }

    before = seen()
    run("certs", "show", "--check")
    assert seen() == before


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    """Return the cloud of the deployment, with one amphora whose renewal failed."""
    one = FakeCloud()
    ends = datetime.now(UTC) + timedelta(days=9)
    one.amphorae = (
        Amphora("a1", "ALLOCATED", "lb1", certificate_ends=ends, certificate_busy=True),
    )
    monkeypatch.setattr(Session, "connect", lambda session: one)
    return one


def test_amphorae_whose_certificates_are_not_renewed(
    run: Run, layout: CertificateLayout, cloud: FakeCloud
) -> None:
    result = run("certs", "show", "--amphorae", "--cloud", "fake", "--check")
    assert result.exit_code == 8
    assert "Amphorae: 1 with a certificate" in result.stdout
    assert "openstack loadbalancer failover lb1" in result.stdout
    found = document(run, "--amphorae", "--cloud", "fake")
    assert found["amphorae"]["late"][0]["busy"] is True
    result = run("certs", "show", "--amphorae", "--cloud", "fake", "--nagios")
    assert result.exit_code == 1
    assert "'amphorae'=8" in result.stdout


def test_help_names_the_codes_and_a_line_for_cron(run: Run) -> None:
    text = run("certs", "show", "--help").stdout
    assert "/etc/cron.d" in text
    for code in ("  8  ", "  4  ", "0 ok, 1 warning, 2 critical, 3 unknown"):
        assert code in text
    assert max(map(len, text.splitlines())) <= 80


def test_limits_that_cannot_be_are_unknown_to_a_monitoring_system(
    run: Run, layout: CertificateLayout
) -> None:
    """A plugin that ends with 2 says that something is critical, and nothing was looked at."""
    result = run("certs", "show", "--nagios", "--warn-days", "10")
    assert result.exit_code == 3
    assert result.stdout.startswith("OCTAVIA CERTS UNKNOWN - --critical-days must not")
    result = run("certs", "show", "--check", "--warn-days", "10")
    assert result.exit_code == 2
    assert "give both" in result.output


def test_a_key_that_others_can_read_is_no_peace(run: Run, layout: CertificateLayout) -> None:
    """It is told with a mark, and so with an exit code."""
    layout.files[Pem.CLIENT_KEY].chmod(0o644)
    assert run("certs", "show", "--check").exit_code == 8
    result = run("certs", "show", "--nagios")
    assert result.exit_code == 1
    assert "can be read by other users" in result.stdout
