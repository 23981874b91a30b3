"""A key pair can be picked from those the user octavia has in Nova."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.facts.model import CloudFacts, Facts, HostFacts
from octavia_wizard.core.facts.resources import Keypair
from octavia_wizard.core.questions.model import Choice
from octavia_wizard.core.session import Options, Session


def _offered(tmp_path: Path, cloud: CloudFacts | None) -> tuple[Choice, ...]:
    session = Session(Options(tmp_path, environ={}))
    session.facts = Facts(HostFacts(tmp_path), cloud=cloud)
    question = session.question("ssh.key_name")
    assert question.choices is not None
    found = question.choices(session.context)
    assert all(len(choice.cells) == len(question.columns) for choice in found)
    return found


def test_the_key_pairs_of_octavia_are_offered_by_name_with_their_fingerprints(
    tmp_path: Path,
) -> None:
    pairs = (Keypair("zz", "u1", "SHA256:b"), Keypair("debug", "u1", "SHA256:a"))
    cloud = CloudFacts("site", "RegionOne", "service", octavia_user_id="u1", keypairs=pairs)
    found = _offered(tmp_path, cloud)
    assert [choice.value for choice in found] == ["debug", "zz"]
    assert found[0].cells == ("debug", "ssh", "SHA256:a")


def test_without_a_cloud_a_name_is_typed(tmp_path: Path) -> None:
    assert _offered(tmp_path, None) == ()
