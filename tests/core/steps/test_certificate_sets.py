"""What both ways to a set of certificates share."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.steps.base import Action
from octavia_wizard.core.steps.certificates import CertificatesStep
from tests.core.pki.support import generating
from tests.core.steps.single_step import bench


@pytest.mark.parametrize("below", ["octavia", "octavia/deeper"])
@pytest.mark.parametrize(
    ("kind", "told"), [("file", "is no directory"), ("link", "is a link to nothing")]
)
def test_what_stands_in_the_way_is_told_before_anything_is_made(
    tmp_path: Path, below: str, kind: str, told: str
) -> None:
    """Not after the keys were made, in the midst of a run."""
    place = tmp_path / "openstack_deploy" / "octavia"
    answers = generating(tmp_path / "openstack_deploy" / below)
    maker = bench(tmp_path, CertificatesStep(), answers)
    place.parent.mkdir(exist_ok=True)
    if kind == "file":
        place.write_text("mine\n")
    else:
        place.symlink_to(tmp_path / "nowhere")
    refused = maker.decision()
    assert refused.action is Action.CONFLICT
    assert told in refused.reason
    assert "certificates.directory" in refused.reason
