"""Octavia's own driver finds exactly one image in a real Glance, whatever day two brings."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.asked import Options
from octavia_wizard.core.cloud.sdk import connect
from octavia_wizard.core.engine.lines import Kind
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.engine.resume import resumable
from octavia_wizard.core.engine.undo import undo
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.interview import answers_of_run, apply
from octavia_wizard.core.lifecycle.failover import failover_commands
from octavia_wizard.core.lifecycle.model import Errand, ImageStatus
from octavia_wizard.core.lifecycle.prune import prune_plan
from octavia_wizard.core.lifecycle.rollback import rollback_plan
from octavia_wizard.core.lifecycle.rotation import rotation_plan
from octavia_wizard.core.lifecycle.status import image_status
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.base import Action
from octavia_wizard.rehearsal import configuration
from tests.conftest import RehearsalCloud
from tests.core.engine.killing import Moment, finishes
from tests.core.image.support import qcow2

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:openstack"),
]
ASK = Path(__file__).parent / "ask_octavia.py"
CONTENTS = {"first": 2, "second": 3, "third": 4}


def session_in(root: Path) -> Session:
    """Return the session of a command of its own, in whatever process."""
    os.environ["XDG_STATE_HOME"] = str(root / "state")
    os.environ["XDG_CACHE_HOME"] = str(root / "cache")
    place = json.loads((root / "place.json").read_text())
    values: dict[str, object] = {
        "cloud.mode": "live",
        "cloud.name": "rehearsal",
        "cloud.release": "33.0.1",
        "image.source": "file",
        "image.path": str(root / "first.qcow2"),
        "image.tag": place["tag"],
        "image.name": place["tag"],
    }
    options = Options(
        root / "openstack_deploy",
        clouds_files=(Path(place["clouds"]),),
        environ=MappingProxyType({"HOME": str(root)}),
    )
    session = Session(options, Answers(MappingProxyType(values)))
    session.read_host()
    session.read_cloud()
    return session


def carry_out(errand: Errand) -> None:
    """Run an errand to its end."""
    result = run(errand.session, errand.plan, errand.command)
    assert result is None, result


def run(session: Session, plan: Plan, command: str) -> object:
    """Run a plan and return its error."""
    return apply(
        session, plan, command=command, report=lambda event: None, cancel=threading.Event()
    ).error


def rotate_in(root: Path) -> None:
    """Go over to the second file; in a process of its own, to be killed."""
    carry_out(rotation_plan(session_in(root), file=root / "second.qcow2"))


def roll_back_in(root: Path) -> None:
    """Go back to the first file; in a process of its own, to be killed."""
    carry_out(rollback_plan(session_in(root)))


@dataclass(frozen=True, slots=True)
class Place:
    """A deployment with a tag of its own, in a real cloud."""

    root: Path
    tag: str
    rehearsal: RehearsalCloud

    @property
    def session(self) -> Session:
        """A new command."""
        return session_in(self.root)

    @property
    def status(self) -> ImageStatus:
        """What image status tells."""
        return image_status(self.session)

    def asked(self) -> str:
        """Return the one image Octavia's driver finds."""
        layout = self.rehearsal.layout
        cloud = self.session.facts.cloud
        assert cloud is not None
        assert cloud.service_project_id is not None
        file = layout.etc / "octavia" / "octavia.conf"
        words = [str(file), str(configuration.octavia_overrides(layout)), self.tag]
        command = [str(layout.python), str(ASK), *words, cloud.service_project_id]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout.splitlines()[-1])
        assert told["choice"] == 1
        return str(told["image"])

    def source(self) -> str:
        """Return the file of the image Octavia boots, after comparing it with image status."""
        current = self.status.current
        assert current is not None
        assert self.asked() == current.image.id
        assert len(self.status.carriers) == 1
        return current.origin.source

    def deploy(self) -> None:
        """Bring the first image into Glance."""
        session = self.session
        assert run(session, session.plan(only=("image",)), "replay") is None

    def wait(self) -> None:
        """Wait until Glance, which tells whole seconds, tells the next image from the last."""
        time.sleep(1.1)

    def resume(self) -> None:
        """Go on with the last run, where there is something to go on with."""
        found = resumable(self.session.place)
        if found is not None:
            session = self.session
            session.answers = answers_of_run(found)
            plan = session.plan(found.only)
            assert run(session, plan, "resume") is None

    def undo(self) -> None:
        """Take everything back."""
        session = self.session
        report = undo(
            session.place,
            session.effective,
            session.facts,
            session.connect(),
            lambda event: None,
            threading.Event(),
            read_host=session.look_at_host,
            command="undo",
        )
        assert not report.left


@pytest.fixture
def place(tmp_path: Path, rehearsal_cloud: RehearsalCloud) -> Iterator[Place]:
    """A deployment with three files; what it made is undone at the end."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(tmp_path))
        yield begin(tmp_path, rehearsal_cloud)


def begin(root: Path, rehearsal: RehearsalCloud) -> Place:
    """Lay out a deployment."""
    root.mkdir(exist_ok=True)
    (root / "openstack_deploy").mkdir()
    for name, clusters in CONTENTS.items():
        qcow2(root / f"{name}.qcow2", data_clusters=clusters)
    tag = f"tag-{uuid.uuid4().hex[:8]}"
    told = {"tag": tag, "clouds": str(rehearsal.clouds_file)}
    (root / "place.json").write_text(json.dumps(told))
    return Place(root, tag, rehearsal)


def test_one_image_is_found_after_every_step(place: Place) -> None:
    """Upload, rotate twice, roll back, prune, undo."""
    place.deploy()
    assert place.source() == "first.qcow2"
    first = place.asked()
    for name in ("second", "third"):
        place.wait()
        carry_out(rotation_plan(place.session, file=place.root / f"{name}.qcow2"))
        assert place.source() == f"{name}.qcow2"
    assert len(place.status.former) == 2
    carry_out(rollback_plan(place.session))
    assert place.source() == "second.qcow2"
    carry_out(rollback_plan(place.session, first))
    assert place.source() == "first.qcow2"
    plan = place.session.plan(only=("image",))
    assert {item.action for item in plan.items if item.step == "image"} == {Action.KEEP}
    carry_out(prune_plan(place.session, 0))
    assert not place.status.former
    assert place.asked() == first
    place.undo()
    assert not place.status.images


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_killed_in_between_and_resumed(
    moment: Moment, tmp_path: Path, rehearsal_cloud: RehearsalCloud
) -> None:
    """Of a rotation and of a rollback, at each line that tells of a change."""
    for line in range(1, 5):
        place = begin(tmp_path / f"rotate-{line}", rehearsal_cloud)
        place.deploy()
        place.wait()
        finishes(rotate_in, place.root, line, moment, (Kind.INTENT, Kind.OUTCOME))
        assert place.status.current is not None
        place.resume()
        if place.source() == "first.qcow2":
            # Nothing had been done yet, so there was nothing to go on with.
            carry_out(rotation_plan(place.session, file=place.root / "second.qcow2"))
        assert place.source() == "second.qcow2"
        finishes(roll_back_in, place.root, line, moment, (Kind.INTENT, Kind.OUTCOME))
        assert place.status.current is not None
        place.resume()
        assert place.source() == "first.qcow2"
        place.undo()
        assert not place.status.images


def test_amphorae_are_counted_and_keep_their_image(place: Place) -> None:
    """As Octavia's API tells of them; their image is not pruned before failover."""
    place.deploy()
    first = place.asked()
    load_balancer = str(uuid.uuid4())
    database = place.rehearsal.layout.data / "octavia.db"
    with closing(sqlite3.connect(database, timeout=60)) as octavia, octavia:
        for status in ("ALLOCATED", "ALLOCATED", "DELETED"):
            octavia.execute(
                "insert into amphora (id, status, load_balancer_id, image_id, cert_busy) "
                "values (?, ?, ?, ?, 0)",
                (str(uuid.uuid4()), status, load_balancer, first),
            )
    try:
        current = place.status.current
        assert current is not None
        assert current.amphorae == 2
        carry_out(rotation_plan(place.session, file=place.root / "second.qcow2"))
        (failover,) = failover_commands(place.status)
        assert failover.command == f"openstack loadbalancer failover {load_balancer}"
        (kept,) = prune_plan(place.session, 0).kept
        assert (kept.image.id, kept.why) == (first, "2 amphorae run it")
    finally:
        with closing(sqlite3.connect(database, timeout=60)) as octavia, octavia:
            octavia.execute("delete from amphora where load_balancer_id = ?", (load_balancer,))
        place.undo()


def test_without_the_admin_role_amphorae_are_not_readable(rehearsal_cloud: RehearsalCloud) -> None:
    """And why is told, in place of none."""
    with connect("rehearsal-demo", extra_files=[rehearsal_cloud.clouds_file]) as demo:
        facts = demo.read(frozenset({Part.AMPHORAE}))
    assert "admin role" in facts.unread[Part.AMPHORAE]
