"""Asks the clouds that can be chosen for a token, side by side, while the interview goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.facts.checks import Checks, CheckState, CloudCheck, asking
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.outlook import twin
from octavia_wizard.screens.workers.threads import in_thread

_GROUP = "clouds"


def check_clouds(desk: Desk, *, again: bool = False) -> None:
    """Ask the clouds that were not asked yet, or all of them again; none in "files only" mode.

    The results are laid on the session as they come, and outlive the screen that asked.
    """
    if not desk.session.works_live:
        return
    if again:
        desk.run_worker(_check_again(desk), group=_GROUP, exclusive=True)
        return
    known = desk.session.facts.checks.values()
    wanted = [check for check in known if check.state is CheckState.UNCHECKED and not check.at]
    if wanted:
        # Said at once, so that another screen does not ask for the same.
        _lay(desk, [asking(check, time.monotonic()) for check in wanted])
        desk.run_worker(_check(desk, wanted), group=_GROUP)


async def _check_again(desk: Desk) -> None:
    await _find_clouds(desk)
    wanted = list(desk.session.facts.checks.values())
    _lay(desk, [asking(check, time.monotonic()) for check in wanted])
    await _check(desk, wanted)


async def _check(desk: Desk, wanted: Sequence[CloudCheck]) -> None:
    from octavia_wizard.core.cloud.check import AT_ONCE, check_cloud

    gate, done = asyncio.Semaphore(AT_ONCE), 0
    job = desk.begin_job("cloud", "checking the clouds")
    files = desk.session.options.clouds_files

    async def ask(check: CloudCheck) -> None:
        nonlocal done
        async with gate:
            asked = await in_thread(partial(check_cloud, check, extra_files=files), "check-cloud")
        done += 1
        _lay(desk, [asked])
        job.update(done=done, total=len(wanted))

    try:
        await asyncio.gather(*(ask(check) for check in wanted))
    finally:
        job.end()


async def _find_clouds(desk: Desk) -> None:
    """Find afresh which clouds there are; one may have been added, or mended."""
    finder = twin(desk.session)
    try:
        await in_thread(finder.find_clouds, "find-clouds")
    except WizardError:
        # Reading the host, which goes on beside this, tells of it.
        return
    found = finder.facts
    desk.session.facts = replace(
        desk.session.facts,
        clouds=found.clouds,
        cloud_in_environment=found.cloud_in_environment,
        checks=found.checks,
    )


def _lay(desk: Desk, found: Sequence[CloudCheck]) -> None:
    facts = desk.session.facts
    checks: Checks = {**facts.checks, **{check.name: check for check in found}}
    desk.session.facts = replace(facts, checks=checks)
    desk.tell()
