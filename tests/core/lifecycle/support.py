"""A deployment that builds its image, on a cloud in memory, with builds that were done."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.asked import Options
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.engine.run import RunResult
from octavia_wizard.core.engine.undo import UndoReport, undo
from octavia_wizard.core.facts.model import PARTS_TO_PLAN
from octavia_wizard.core.image.build.asking import request_of
from octavia_wizard.core.image.build.record import (
    BuildRecord,
    BuildState,
    Result,
    new_record,
    save_record,
)
from octavia_wizard.core.image.hashes import hashes, stamp
from octavia_wizard.core.interview import apply
from octavia_wizard.core.lifecycle.model import Errand
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.base import Action, Decision
from octavia_wizard.core.steps.image_marks import carriers_of
from tests.core.engine.support import DurableCloud
from tests.core.image.support import qcow2
from tests.fakes import SERVICE

TAG = "octavia-amphora-image"


@dataclass
class Site:
    """One deployment, as its operator meets it day after day."""

    root: Path
    cloud: DurableCloud = field(init=False)
    answers: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cloud = DurableCloud(self.root / "cloud.pickle")
        (self.root / "openstack_deploy").mkdir(exist_ok=True)
        self.path = self.root / "amphora.qcow2"
        self.clock = datetime.now(UTC) - timedelta(hours=1)

    def session(self, **more: object) -> Session:
        """Return the session of a command that loads the preset and reads everything."""
        values: dict[str, object] = {
            "cloud.mode": "live",
            "cloud.name": "fake",
            "cloud.release": "33.0.1",
            "image.source": "build",
            "image.path": str(self.path),
            **self.answers,
            **{key.replace("__", ".", 1): value for key, value in more.items()},
        }
        origins = dict.fromkeys(values, Provenance.PRESET)
        answers = Answers(MappingProxyType(values), MappingProxyType(origins))
        options = Options(self.root / "openstack_deploy", environ={"HOME": str(self.root)})
        session = Session(options, answers)
        session.read_cloud(PARTS_TO_PLAN)
        return session

    def build(self, clusters: int = 2, **more: object) -> BuildRecord:
        """Have an image built by the answers, as the wizard leaves it behind."""
        path = qcow2(self.path, data_clusters=clusters)
        request = request_of(self.session(**more).effective)
        assert request is not None
        found = hashes(path)
        self.clock += timedelta(minutes=5)
        record = replace(
            new_record(request),
            state=BuildState.DONE,
            ref=request.refs[0],
            commit="0123abc",
            builder_version="3.43.0",
            finished=self.clock.isoformat(timespec="seconds"),
            result=Result(
                stamp=stamp(path),
                size=path.stat().st_size,
                virtual_size=1 << 30,
                md5=found.md5,
                sha512=found.sha512,
            ),
        )
        return save_record(record)

    def deploy(self, **more: object) -> RunResult:
        """Bring the image of the preset into Glance."""
        session = self.session(**more)
        return self.run(session, session.plan(only=("image",)), "replay preset.yml")

    def carry_out(self, errand: Errand) -> RunResult:
        """Run an errand, as the verbs do."""
        return self.run(errand.session, errand.plan, errand.command)

    def run(self, session: Session, plan: Plan, command: str) -> RunResult:
        """Run a plan."""
        cancel = threading.Event()
        return apply(session, plan, command=command, report=lambda event: None, cancel=cancel)

    def undo(self, run_id: str | None = None) -> UndoReport:
        """Take back what runs have made."""
        session = self.session()
        return undo(
            session.place,
            session.effective,
            session.facts,
            self.cloud,
            lambda event: None,
            threading.Event(),
            read_host=session.look_at_host,
            command="undo",
            only_run=run_id,
        )

    def decision(self, **more: object) -> Decision:
        """Return what a later plan says of the image."""
        plan = self.session(**more).plan()
        return next(item.decision for item in plan.items if item.step == "image")

    def actions(self, **more: object) -> tuple[Action, Action]:
        """Return what a later plan says of file and image."""
        items = {item.step: item for item in self.session(**more).plan().items}
        return items["image_file"].action, items["image"].action

    @property
    def carriers(self) -> list[str]:
        """The ids of all images Octavia could take."""
        return [image.id for image in carriers_of(self.cloud.images.values(), TAG, SERVICE)]

    def rotate(self, clusters: int) -> str:
        """Go over to a new build; return the id of its image."""
        from octavia_wizard.core.lifecycle.rotation import rotation_plan

        errand = rotation_plan(self.session(), now=self.clock)
        self.build(clusters)
        result = self.carry_out(errand)
        assert result.error is None, result.error
        (carrier,) = self.carriers
        return carrier
