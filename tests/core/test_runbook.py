"""The runbook tells what was made, how to check it, and how to take it back."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.handover_model import (
    AmphoraImage,
    BackedUp,
    Check,
    Dated,
    Handover,
    Made,
    NextCommand,
    Place,
    PlaybookRan,
    Proof,
    PutOff,
    RunDone,
    StepDone,
    Watching,
)
from octavia_wizard.core.runbook import runbook_text, write_runbook

NAME = "*x*|<b>`[y](http://z)"
ID = "5f0c8a52-5a35-4b57-9d3a-0a8a4f3a2b11"
DEPLOY = Path("/etc/openstack_deploy")

HANDOVER = Handover(
    preset=Path("/state/preset.yml"),
    journal=Path("/state/runs/0001.jsonl"),
    commands=(
        NextCommand("containers", "openstack-ansible containers-lxc-create.yml", "/opt/playbooks"),
        NextCommand("octavia", "openstack-ansible openstack.osa.octavia", note="takes a while"),
    ),
    made=(
        Made("network", "network", NAME, ID, "created"),
        Made("quotas", "quota", "compute", "0a" * 16, "changed"),
        Made("files", "file", f"{DEPLOY}/a.yml", f"{DEPLOY}/a.yml", "created"),
        Made("certificates", "staging", "/tmp/x", "/tmp/x", "created"),  # noqa: S108
    ),
    image=AmphoraImage(
        name=NAME,
        id=ID,
        origin="built 2026-05-06 from ubuntu-minimal noble",
        sha512="ab" * 64,
        rotate_by=datetime(2026, 8, 4, tzinfo=UTC),
        rotate="octavia-wizard image rotate /state/preset.yml",
        builds_anew=True,
    ),
    certificates=(
        Dated(
            what="server CA certificate",
            path=DEPLOY / "ca.pem",
            subject="CN=Octavia <CA>",
            fingerprint="9F:2C",
            not_after=datetime(2036, 1, 2, tzinfo=UTC),
            renew_by=datetime(2035, 11, 3, tzinfo=UTC),
            approved=True,
            renew="replace the CA, *in steps*",
            command="octavia-wizard certs rollover server",
        ),
        Dated(
            what="client certificate",
            path=DEPLOY / "client.pem",
            subject="CN=c",
            fingerprint="C0:18",
            not_after=datetime(2027, 1, 2, tzinfo=UTC),
            renew_by=datetime(2026, 11, 3, tzinfo=UTC),
        ),
    ),
    watching=Watching(
        check="octavia-wizard certs show --check",
        amphorae="octavia-wizard certs show --amphorae",
        root_keys=(DEPLOY / "private/server_root.key",),
    ),
    replay="octavia-wizard replay /state/preset.yml",
    undo="octavia-wizard undo",
    place=Place("33.0.1", DEPLOY, "site", "RegionOne", "service"),
    adopted=(Made("flavor", "flavor", "m1.amphora", ID, "adopted"),),
    put_off=(
        PutOff(
            "quotas",
            "Quotas",
            "left out by the operator: they stay as they are",
            "octavia-wizard replay /state/preset.yml --only quotas",
        ),
    ),
    resume="octavia-wizard resume",
    status="octavia-wizard status",
    variables=(("OS_CLOUD", "site"),),
    checks=(Check(f"The network {NAME}", f"openstack network show {ID}"),),
    journals=Path("/state/runs"),
    backups=Path("/state/backups"),
    written=datetime(2026, 5, 6, 7, 8, tzinfo=UTC),
    runbook_html=Path("/state/runbook.html"),
    runs=(
        RunDone(
            run_id="0001-20260506T070000Z",
            command="replay preset.yml",
            started="2026-05-06T07:00:00+00:00",
            status="done",
            seconds=455.0,
            journal=Path("/state/runs/0001.jsonl"),
            steps=(
                StepDone("network", "Management network", "create", NAME, 3.21),
                StepDone("octavia_playbook", "Playbook: Octavia", "run", "", 380.0),
            ),
        ),
    ),
    ran=(
        PlaybookRan(
            "octavia",
            f"openstack-ansible openstack.osa.octavia --limit '{NAME}'",
            "done",
            "2026-05-06T07:01:00+00:00",
            380.0,
            Path("/state/playbooks/octavia-1/output.log"),
            0,
        ),
        PlaybookRan(
            "haproxy",
            "openstack-ansible openstack.osa.haproxy",
            "failed",
            "2026-05-06T07:06:00+00:00",
            7.0,
            Path("/state/playbooks/haproxy-1/output.log"),
            2,
        ),
    ),
    playbook_logs=Path("/state/playbooks"),
    changed=(
        BackedUp(
            DEPLOY / "openstack_user_config.yml",
            Path("/state/backups/0001/openstack_user_config.yml.0a0a"),
            "0001-20260506T070000Z",
        ),
    ),
    verified=Proof("2026-05-06T07:07:00+00:00", smoke=True),
    verify="octavia-wizard verify",
    rewrite="octavia-wizard runbook",
)


def tokens(text: str) -> list[Token]:
    """Read a document as GitHub does, inline tokens and all."""
    found: list[Token] = []
    for token in MarkdownIt("gfm-like").parse(text):
        found += [token, *(token.children or ())]
    return found


def headings(text: str) -> list[str]:
    """Return the headings of a document."""
    found = tokens(text)
    return [found[n + 1].content for n, t in enumerate(found) if t.type == "heading_open"]


def commands(text: str) -> list[str]:
    """Return the blocks to copy."""
    return [token.content.strip() for token in tokens(text) if token.type == "fence"]


def test_it_has_a_part_for_everything() -> None:
    assert headings(runbook_text(HANDOVER)) == [
        "Octavia on OpenStack-Ansible: runbook",
        "Verification",
        "Made or changed in the cloud",
        "Written on this host",
        "Adopted: used as found, and left alone by undo",
        "Files that were changed, and their backups",
        "Amphora image",
        "Certificates",
        "Playbooks that were run",
        "Steps of the last run",
        "Put off",
        "Run next, in this order",
        "Verify by hand",
        "Repeat, resume, undo",
        "Where things are",
    ]


def test_it_names_things_with_kind_name_and_id() -> None:
    text = runbook_text(HANDOVER)
    assert f"- created network ``{NAME}``, id `{ID}`" in text
    assert "- changed quota `compute`" in text
    assert f"- created file `{DEPLOY}/a.yml`\n" in text
    assert f"- adopted flavor `m1.amphora`, id `{ID}`" in text
    assert "staging" not in text


def test_it_tells_of_each_certificate_what_to_compare_and_when_to_renew() -> None:
    text = runbook_text(HANDOVER)
    assert "SHA-256: `9F:2C`" in text
    assert "Subject: `CN=Octavia <CA>`" in text
    assert "Valid until 2036-01-02, renew by 2035-11-03" in text
    assert text.count("Approved by this fingerprint") == 1
    assert text.count("Not approved by anybody") == 1


def test_it_tells_what_to_do_about_certificates_by_when() -> None:
    text = runbook_text(HANDOVER)
    assert "- By 2035-11-03, replace the CA, \\*in steps\\*: `octavia-wizard certs rollover" in text
    assert "30 days" in text
    assert "octavia-housekeeping" in text
    assert f"- `{DEPLOY}/private/server_root.key`" in text
    watching = replace(HANDOVER.watching, amphorae="", root_keys=())  # type: ignore[type-var]
    without = runbook_text(replace(HANDOVER, watching=watching))
    assert "keys of the roots" not in without
    assert "This tells whether it does" not in without


def test_it_tells_of_the_image_where_it_is_from_and_when_a_new_one_is_due() -> None:
    text = runbook_text(HANDOVER)
    assert "- Built 2026-05-06 from ubuntu-minimal noble" in text.replace("\\", "")
    assert f"SHA-512 of the file: `{'ab' * 64}`" in text
    assert "A new one is due by 2026-08-04" in text
    brought = replace(HANDOVER, image=replace(HANDOVER.image, builds_anew=False))  # type: ignore[type-var]
    assert "image rotate takes a new file" in runbook_text(brought)
    assert "Amphora image" not in runbook_text(replace(HANDOVER, image=None))


def test_it_tells_which_playbooks_were_run_when_and_how_they_ended() -> None:
    text = runbook_text(HANDOVER)
    assert (
        f"- 2026-05-06 07:01 UTC: ``openstack-ansible openstack.osa.octavia --limit '{NAME}'"
        in (text)
    )
    assert "  - Ended well after 6 min 20 s\n" in text
    assert "  - Failed after 7.0 s, exit code 2\n" in text
    assert "  - Log: `/state/playbooks/haproxy-1/output.log`" in text
    assert "- Logs of playbooks, by run: `/state/playbooks`" in text


def test_of_many_runs_of_playbooks_the_last_ones_are_told() -> None:
    many = tuple(replace(HANDOVER.ran[0], command=f"openstack-ansible {n}") for n in range(30))
    text = runbook_text(replace(HANDOVER, ran=many))
    assert "The last 20 of 30:" in text
    assert "openstack-ansible 9`" not in text
    assert "openstack-ansible 29`" in text


def test_it_tells_how_long_each_step_took() -> None:
    text = runbook_text(HANDOVER)
    assert (
        "Run `0001-20260506T070000Z` (`replay preset.yml`) of 2026-05-06 07:00 UTC, done in "
        "7 min 35 s:" in text
    )
    assert f"- Management network: created in 3.2 s ``{NAME}``" in text
    assert "- Playbook: Octavia: run in 6 min 20 s\n" in text


def test_a_run_that_did_not_end_is_told_as_such() -> None:
    broken = replace(HANDOVER.runs[0], status="", seconds=None, steps=())
    text = runbook_text(replace(HANDOVER, runs=(broken,)))
    assert "07:00 UTC, not ended:" in text
    assert "- Nothing was to do" in text


def test_it_tells_whether_it_was_verified() -> None:
    text = runbook_text(HANDOVER)
    assert "Verified on 2026-05-06 07:07 UTC: no check failed. A load balancer was" in text
    without = runbook_text(replace(HANDOVER, verified=Proof("2026-05-06T07:07:00Z", smoke=False)))
    assert "A load balancer was" not in without
    assert "It was not verified yet." in runbook_text(replace(HANDOVER, verified=None))
    warned = Proof("2026-05-06T07:07:00Z", smoke=True, warnings=("Amphorae: no heartbeat",))
    assert "Warning: Amphorae: no heartbeat" in runbook_text(replace(HANDOVER, verified=warned))


def test_every_changed_file_is_named_with_its_backup() -> None:
    assert (
        f"- `{DEPLOY}/openstack_user_config.yml`\n"
        "  - As it was before run `0001-20260506T070000Z`: "
        "`/state/backups/0001/openstack_user_config.yml.0a0a`\n"
    ) in runbook_text(HANDOVER)


def test_it_says_what_undo_does_not_take_back() -> None:
    text = runbook_text(HANDOVER)
    assert "Undo does not take back:" in text
    assert "What the playbooks did on the hosts" in text
    none = runbook_text(replace(HANDOVER, ran=(), adopted=()))
    assert "What the playbooks did" not in none
    assert "What was changed by somebody else since" in none


def test_every_command_can_be_copied_whole() -> None:
    assert commands(runbook_text(HANDOVER)) == [
        "octavia-wizard verify",
        "octavia-wizard image rotate /state/preset.yml",
        "octavia-wizard certs show --check",
        "octavia-wizard certs show --amphorae",
        "octavia-wizard replay /state/preset.yml --only quotas",
        "cd /opt/playbooks\nopenstack-ansible containers-lxc-create.yml",
        "openstack-ansible openstack.osa.octavia",
        "export OS_CLOUD=site",
        f"openstack network show {ID}",
        "octavia-wizard replay /state/preset.yml",
        "octavia-wizard resume",
        "octavia-wizard status",
        "octavia-wizard runbook",
        "octavia-wizard undo",
    ]


def test_no_name_from_the_cloud_becomes_markup() -> None:
    kinds = {token.type for token in tokens(runbook_text(HANDOVER))}
    assert not kinds & {"link_open", "html_inline", "html_block", "em_open", "strong_open"}
    assert "table_open" not in kinds
    said = [token.content for token in tokens(runbook_text(HANDOVER)) if token.type == "inline"]
    assert any(NAME in text.replace("\\", "") for text in said)


def test_numbers_go_on_through_the_commands() -> None:
    found = tokens(runbook_text(HANDOVER))
    assert len([token for token in found if token.type == "ordered_list_open"]) == 1


def test_the_same_deployment_gives_the_same_text_but_for_the_date() -> None:
    later = replace(HANDOVER, written=datetime(2027, 1, 1, tzinfo=UTC))
    one, other = runbook_text(HANDOVER).splitlines(), runbook_text(later).splitlines()
    assert [a for a, b in zip(one, other, strict=True) if a != b] == [
        "Written by octavia-wizard on 2026-05-06 07:08 UTC."
    ]


def test_without_a_cloud_nothing_is_said_of_one() -> None:
    files = Handover(preset=None, journal=None, place=Place("33.0.1", DEPLOY))
    text = runbook_text(files)
    assert "none was touched" in text
    assert headings(text)[1:] == ["Repeat, resume, undo", "Where things are"]


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "runbook.md"
    write_runbook(path, HANDOVER)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == runbook_text(HANDOVER)
    assert [entry.name for entry in tmp_path.iterdir()] == ["runbook.md"]


def test_where_it_cannot_be_written_that_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot write"):
        write_runbook(tmp_path / "missing" / "runbook.md", HANDOVER)
