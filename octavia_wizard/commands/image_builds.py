"""The verbs about the builds of this host: list them, cancel one, clean up after others."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.invocation import Invocation, verb, voice_options
from octavia_wizard.commands.running import require_consent, yes_option
from octavia_wizard.core.commandline import command_line
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.image.build.record import BuildRecord


def complete_build(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[click.shell_completion.CompletionItem]:
    """Offer the builds that go on."""
    from octavia_wizard.core.image.build.lookup import is_going_on
    from octavia_wizard.core.image.build.record import builds

    names = [record.id for record in builds() if is_going_on(record)]
    return [click.shell_completion.CompletionItem(n) for n in names if n.startswith(incomplete)]


@click.command()
@voice_options
@verb
def builds(invocation: Invocation) -> Result:
    """List the builds of this host: those that go on, how others ended, and what they left.

    A build whose wizard was killed goes on and is called orphaned: 'image build' with the same
    answers follows it, 'image cancel' ends it.

    \b
    Examples:
      octavia-wizard image builds
      octavia-wizard image builds --format json
    """
    from octavia_wizard.core.image.build.leftovers import find_leftovers
    from octavia_wizard.output.image_builds import builds_result, known_builds

    with invocation.output.busy("looking at the builds of this host…"):
        known, left = known_builds(), find_leftovers()
    return builds_result(known, left, command_line("image", "clean"))


@click.command()
@click.argument("build_id", metavar="[ID]", required=False, shell_complete=complete_build)
@yes_option
@voice_options
@verb
def cancel(invocation: Invocation, build_id: str | None, yes: bool) -> Result:
    """Cancel a build that goes on, from any terminal, and clean up after it.

    ID is that of 'image builds'; it may be left out where only one build goes on. What follows
    the build in another terminal ends with 130.

    \b
    Examples:
      octavia-wizard image cancel
      octavia-wizard image cancel 20260101T120000-1a2b --yes

    Ends with 0 also when no build goes on.
    """
    from octavia_wizard.core.image.build.lookup import standing_of
    from octavia_wizard.core.views.image_progress import brief_standing
    from octavia_wizard.output.images import describe

    record = _chosen(build_id)
    if record is None:
        return _said("image-builds-cleaned", "No build goes on.", cancelled=[])
    standing = standing_of(record)
    how_far = f", {brief_standing(standing)}" if standing is not None else ""
    invocation.output.say(f"build {record.id}: {describe(record.request)}{how_far}")
    require_consent(invocation, "Cancel this build?", yes=yes)
    left = _end(invocation, (record,))
    return _cleaned(f"Build {record.id} is cancelled", (record,), left)


@click.command()
@yes_option
@voice_options
@verb
def clean(invocation: Invocation, yes: bool) -> Result:
    """Cancel builds whose wizard is gone, and remove what builds left on this host.

    Mounts, loop devices and directories are removed in the one safe order; nothing is deleted
    while anything is mounted in it. Builds that some wizard follows are not touched, nor is one
    that has ended well and waits to be taken in by 'image build'.

    \b
    Examples:
      octavia-wizard image clean
      octavia-wizard image clean --yes --format json

    Ends with 0 also when there is nothing to do, and with 5 when something could not be removed.
    """
    from octavia_wizard.core.image.build.leftovers import find_leftovers
    from octavia_wizard.output.image_builds import State, known_builds, leftovers_result

    with invocation.output.busy("looking for what builds left…"):
        known = known_builds()
        gone = tuple(one for one in known if one.state in (State.ORPHANED, State.BROKEN))
        left = find_leftovers()
    if not gone and not left:
        nothing = "Nothing to clean up: no build left anything."
        return _said("image-builds-cleaned", nothing, cancelled=[])
    invocation.output.show(leftovers_result(gone, left))
    count = len(gone) + len(left.lines())
    things = "this" if count == 1 else f"these {count} things"
    require_consent(invocation, f"End and remove {things}?", yes=yes)
    records = tuple(one.record for one in gone)
    remaining = _end(invocation, records)
    return _cleaned("Cleaned up", records, remaining)


def _chosen(build_id: str | None) -> BuildRecord | None:
    """Return the build that is meant; None where none goes on; raises UsageError."""
    from octavia_wizard.core.errors import UsageError
    from octavia_wizard.core.image.build.lookup import is_going_on
    from octavia_wizard.core.image.build.record import builds

    known = builds()
    going = [record for record in known if is_going_on(record)]
    if build_id is None:
        if len(going) > 1:
            names = ", ".join(record.id for record in going)
            raise UsageError("several builds go on", hint=f"name one of them: {names}")
        return going[0] if going else None
    found = [record for record in going if record.id.startswith(build_id)]
    if len(found) == 1:
        return found[0]
    if any(record.id == build_id for record in known):
        raise UsageError(f"build {build_id} does not go on any more")
    raise UsageError(
        f"there is no build {build_id} that goes on", hint=f"see {command_line('image', 'builds')}"
    )


def _end(invocation: Invocation, records: tuple[BuildRecord, ...]) -> tuple[str, ...]:
    """Cancel builds, then remove everything that is left; return what could not be removed.

    Ctrl-C stops between builds; what goes on is brought to its end.
    """
    from octavia_wizard.core.engine.signals import stop_on_signals
    from octavia_wizard.core.errors import Interrupted
    from octavia_wizard.core.image.build.cancel import cancel_build
    from octavia_wizard.core.image.build.leftovers import clean, find_leftovers

    stop = threading.Event()
    say = invocation.output.say
    left: tuple[str, ...] = ()
    try:
        with stop_on_signals(stop):
            for record in records:
                if not stop.is_set():
                    cancel_build(record, say)
            if not stop.is_set():
                left = clean(find_leftovers(), say)
    except KeyboardInterrupt:
        stop.set()
    if stop.is_set():
        again = command_line("image", "clean")
        raise Interrupted("stopped while cleaning up", hint=f"{again} goes on with it")
    return left


def _cleaned(what: str, records: tuple[BuildRecord, ...], left: tuple[str, ...]) -> Result:
    from octavia_wizard.core.errors import StepError

    if left:
        again = command_line("image", "clean")
        raise StepError(
            "\n".join(("these could not be removed:", *left)),
            hint=f"end what uses them, then run {again} again",
        )
    ids = [record.id for record in records]
    return _said("image-builds-cleaned", f"{what}: nothing is left.", cancelled=ids)


def _said(kind: str, text: str, **document: object) -> Result:
    return Result(kind, ({**document, "message": text},), lambda paper: paper.line(text))
