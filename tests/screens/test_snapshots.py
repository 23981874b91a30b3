"""How the screens look at 80x24: one picture each; what they do is tested elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from octavia_wizard.core.engine.events import (
    RunStarted,
    StepFailed,
    StepFinished,
    StepLog,
    StepProgress,
    StepStarted,
)
from octavia_wizard.core.engine.plan import Plan, PlanItem
from octavia_wizard.core.findings.model import Finding, Severity
from octavia_wizard.core.questions import SECTIONS
from octavia_wizard.core.session import Options, SectionState, Session
from octavia_wizard.core.steps.base import Action, Decision
from octavia_wizard.screens.app import WizardApp
from octavia_wizard.screens.outlook import Outlook
from octavia_wizard.screens.run_model import RunModel

Before = Callable[[Pilot[int]], Awaitable[None]]
SnapCompare = Callable[..., bool]


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> WizardApp:
    """An app whose session knows nothing of this machine."""
    monkeypatch.setenv("TEXTUAL_THEME", "textual-dark")
    session = Session(Options(Path("/etc/openstack_deploy"), environ={}))
    for key, value in (
        ("cloud.mode", "files"),
        ("cloud.release", "33.0.1"),
        ("network.provider_type", "vlan"),
        ("network.segmentation_id", "400"),
        ("deployment.hosts", "infra1=172.29.236.11"),
    ):
        session.give_text(key, value)
    return WizardApp(session, looker=lambda _: None)


def _after(*keys: str) -> Before:
    async def run_before(pilot: Pilot[int]) -> None:
        await pilot.app.workers.wait_for_complete()
        for key in keys:
            await pilot.press(key)
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()

    return run_before


def _findings() -> tuple[Finding, ...]:
    pool = Finding(
        "pool-overlaps-used-ips",
        Severity.ERROR,
        "network",
        "The pool 172.29.232.10-172.29.232.60 lies in used_ips.",
        "OSA would give an address to a container that Neutron gives to an amphora.",
        "Begin the pool after 172.29.232.60, or shorten used_ips.",
        "network.pool",
        "openstack_user_config.yml:14",
    )
    computes = Finding(
        "anti-affinity-few-compute-hosts",
        Severity.WARNING,
        "capacity",
        "Two computes can host amphorae.",
        "When one is down, no load balancer can be made.",
        "Add a compute, or accept this.",
        "capacity.anti_affinity",
    )
    return (pool, computes)


@pytest.fixture
def found(app: WizardApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings that do not depend on what the checks say today."""
    states = {section.name: SectionState.READY for section in SECTIONS}
    states |= {"network": SectionState.ERROR, "capacity": SectionState.ATTENTION}
    outlook = Outlook(app.session.effective, _findings(), _findings(), states)
    monkeypatch.setattr("octavia_wizard.screens.desk.look", lambda _: outlook)


@pytest.mark.usefixtures("found")
def test_hub(snap_compare: SnapCompare, app: WizardApp) -> None:
    """Sections with their states, and what stands in the way."""
    assert snap_compare(app, terminal_size=(80, 24), run_before=_after())


@pytest.mark.usefixtures("found")
def test_section(snap_compare: SnapCompare, app: WizardApp) -> None:
    """A form with a choice in focus, an error at another question, and help."""
    keys = ("2", "down", "down")
    assert snap_compare(app, terminal_size=(80, 24), run_before=_after(*keys))


@pytest.mark.usefixtures("found")
def test_section_wide(snap_compare: SnapCompare, app: WizardApp) -> None:
    """The form with a question refused, and the preview beside it."""
    keys = ("2", "down", "down", "down", "down", "x", "enter")
    assert snap_compare(app, terminal_size=(120, 36), run_before=_after(*keys))


def test_variables(snap_compare: SnapCompare, app: WizardApp) -> None:
    """Variables of the release, narrowed down."""
    keys = ("7", *"amp_a")
    named = ["underscore" if key == "_" else key for key in keys]
    assert snap_compare(app, terminal_size=(80, 24), run_before=_after(*named))


@pytest.mark.usefixtures("found")
def test_review(snap_compare: SnapCompare, app: WizardApp) -> None:
    """Findings with their cure, and why it cannot be applied."""
    assert snap_compare(app, terminal_size=(80, 24), run_before=_after("9"))


def _run() -> RunModel:
    def item(step: str, title: str, action: Action) -> PlanItem:
        return PlanItem(step, title, "network", (), Decision(action))

    model = RunModel(
        Plan(
            (
                item("certificates", "Certificates", Action.CREATE),
                item("network", "Management network", Action.CREATE),
                item("flavor", "Flavor", Action.KEEP),
                item("keypair", "SSH key in Nova", Action.SKIP),
                item("image", "Amphora image", Action.CREATE),
                item("files", "Files", Action.CREATE),
            )
        )
    )
    for event in (
        RunStarted("0001", ()),
        StepFinished("certificates", Action.CREATE, "/etc/openstack_deploy/octavia", 0.9),
        StepFinished("network", Action.CREATE, "lbaas-mgmt", 12.4),
        StepFinished("keypair", Action.SKIP, "", 0.0, "SSH to amphorae is off"),
        StepStarted("image", Action.CREATE),
        StepProgress("image", 260 * 1024**2, 400 * 1024**2),
        StepLog("image", "POST /v2/images 201"),
    ):
        model.fold(event)
    return model


def test_apply(snap_compare: SnapCompare, app: WizardApp) -> None:
    """A run with a step in progress."""

    async def run_before(pilot: Pilot[int]) -> None:
        await pilot.app.workers.wait_for_complete()
        app.run_model = _run()
        app.show_apply()
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=run_before)


def test_apply_failed(snap_compare: SnapCompare, app: WizardApp) -> None:
    """A run with a failed step, why, and what to do."""

    async def run_before(pilot: Pilot[int]) -> None:
        await pilot.app.workers.wait_for_complete()
        app.run_model = _run()
        hint = "free some room, or raise the limit of the store; then retry"
        failed = StepFailed("image", "Glance refused the image: the store is full", hint, 3.2)
        app.run_model.fold(failed)
        app.run_model.end(None, None)
        app.show_apply()
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=run_before)
