"""What is handed over at the end, as values that every front end and the runbook show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

ROTATE_AFTER = timedelta(days=90)
"""How long an image is used before a new one is due: it gets no security fixes meanwhile."""


@dataclass(frozen=True, slots=True)
class NextCommand:
    """A command to run when the files are in place."""

    purpose: str
    """Name of the playbook's purpose, e.g. ``octavia``."""
    command: str
    directory: str = ""
    """Directory to run it in, or "" where that does not matter."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """One thing the wizard made, changed or adopted in this deployment."""

    step: str
    kind: str
    name: str
    id: str
    """Cloud id, or absolute path of a file."""
    result: str
    """``created``, ``changed`` or ``adopted``."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A certificate in use: what to compare, and when to renew it."""

    what: str
    path: Path
    subject: str
    fingerprint: str
    """SHA-256, as upper-case pairs between colons."""
    not_after: datetime
    renew_by: datetime
    approved: bool = False
    """Whether the operator approved this fingerprint."""
    renew: str = ""
    """What to do by then, as a clause; "" where nobody knows."""
    command: str = ""
    """The command line that does it, where one does."""


@dataclass(frozen=True, slots=True)
class Watching:
    """How somebody hears in time that a certificate ends."""

    check: str
    """Command line for cron or a monitoring system."""
    amphorae: str = ""
    """Command line that tells of the amphorae's own; "" where no cloud is touched."""
    root_keys: tuple[Path, ...] = ()
    """Keys of roots on this host, which belong offline."""


@dataclass(frozen=True, slots=True)
class AmphoraImage:
    """The image amphorae boot from, and when and how a new one takes its place."""

    name: str
    id: str
    """In Glance; "" where it is not there yet."""
    origin: str
    """How it came about, as a clause; "" where nobody knows."""
    sha512: str
    """Of the file; "" where it is not known."""
    rotate_by: datetime
    rotate: str
    """Command line that brings a new one, or tells how the images stand."""
    builds_anew: bool
    """Whether that command brings the new image by itself."""


@dataclass(frozen=True, slots=True)
class PlaybookRan:
    """A run of a playbook, as it ended."""

    purpose: str
    command: str
    """The whole command line."""
    outcome: str
    """``done``, ``failed``, ``lost`` or ``running``."""
    started: str
    """UTC, ISO 8601."""
    seconds: float | None
    """How long it took; None where nobody saw its end."""
    log: Path
    code: int | None = None
    """Exit code, where it is known."""


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step of a run that did something."""

    step: str
    title: str
    action: str
    """As in the plan: ``create``, ``change``, ``run`` or ``adopt``."""
    subject: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RunDone:
    """One run of the wizard, with its steps in the order they ended."""

    run_id: str
    command: str
    started: str
    """UTC, ISO 8601."""
    status: str
    """``done``, ``failed`` and so on; "" where its journal does not tell."""
    seconds: float | None
    journal: Path
    steps: tuple[StepDone, ...] = ()


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A file that was changed, and where it is kept as it was before."""

    path: Path
    backup: Path
    run_id: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A verification that found nothing wrong."""

    at: str
    """UTC, ISO 8601."""
    smoke: bool
    """Whether a load balancer was created in it."""
    warnings: tuple[str, ...] = ()
    """What it warned of, a line each."""


@dataclass(frozen=True, slots=True)
class PutOff:
    """A step that was left for later, and the command that does it then."""

    step: str
    title: str
    why: str
    command: str

    def __str__(self) -> str:
        return f"{self.title}: {self.why}. Afterwards: {self.command}"


@dataclass(frozen=True, slots=True)
class Check:
    """An ``openstack`` command that shows whether something is as it should be."""

    purpose: str
    command: str


@dataclass(frozen=True, slots=True)
class Place:
    """Which deployment this is."""

    release: str
    deploy_dir: Path
    cloud: str = ""
    """Name of the cloud, or "" where none was touched."""
    region: str = ""
    project: str = ""
    """The service project."""


@dataclass(frozen=True, slots=True)
class Handover:
    """Everything a front end says at the end."""

    preset: Path | None
    journal: Path | None
    commands: tuple[NextCommand, ...] = ()
    made: tuple[Made, ...] = ()
    certificates: tuple[Dated, ...] = ()
    watching: Watching | None = None
    """None where there are no certificates."""
    notes: tuple[str, ...] = ()
    """What was put off, and what to do about it, in a line each."""
    deploy_dir: Path | None = None
    replay: str = ""
    """Command line that replays the preset."""
    undo: str = ""
    """Command line that takes back what was made."""
    runbook: Path | None = None
    """The same as a document to keep."""
    place: Place | None = None
    adopted: tuple[Made, ...] = ()
    put_off: tuple[PutOff, ...] = ()
    resume: str = ""
    """Command line that goes on with a run that did not come to its end."""
    status: str = ""
    """Command line that tells what was run and what is there because of it."""
    variables: tuple[tuple[str, str], ...] = ()
    """Variables of the environment by which ``openstack`` finds this cloud; no secret."""
    checks: tuple[Check, ...] = ()
    image: AmphoraImage | None = None
    journals: Path | None = None
    backups: Path | None = None
    written: datetime | None = None
    runbook_html: Path | None = None
    """The runbook for a browser, to be read or printed."""
    runs: tuple[RunDone, ...] = ()
    """The last run of the deployment as a whole, after those it went on with."""
    ran: tuple[PlaybookRan, ...] = ()
    """The runs of playbooks, the oldest first."""
    playbook_logs: Path | None = None
    """Where the runs of playbooks are kept, one directory each."""
    changed: tuple[BackedUp, ...] = ()
    """Files that were there before; not those that were put back."""
    verified: Proof | None = None
    """The last verification that found nothing wrong."""
    verify: str = ""
    """Command line that verifies the deployment; "" where no cloud is touched."""
    rewrite: str = ""
    """Command line that writes the runbook anew."""

    @property
    def ran_lately(self) -> tuple[PlaybookRan, ...]:
        """Return the runs of playbooks of the last run, and of those it went on with."""
        if not self.runs:
            return ()
        # To the second: both are UTC, whatever the notation of that.
        since = self.runs[0].started[:19]
        return tuple(ran for ran in self.ran if ran.started[:19] >= since)
