"""certs renew and certs rollover, as an operator calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from octavia_wizard.core.answers.load import load_preset
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import read_certificate
from octavia_wizard.core.places import DeploymentPlace
from tests.cli.conftest import Run, lines_of
from tests.core.pki.support import SECRETS, generating, laid_out


@pytest.fixture
def preset(files_preset: Path, run: Run, deploy_dir: Path) -> Path:
    """A preset whose certificates were made, and are in use."""
    with files_preset.open("a") as file:
        file.write("certificates: {key_type: ec-p256}\n")
    secrets = deploy_dir / "user_secrets_octavia.yml"
    secrets.write_text("".join(f"{name}: {value}\n" for name, value in SECRETS.items()))
    secrets.chmod(0o600)
    done = run("replay", str(files_preset), "--only", "certificates", "--yes")
    assert done.exit_code == 0, done.output
    return files_preset


@pytest.fixture
def certificates(preset: Path, deploy_dir: Path) -> Path:
    """The directory of the certificates."""
    return deploy_dir / "octavia"


def last(result: Result, kind: str) -> dict[str, object]:
    """Return the last document of a kind."""
    return dict([line for line in lines_of(result) if line["kind"] == kind][-1])


def test_renew(run: Run, preset: Path, certificates: Path) -> None:
    """The new certificate is shown with the playbook that distributes it."""
    former = read_certificate(certificates / "client-.pem").fingerprint
    done = run("certs", "renew", str(preset), "--yes", "--format", "json")
    assert done.exit_code == 0, done.output
    told = last(done, "certificate-renewed")
    new = read_certificate(certificates / "client-.pem").fingerprint
    assert told["fingerprint"] == new != former
    assert "openstack.osa.octavia" in str(told["commands"])


def test_renew_with_the_answers_of_the_deployment(run: Run, certificates: Path) -> None:
    """Without a preset those count that the deployment was made with."""
    done = run("certs", "renew", "--yes", "--days", "30")
    assert done.exit_code == 0, done.output
    assert "The client certificate is renewed." in done.output
    assert "openssl s_client" in done.output


def test_dry_run_changes_nothing(run: Run, preset: Path, certificates: Path) -> None:
    """The plan is shown, and that is all."""
    before = {path: path.read_bytes() for path in certificates.rglob("*") if path.is_file()}
    done = run("certs", "renew", str(preset), "--dry-run")
    assert done.exit_code == 0, done.output
    assert "nothing was changed" in done.output
    done = run("certs", "rollover", "server", str(preset), "--next", "--dry-run")
    assert done.exit_code == 0, done.output
    assert {p: p.read_bytes() for p in certificates.rglob("*") if p.is_file()} == before


def test_nobody_to_confirm(run: Run, preset: Path, certificates: Path) -> None:
    """Without --yes and without a terminal nothing is changed."""
    before = (certificates / "client.key").read_bytes()
    done = run("certs", "renew", str(preset))
    assert done.exit_code == 2
    assert (certificates / "client.key").read_bytes() == before


def test_renew_where_it_cannot_be(run: Run, preset: Path, certificates: Path) -> None:
    """Without the authority's key it ends with 4, and tells the way by openssl."""
    (certificates / "ca_01.key").unlink()
    done = run("certs", "renew", str(preset), "--yes")
    assert done.exit_code == 4
    assert "openssl req -new" in done.output
    assert "ca_01.key" in done.output


def test_a_request(run: Run, preset: Path, home: Path) -> None:
    """Request and key lie where they were wanted; a second time nothing is overwritten."""
    done = run("certs", "renew", str(preset), "--csr", "client.csr")
    assert done.exit_code == 0, done.output
    key = home / "work" / "client.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert run("certs", "renew", str(preset), "--csr", "client.csr").exit_code == 5


def test_undo_brings_the_former_one_back(run: Run, preset: Path, certificates: Path) -> None:
    """Undo of the run alone restores key and certificate."""
    before = {path: path.read_bytes() for path in certificates.rglob("*") if path.is_file()}
    done = run("certs", "renew", str(preset), "--yes", "--format", "json")
    run_id = str(last(done, "certificate-renewed")["run"])
    done = run("undo", "--run", run_id, "--yes")
    assert done.exit_code == 0, done.output
    assert {p: p.read_bytes() for p in certificates.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("verb", ["renew", "rollover"])
def test_resume_after_an_interruption(
    verb: str,
    run: Run,
    preset: Path,
    certificates: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The run that was stopped in its middle comes to its end, and tells what is next."""
    from octavia_wizard.core.errors import FileError
    from octavia_wizard.core.steps import replacing

    real, count = replacing._replace, 0

    def failing(*given: object) -> None:
        nonlocal count
        count += 1
        if count == 2:
            raise FileError("the disk is full")
        real(*given)  # type: ignore[arg-type]

    words = ["renew", str(preset)] if verb == "renew" else ["rollover", "server", str(preset)]
    words += ["--next"] if verb == "rollover" else []
    monkeypatch.setattr(replacing, "_replace", failing)
    assert run("certs", *words, "--yes").exit_code == 5
    monkeypatch.setattr(replacing, "_replace", real)
    done = run("resume", "--yes")
    assert done.exit_code == 0, done.output
    assert "openstack.osa.octavia" in done.output
    assert "Nothing to resume" in run("resume").output
    assert run("plan", str(preset), "--only", "certificates").exit_code == 0


def test_the_approval_of_the_former_one(
    run: Run, preset: Path, certificates: Path, deploy_dir: Path
) -> None:
    """Our own answers go along; of the operator's preset the line to change is told."""
    names = ("ca_server_01.pem", "ca_01.pem", "client-.pem")
    marks = [read_certificate(certificates / name).fingerprint for name in names]
    text = preset.read_text()
    preset.write_text(text.replace("key_type:", f"approved: {json.dumps(marks)}, key_type:"))
    assert run("replay", str(preset), "--only", "certificates", "--yes").exit_code == 0
    saved = DeploymentPlace.of(deploy_dir).preset
    saved.write_bytes(preset.read_bytes())
    done = run("certs", "renew", str(preset), "--yes")
    assert done.exit_code == 0, done.output
    new = read_certificate(certificates / "client-.pem").fingerprint
    assert load_preset(saved).values["certificates.approved"] == [*marks[:2], new]
    flowing = " ".join(done.output.split())
    assert f"certificates.approved: {new} instead of {marks[2]}" in flowing
    assert preset.read_bytes().count(marks[2].encode()) == 1
    again = run("replay", str(preset), "--only", "certificates", "--yes")
    assert again.exit_code == 4
    assert run("replay", str(saved), "--only", "certificates", "--yes").exit_code == 0


def test_a_rollover_from_its_plan_to_its_second_phase(
    run: Run, preset: Path, certificates: Path
) -> None:
    """The plan shows all phases; the next is refused until the playbook was told to have run."""
    shown = run("certs", "rollover", "server", str(preset))
    assert shown.exit_code == 0, shown.output
    for word in ("trust:", "use:", "drop:", "then wait:", "to go back:", "may be begun"):
        assert word in shown.output
    plan = last(run("certs", "rollover", "server", str(preset), "--format", "json"), "ca-rollover")
    assert plan["next"] == "trust"
    begin = ("certs", "rollover", "server", str(preset), "--next", "--yes")
    assert run(*begin).exit_code == 0
    refused = run(*begin)
    assert refused.exit_code == 4
    assert "--distributed" in refused.output
    noted = run("certs", "rollover", "server", str(preset), "--yes", "--distributed")
    assert noted.exit_code == 0, noted.output
    second = run(*begin)
    assert second.exit_code == 0, second.output
    assert "G2" in read_certificate(certificates / "ca_server_01.pem").subject
    assert run("plan", str(preset), "--only", "certificates").exit_code == 0
    run("certs", "rollover", "server", str(preset), "--yes", "--distributed")
    early = run(*begin)
    assert early.exit_code == 4
    assert "must wait" in early.output
    assert run(*begin, "--failed-over").exit_code == 0
    assert not (certificates / "next").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("both",), 2),
        (("server", "--next", "--distributed=now"), 2),
        (("server", "--distributed=yesterday"), 2),
        (("server", "--distributed"), 4),
    ],
)
def test_what_cannot_be_meant(
    words: tuple[str, ...], code: int, run: Run, preset: Path, certificates: Path
) -> None:
    """Each ends with its code and changes nothing."""
    before = set(certificates.rglob("*"))
    side, *options = words
    done = run("certs", "rollover", side, str(preset), *options)
    assert done.exit_code == code, done.output
    assert set(certificates.rglob("*")) == before


@pytest.mark.parametrize(
    "words", [("renew",), ("rollover", "server", "--next")], ids=["renew", "rollover"]
)
def test_a_broken_clouds_file_does_not_hide_what_was_done(
    words: tuple[str, ...], run: Run, preset: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No cloud is needed: what is changed is told as done, with what brings it to controllers."""
    clouds = home / "clouds.yaml"
    clouds.write_text("clouds: [")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds))
    done = run("certs", *words, "--yes")
    assert done.exit_code == 0, done.output
    assert "openstack.osa.octavia" in done.output


@pytest.mark.parametrize(
    ("words", "code"),
    [(("renew",), 4), (("rollover", "server"), 2), (("rollover", "client", "--next"), 2)],
    ids=["renew", "rollover", "next"],
)
def test_what_the_role_made_is_not_to_be_replaced_by_answers(
    words: tuple[str, ...], code: int, run: Run, files_preset: Path, home: Path
) -> None:
    """The cloud was installed without octavia-wizard: its way is told, and nothing is made."""
    made = laid_out(generating(home / "made")).files
    pki = home / "home" / "openstack-ansible"
    places = {
        Pem.SERVER_CA: pki / "roots/OctaviaServerRoot/certs/OctaviaServerRoot.crt",
        Pem.CLIENT_CA: pki / "roots/OctaviaClientRoot/certs/OctaviaClientRoot.crt",
        Pem.CLIENT: pki / "certs/certs/octavia_client.crt",
    }
    for pem, path in places.items():
        path.parent.mkdir(parents=True)
        made[pem].rename(path)
    done = run("certs", *words, str(files_preset), "--yes")
    assert done.exit_code == code, done.output
    assert "cut every amphora off" in done.output
    assert "octavia_regenerate_client_cert" in done.output or "certs rollover" in done.output
    assert "replay" not in done.output
