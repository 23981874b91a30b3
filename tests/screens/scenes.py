"""What pictures are taken of: every screen, each in a state that shows what it is for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

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
from octavia_wizard.core.errors import StepError
from octavia_wizard.core.facts.model import UserFile
from octavia_wizard.core.handover import Dated, Handover, Made, NextCommand
from octavia_wizard.core.pki.passphrases import LockedKey, LockState
from octavia_wizard.core.secret_prompts import prompt_for, secret_prompts
from octavia_wizard.core.steps.base import Action, Decision, Unit
from octavia_wizard.screens.app import WizardApp
from octavia_wizard.screens.building import BuildModel
from octavia_wizard.screens.confirm import AskScreen, Way
from octavia_wizard.screens.passphrase import PassphraseScreen
from octavia_wizard.screens.prospects import left_question, offer_text
from octavia_wizard.screens.run_model import RunModel
from tests.screens.fake_builds import left_of_killed, model_of, prospect_of
from tests.screens.playing import failed_in_it, playing
from tests.screens.settling import settle
from tests.screens.site import DEPLOY_DIR

Act = Callable[[Pilot[int], WizardApp], Awaitable[None]]

_NAMES = {"_": "underscore", "-": "minus", ".": "full_stop", "/": "slash"}


def keys(*pressed: str) -> Act:
    """Press keys one after the other."""

    async def act(pilot: Pilot[int], app: WizardApp) -> None:
        for key in pressed:
            await pilot.press(key)
            await settle(pilot)

    return act


def at(key: str, *pressed: str, answers: Mapping[str, str] | None = None) -> Act:
    """Open a question, after other answers than the site's, and press keys."""

    async def act(pilot: Pilot[int], app: WizardApp) -> None:
        for name, text in (answers or {}).items():
            app.give_text(name, text)
        await settle(pilot)
        app.show_section(key.partition(".")[0], key)
        await settle(pilot)
        for name in pressed:
            await pilot.press(name)
            await settle(pilot)

    return act


def typed(key: str, text: str) -> Act:
    """Open a question and type a text, without taking it."""
    return at(key, *(_NAMES.get(char, char) for char in text))


def _item(step: str, title: str, action: Action, needs: tuple[str, ...] = ()) -> PlanItem:
    return PlanItem(step, title, "network", needs, Decision(action))


def run_of() -> RunModel:
    """Return a run in the middle of its work."""
    model = RunModel(
        Plan(
            (
                _item("certificates", "Certificates", Action.CREATE),
                _item("network", "Management network", Action.CREATE),
                _item("subnet", "Management subnet", Action.CREATE, ("network",)),
                _item("flavor", "Flavor", Action.KEEP),
                _item("keypair", "SSH key in Nova", Action.SKIP),
                _item("image", "Amphora image", Action.CREATE),
                _item("files", "Files", Action.CREATE, ("certificates", "image")),
            )
        ),
        clock=lambda: 0.0,
    )
    for event in (
        RunStarted("0001", ()),
        StepFinished("certificates", Action.CREATE, "/etc/openstack_deploy/octavia", 0.9),
        StepFinished("network", Action.CREATE, "lbaas-mgmt", 12.4),
        StepFinished("subnet", Action.CREATE, "172.29.232.0/22", 0.3),
        StepFinished("flavor", Action.KEEP, "m1.amphora", 0.1),
        StepFinished("keypair", Action.SKIP, "", 0.0, "SSH to amphorae is off"),
        StepStarted("image", Action.CREATE),
        StepProgress("image", 260 * 1024**2, 400 * 1024**2, unit=Unit.BYTES),
        StepLog("network", "POST /v2.0/networks 201 0.29 s"),
        StepLog("image", "POST /v2/images 201 0.12 s"),
    ):
        model.fold(event)
    return model


def _failed() -> RunModel:
    model = run_of()
    hint = "free some room, or raise the limit of the store; then retry"
    why = "Glance refused the image: the store is full (413)"
    model.fold(StepFailed("image", why, hint, 3.2))
    model.end(None, None)
    return model


def _running(*pressed: str, model: Callable[[], RunModel] = run_of) -> Act:
    async def act(pilot: Pilot[int], app: WizardApp) -> None:
        app.run_model = model()
        app.show_apply()
        await settle(pilot)
        for key in pressed:
            await pilot.press(key)
            await settle(pilot)

    return act


def handover_of() -> Handover:
    """Return what is left at the end of a run."""
    deploy = Path("/etc/openstack_deploy")
    return Handover(
        preset=Path("/root/.local/state/octavia-wizard/preset.yml"),
        journal=Path("/root/.local/state/octavia-wizard/runs/0001.jsonl"),
        commands=(
            NextCommand("octavia", "openstack-ansible openstack.osa.octavia"),
            NextCommand("haproxy", "openstack-ansible openstack.osa.haproxy"),
        ),
        made=(
            Made("network", "network", "lbaas-mgmt", "5f0c1a2b", "created"),
            Made("flavor", "flavor", "m1.amphora", "77aa0c1d", "created"),
        ),
        certificates=(
            Dated(
                "client certificate",
                deploy / "octavia/certs/octavia_client.crt",
                "CN=octavia-controller",
                ":".join(["C0"] * 32),
                datetime(2031, 11, 21, tzinfo=UTC),
                datetime(2031, 9, 22, tzinfo=UTC),
            ),
        ),
        deploy_dir=deploy,
        replay="octavia-wizard replay /root/.local/state/octavia-wizard/preset.yml",
        undo="octavia-wizard undo",
    )


async def _handed_over(pilot: Pilot[int], app: WizardApp) -> None:
    app.run_model = run_of()
    app.run_model.handover = handover_of()
    app.show_handover()
    await settle(pilot)


async def _asks_a_passphrase(pilot: Pilot[int], app: WizardApp) -> None:
    path = Path("/etc/ssl/private/octavia-ca.key")
    key = LockedKey(path, "octavia_ca_private_key_passphrase", LockState.NOT_KNOWN)
    app.push_screen(PassphraseScreen(prompt_for(key)))
    await settle(pilot)


async def _asks_for_the_vault(pilot: Pilot[int], app: WizardApp) -> None:
    path = DEPLOY_DIR / "user_secrets.yml"
    file = UserFile(path, {}, secret=True, vaulted=True)
    host = replace(app.session.facts.host, user_files=(file,))
    (prompt,) = secret_prompts(app.session.effective, host)
    app.push_screen(PassphraseScreen(prompt))
    await settle(pilot)


async def _asks_for_the_last_time(pilot: Pilot[int], app: WizardApp) -> None:
    app.accept(["test-only-image"])
    await settle(pilot)
    await keys("9", "a")(pilot, app)


def _built(*pressed: str, model: Callable[[], BuildModel], shown: bool = True) -> Act:
    """Show a build that stands still, from the hub or on its screen."""

    async def act(pilot: Pilot[int], app: WizardApp) -> None:
        app.builds.model = found = model()
        if not found.ended:
            job = app.begin_job("image", "building")
            standing = found.standing
            assert standing is not None
            job.update(standing.brief, found.thousandths, 1000, Unit.SHARE, standing.left)
        if shown:
            app.show_build()
        app.tell()
        await settle(pilot)
        for key in pressed:
            await pilot.press(key)
            await settle(pilot)

    return act


def _too_small() -> BuildModel:
    """Return a build that failed because the image was too small."""
    return model_of(
        failed=StepError(
            "the disk of the image is too small\n"
            "cp: error writing '/tmp/dib_build.Xa4bQ1/built/usr': No space left on device\n"
            "in block-device",
            hint="answer image.size_gib: 3, and raise the disk of the flavor if it is smaller; the "
            "whole log is /root/.local/state/octavia-wizard/builds/20261122T174235-5f0c/log",
        )
    )


async def _asks_to_clean_up(pilot: Pilot[int], app: WizardApp) -> None:
    ways = (Way("l", "Later", "later"), Way("c", "Clean up", "clean"))
    app.push_screen(AskScreen(*left_question(left_of_killed()), ways))
    await settle(pilot)


async def _asks_to_build(pilot: Pilot[int], app: WizardApp) -> None:
    found = prospect_of("These packages will be installed: debootstrap, qemu-utils.")
    ways = (Way("l", "Later", "later"), Way("y", "Yes, build it", "build"))
    app.push_screen(AskScreen("Build the image now, in the background?", offer_text(found), ways))
    await settle(pilot)


async def _asks_how_to_leave(pilot: Pilot[int], app: WizardApp) -> None:
    app.builds.model = model_of()
    app.leave()
    await settle(pilot)


SCENES: Mapping[str, Act] = {
    "hub": keys(),
    "cloud": at("cloud.name"),
    "release": at("cloud.release"),
    "release-list": at("cloud.release", "f4"),
    "network": at("network.pool"),
    "network-typing": typed("network.pool", "172.29.232.10-172.29.232.99"),
    "network-list": at("network.existing", "f4", answers={"network.mode": "adopt"}),
    "inventory": at("network.bridge"),
    "image": at("image.source"),
    "certificates": at("certificates.key_type"),
    "chains": at("certificates.source", "f7"),
    "roots": at(
        "certificates.source",
        "f7",
        answers={"certificates.intermediates": "yes", "certificates.key_type": "ec-p384"},
    ),
    "passphrase": _asks_a_passphrase,
    "vault-password": _asks_for_the_vault,
    "ssh": at("ssh.enabled", answers={"ssh.enabled": "yes"}),
    "topology": at("capacity.topology"),
    "capacity": at("capacity.load_balancers"),
    "spare-pool": at("capacity.spare_pool", answers={"cloud.release": "20.2.6"}),
    "variables": keys("7", *"amp", "underscore", "a"),
    "deployment": at("deployment.hosts"),
    "run-playbooks": at("deployment.run_playbooks", answers={"deployment.run_playbooks": "yes"}),
    "pictures": at("capacity.topology", "f6"),
    "why": at("network.pool", "f1"),
    "review-findings": keys("9"),
    "review-files": keys("9", "2"),
    "review-plan": keys("9", "3"),
    "confirm": _asks_for_the_last_time,
    "finding": keys("9", "f1"),
    "variable-edit": keys("7", *"topology", "enter"),
    "palette": keys("ctrl+p", *"pool"),
    "keys": keys("f10"),
    "preview": keys("f2"),
    "help": keys("f1"),
    "apply": _running(),
    "apply-search": _running("slash", *"post"),
    "apply-failed": _running(model=_failed),
    "playbooks": _running(model=playing),
    "playbooks-leave": _running("ctrl+q", model=playing),
    "playbooks-failed": _running(model=failed_in_it),
    "handover": _handed_over,
    "hub-building": _built(model=model_of, shown=False),
    "build": _built(model=model_of),
    "build-log": _built("l", model=model_of),
    "build-failed": _built(model=_too_small),
    "build-done": _built(model=lambda: model_of(done=True)),
    "build-cancel": _built("c", model=model_of),
    "build-offer": _asks_to_build,
    "build-leave": _asks_how_to_leave,
    "left-overs": _asks_to_clean_up,
}
