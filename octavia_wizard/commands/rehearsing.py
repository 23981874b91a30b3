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

_FILE = "image.path"


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
        _FILE: str(image_file(deploy_dir)),
        # Not in the operator's own ~/.ssh: it is a key for nothing.
        "ssh.private_key": str(deploy_dir.with_name("octavia_key")),
    }
    answers = Answers()
    for key, value in known.items():
        answers = answers.with_value(key, value)
    return Rehearsal(running.clouds_file, deploy_dir, answers)


def rehearsed(invocation: Invocation, answers: Answers) -> Answers:
    """Lay what is known of the rehearsal under answers; its image stands in for a missing file.

    Where the answers build or download an image, the path is where that is to be, and not a file
    of the rehearsal that it would have to replace.
    """
    if invocation.rehearsal is None:
        return answers
    known = invocation.rehearsal.answers
    if answers.values.get("image.source", "file") != "file" or "image.url" in answers.values:
        return answers.over(known.without([_FILE]))
    path = answers.values.get(_FILE)
    if isinstance(path, str) and not Path(path).expanduser().exists():
        invocation.output.say(f"{path} does not exist: the rehearsal's empty image stands in")
        answers = answers.without([_FILE])
    return answers.over(known)
