"""Starting the rehearsal cloud for a verb that is to work on it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from octavia_wizard.commands.invocation import Invocation, Rehearsal

if TYPE_CHECKING:
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.rehearsal.control import Running

RELEASE = "33.0.1"
"""What the deploy directory of the rehearsal is made for."""


def start(
    invocation: Invocation, *, fresh: bool = False, port_offset: int | None = None
) -> Running:
    """Start the cloud and show how that goes; Ctrl-C stops it in good order.

    Raises RehearsalError, LockedError and Interrupted.
    """
    from octavia_wizard.core.engine.signals import stop_on_signals
    from octavia_wizard.rehearsal import control
    from octavia_wizard.rehearsal.layout import Layout

    cancel = threading.Event()
    output = invocation.output
    with stop_on_signals(cancel), output.follow_rehearsal() as report:
        layout = Layout.default(port_offset)
        running = control.up(layout, fresh=fresh, report=report, cancel=cancel)
    if running.note:
        output.say(running.note)
    return running


def open_rehearsal(invocation: Invocation) -> Rehearsal:
    """Start the cloud, make its deploy directory, and answer what is known there."""
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.rehearsal.deploy_dir import ensure_deploy_dir, image_file

    running = start(invocation)
    deploy_dir = ensure_deploy_dir(running.layout)
    known = {
        "cloud.release": RELEASE,
        "image.path": str(image_file(deploy_dir)),
        # Not in the operator's own ~/.ssh: it is a key for nothing.
        "ssh.private_key": str(deploy_dir.with_name("octavia_key")),
    }
    answers = Answers()
    for key, value in known.items():
        answers = answers.with_value(key, value)
    return Rehearsal(running.clouds_file, deploy_dir, answers)


def rehearsed(invocation: Invocation, answers: Answers) -> Answers:
    """Lay what is known of the rehearsal under answers; its image stands in for a missing file."""
    if invocation.rehearsal is None:
        return answers
    path = answers.values.get("image.path")
    if isinstance(path, str) and not Path(path).expanduser().exists():
        invocation.output.say(f"{path} does not exist: the rehearsal's empty image stands in")
        answers = answers.without(["image.path"])
    return answers.over(invocation.rehearsal.answers)
