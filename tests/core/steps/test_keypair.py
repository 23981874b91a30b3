"""The public key reaches Nova once, as the user octavia, and is never replaced."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.cloud.sdk import connect
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.errors import TransientError
from octavia_wizard.core.facts.resources import Keypair
from octavia_wizard.core.files import write_file
from octavia_wizard.core.pki.ssh import KeyPair, make_pair
from octavia_wizard.core.steps.base import Action, UndoResult
from octavia_wizard.core.steps.keypair import KeypairStep
from tests.conftest import RehearsalCloud
from tests.core.pki.support import effective
from tests.core.steps.single_step import StepBench, bench
from tests.fakes import OCTAVIA

NAME = "octavia_key"


@pytest.fixture
def pair(tmp_path: Path) -> KeyPair:
    """A pair on this host."""
    made = make_pair("ed25519")
    write_file(tmp_path / NAME, made.private, 0o600)
    write_file(tmp_path / f"{NAME}.pub", f"{made.public.text}\n", 0o600)
    return made


def answers(root: Path, release: str = "33.0.1", **more: object) -> Effective:
    """Return the answers that go with the pair."""
    defaults: dict[str, object] = {
        "ssh__enabled": True,
        "ssh__source": "generate",
        "ssh__key_name": NAME,
        "ssh__key_type": "ed25519",
        "ssh__private_key": str(root / NAME),
    }
    return effective(release, **{**defaults, **more})


def uploader(root: Path, release: str = "33.0.1", **more: object) -> StepBench:
    """Return a bench with the step."""
    return bench(root, KeypairStep(), answers(root, release, **more))


def put(one: StepBench, public_key: str, fingerprint: str = "") -> None:
    """Let Nova have a key of that name already."""
    one.cloud.keypairs[OCTAVIA, NAME] = Keypair(NAME, OCTAVIA, fingerprint, public_key)


def test_upload_once_and_keep(tmp_path: Path, pair: KeyPair) -> None:
    """The whole text is uploaded for the user octavia; the next run changes nothing."""
    one = uploader(tmp_path)
    assert pair.public.fingerprint in one.decision().diff[0]
    assert one.run().status is RunStatus.DONE
    assert one.cloud.keypairs[OCTAVIA, NAME].public_key == pair.public.text
    assert one.decision().action is Action.KEEP
    one.run()
    assert one.cloud.writes == ["import_keypair"]


def test_deferred_while_octavia_is_unknown(tmp_path: Path, pair: KeyPair) -> None:
    """Before the role made the user, the upload waits, and says so."""
    one = uploader(tmp_path)
    one.cloud.octavia_user_id = None
    decision = one.decision()
    assert decision.action is Action.SKIP
    assert decision.reason.startswith("deferred:")
    imported = uploader(tmp_path, "22.0.0", ssh__source="import")
    imported.cloud.octavia_user_id = None
    assert "pair of its own" in imported.decision().reason


def test_waits_for_the_playbook_that_makes_the_user_octavia(tmp_path: Path, pair: KeyPair) -> None:
    """Where the run makes the user by itself, the upload is a part of the very same run."""
    here: dict[str, Any] = {
        "deployment__run_playbooks": True,
        "deployment__playbooks": ["octavia"],
    }
    one = uploader(tmp_path, **here)
    one.cloud.octavia_user_id = None
    assert one.decision().action is Action.CREATE
    assert "octavia_playbook" in one.steps[0].needed(one.effective)
    by_hand = uploader(tmp_path)
    assert "octavia_playbook" not in by_hand.steps[0].needed(by_hand.effective)


def test_planned_before_the_pair_exists(tmp_path: Path) -> None:
    """The plan announces an upload of the key that is still to be made."""
    assert uploader(tmp_path).decision().action is Action.CREATE


def test_the_roles_own_pair_is_taken_over(tmp_path: Path, pair: KeyPair) -> None:
    """A key in Nova whose private half lies here is kept, even without a public file."""
    (tmp_path / f"{NAME}.pub").unlink()
    one = uploader(tmp_path, "22.0.0")
    put(one, f"{pair.public.kind} {pair.public.blob} Generated-by-Nova\n")
    assert one.decision().action is Action.KEEP


def test_another_key_of_that_name(tmp_path: Path, pair: KeyPair) -> None:
    """It is a conflict that shows both, and nothing is replaced."""
    one = uploader(tmp_path)
    other = make_pair("ed25519").public
    put(one, other.text, other.fingerprint)
    decision = one.decision()
    assert decision.action is Action.CONFLICT
    assert decision.diff == (
        f"- {other.fingerprint} (Nova)",
        f"+ {pair.public.fingerprint} (this host)",
    )


def test_a_key_whose_private_half_is_elsewhere(tmp_path: Path) -> None:
    """Nova's key without any file here cannot be ours."""
    one = uploader(tmp_path)
    put(one, make_pair("ed25519").public.text)
    assert "not on this host" in one.decision().reason


def test_compared_by_fingerprint_where_nova_hides_the_key(tmp_path: Path, pair: KeyPair) -> None:
    """Some clouds do not list public keys; Nova's MD5 fingerprint tells just as well."""
    one = uploader(tmp_path)
    put(one, "", pair.public.fingerprint)
    assert one.decision().action is Action.KEEP
    put(one, "", "00:" * 15 + "00")
    assert one.decision().action is Action.CONFLICT


def test_the_comment_matters_where_the_role_uploads_too(tmp_path: Path, pair: KeyPair) -> None:
    """Role 29.0.x fails over another comment; later ones are kept away from the key."""
    text = f"{pair.public.kind} {pair.public.blob} me@home"
    for release, action in (("29.0.0", Action.CONFLICT), ("29.1.0", Action.KEEP)):
        one = uploader(tmp_path, release)
        put(one, text)
        assert one.decision().action is action


def test_an_imported_key_is_uploaded_as_it_is(tmp_path: Path, pair: KeyPair) -> None:
    """Comment and all."""
    path = tmp_path / "mine.pub"
    path.write_text(f"{pair.public.kind} {pair.public.blob} me@home\n")
    one = uploader(tmp_path, ssh__source="import", ssh__public_key=str(path))
    one.run()
    assert one.cloud.keypairs[OCTAVIA, NAME].public_key.endswith(" me@home")


def test_a_lost_answer_is_found_again(tmp_path: Path, pair: KeyPair) -> None:
    """When the connection breaks after the upload, it is neither repeated nor forgotten."""
    one = uploader(tmp_path)
    one.cloud.lose = {2}
    assert one.run().status is RunStatus.DONE
    assert one.cloud.writes == ["import_keypair"]
    assert not one.undo().left
    assert one.cloud.keypairs == {}


def test_a_refused_upload_is_tried_again(tmp_path: Path, pair: KeyPair) -> None:
    """A passing fault before the upload leads to one upload."""
    one = uploader(tmp_path)
    one.cloud.fail = {2: TransientError("503")}
    assert one.run().status is RunStatus.DONE
    assert list(one.cloud.keypairs) == [(OCTAVIA, NAME)]


def test_undo_spares_a_key_that_was_replaced(tmp_path: Path, pair: KeyPair) -> None:
    """Another key under our name stays; one that is gone is no fault."""
    one = uploader(tmp_path)
    one.run()
    put(one, make_pair("ed25519").public.text, "aa:bb")
    (left,) = one.undo().left
    assert left.outcome is not None
    assert left.outcome.result is UndoResult.CHANGED_SINCE
    one.cloud.keypairs.clear()
    assert not one.undo().left


def test_without_a_cloud_nothing_is_done(tmp_path: Path, pair: KeyPair) -> None:
    """In "files only" mode the step is skipped."""
    decision = KeypairStep().decide(
        answers(tmp_path, cloud__mode="files"), uploader(tmp_path).facts()
    )
    assert decision.action is Action.SKIP
    missing = replace(answers(tmp_path), missing=("ssh.public_key",))
    assert KeypairStep().decide(missing, uploader(tmp_path).facts()).action is Action.BLOCKED


@pytest.mark.integration
@pytest.mark.parametrize("kind", ["ed25519", "rsa-4096"])
def test_on_a_real_nova(kind: str, tmp_path: Path, rehearsal_cloud: RehearsalCloud) -> None:
    """Upload, replay and undo against the real service; the fingerprints agree."""
    made = make_pair(kind)
    write_file(tmp_path / NAME, made.private, 0o600)
    one = uploader(tmp_path, ssh__key_name="test-step-key")
    one.use(connect("rehearsal", extra_files=[rehearsal_cloud.clouds_file]))
    assert one.decision().action is Action.CREATE
    assert one.run().status is RunStatus.DONE
    cloud = one.facts().cloud
    assert cloud is not None
    (known,) = (key for key in cloud.keypairs if key.name == "test-step-key")
    assert known.fingerprint == made.public.fingerprint
    assert known.public_key == made.public.text
    assert known.user_id == cloud.octavia_user_id
    assert one.decision().action is Action.KEEP
    assert not one.undo().left
    assert one.decision().action is Action.CREATE
