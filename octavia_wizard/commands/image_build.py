"""The verb that builds an amphora image."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.flow import answer_options
from octavia_wizard.commands.image_asking import (
    SOURCE,
    image_findings,
    open_to_build,
    require_request,
)
from octavia_wizard.commands.invocation import Invocation, place_options, verb
from octavia_wizard.commands.opening import maybe_preset_argument
from octavia_wizard.commands.running import require_consent, yes_option
from octavia_wizard.core.commandline import DEFAULT_DEPLOY_DIR, command_line
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.errors import WizardError
    from octavia_wizard.core.finding import Finding
    from octavia_wizard.core.image.build.record import BuildRecord
    from octavia_wizard.core.image.build.request import BuildRequest
    from octavia_wizard.core.session import Session

PACKAGES = "image-build-packages"
"""The finding about packages this host lacks."""
NO_CHOICE = "choice-not-available"
"""The finding about an answer that the other answers do not offer."""


@click.command()
@maybe_preset_argument
@answer_options
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where the image is put, whatever the answers say.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be built and how; build nothing.")
@yes_option
@place_options
@verb
def build(
    invocation: Invocation,
    preset: str | None,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
    output: Path | None,
    dry_run: bool,
    yes: bool,
) -> Result:
    """Build an amphora image with Octavia's own diskimage-create.sh, and nothing else.

    What is built is answered by PRESET, else by the answers of this deployment, else by defaults.
    Neither a cloud nor a deploy directory is needed. The image appears at its place when it is
    complete and checked. If the same image is being built already, that build is followed.
    Ctrl-C cancels the build and cleans up after it; a build whose wizard was killed, or whose
    terminal was lost, goes on, and is followed when this is called again.

    \b
    Examples:
      octavia-wizard image build --dry-run
      octavia-wizard image build site.yml
      octavia-wizard image build --set image.install_packages=yes --output ./amphora.qcow2
      octavia-wizard image build site.yml --yes --format json

    Ends with 4 when this host cannot build it as it is, and with 5 when the build failed.
    """
    from octavia_wizard.core.image.build.lookup import running_build

    session = open_to_build(invocation, preset, settings, accept, output)
    request = require_request(session, preset or "--set")
    running = running_build(request)
    if running is not None and not dry_run:
        invocation.output.say(
            f"this image is being built already, since {running.started}: following it"
        )
    else:
        request = _agree(invocation, session, request, dry_run=dry_run, yes=yes)
    if dry_run:
        return Result("image-build-plan", (), lambda paper: None)
    return _build(invocation, request, None if settings or output else preset)


def _build(invocation: Invocation, request: BuildRequest, preset: str | None) -> Result:
    """Build, and say what comes next; ``preset`` is where all about the image is answered."""
    from octavia_wizard.output.images import built_result

    record = bring_about(invocation, request)
    upload = [preset] if preset is not None else ["--file", str(request.output)]
    return built_result(record, _next(invocation, upload, preset))


def bring_about(invocation: Invocation, request: BuildRequest) -> BuildRecord:
    """Build an image and show how that goes; Ctrl-C cancels it in good order.

    Raises StepError, LockedError, and Interrupted.
    """
    from octavia_wizard.core.engine.signals import stop_on_signals
    from octavia_wizard.core.errors import Interrupted
    from octavia_wizard.core.image.build import making
    from octavia_wizard.core.image.build.lookup import running_build
    from octavia_wizard.core.stopping import Stop, is_asked

    def log_of() -> Path | None:
        running = running_build(request)
        return running.log if running is not None else None

    cancel = Stop()
    output = invocation.output
    try:
        with stop_on_signals(cancel), output.follow_build(cancel, log_of) as watch:
            return making.bring_about(request, tell=watch.tell, log=watch.log, cancel=cancel)
    except KeyboardInterrupt:
        raise Interrupted(
            "stopped before the clean-up had ended",
            hint=f"{_image('clean')} removes what is left",
        ) from None
    except Interrupted as error:
        # A lost terminal ends the watching alone, which the error tells.
        left_alone = cancel.is_set() and not is_asked(cancel)
        raise (error if left_alone else _cancelled(error)) from None


def _cancelled(error: WizardError) -> WizardError:
    """Say whether anything of a cancelled build is left."""
    from octavia_wizard.core.errors import FileError
    from octavia_wizard.core.image.build.leftovers import find_leftovers

    try:
        left = find_leftovers().lines()
    except FileError as trouble:
        left = (trouble.message,)
    if left:
        error.hint = f"{len(left)} things are left of it: {_image('clean')} removes them"
    else:
        error.hint = f"nothing of it is left; {_image('build')} begins anew"
    return error


def _agree(
    invocation: Invocation, session: Session, request: BuildRequest, *, dry_run: bool, yes: bool
) -> BuildRequest:
    """Show what is to be built and what stands in the way, and get the consent to build it.

    Raises BlockedError and UsageError.
    """
    from octavia_wizard.core.finding import Severity
    from octavia_wizard.output.images import request_result
    from octavia_wizard.output.plans import findings_result

    accepted = session.answers.accept
    invocation.output.show(request_result(request, session.effective.release))
    with invocation.output.busy("looking at this host…"):
        found = _found(session, request)
    if found:
        invocation.output.show(findings_result(found, accepted))
    asks = invocation.output.interactive and not yes and not dry_run
    if asks and _only_packages(found):
        require_consent(invocation, "Install these packages and build this image?", yes=False)
        return replace(request, install_packages=True)
    warned = [f for f in found if f.severity is Severity.WARNING and f.id not in accepted]
    errors = [f for f in found if f.severity is Severity.ERROR]
    if errors or (warned and not asks):
        raise _blocked(errors, warned)
    if not dry_run:
        in_spite = " in spite of these warnings" if warned else ""
        require_consent(invocation, f"Build this image{in_spite}?", yes=yes)
    return request


def _found(session: Session, request: BuildRequest) -> list[Finding]:
    """Return what was found about the image, and what on this host stands in the way of it."""
    from octavia_wizard.core.errors import BlockedError
    from octavia_wizard.core.findings import Finding, Severity, catalogue
    from octavia_wizard.core.image.build.lookup import owner_of
    from octavia_wizard.core.image.build.preflight import preflight
    from octavia_wizard.core.image.build.record import builds

    if request.output.is_file() and owner_of(request.output) is None:
        raise BlockedError(
            f"{request.output} is there, and was not built by octavia-wizard",
            hint="name another file with --output; the one that is there is not overwritten",
        )
    # A preset that works on files only offers no build, and one was asked for all the same.
    found = [
        finding
        for finding in image_findings(session, ("image",))
        if (finding.id, finding.key) != (NO_CHOICE, SOURCE)
    ]
    known = {finding.id for finding in found}
    kinds = catalogue()
    for hindrance in preflight(request, builds()):
        if hindrance.id in known:
            continue
        kind = kinds.get(hindrance.id)
        if kind is not None:
            found.append(kind.found(hindrance.what, place=hindrance.key, fix=hindrance.fix))
        else:
            severity = Severity(hindrance.severity.value)
            found.append(
                Finding(hindrance.id, severity, "image", hindrance.what, "", hindrance.fix)
            )
    return found


def _only_packages(found: list[Finding]) -> bool:
    from octavia_wizard.core.finding import Severity

    return [f.id for f in found if f.severity is Severity.ERROR] == [PACKAGES]


def _blocked(errors: list[Finding], warned: list[Finding]) -> WizardError:
    from octavia_wizard.core.errors import BlockedError

    parts = [f"this host cannot build it yet: {', '.join(f.id for f in errors)}"] if errors else []
    if warned:
        parts.append(f"not accepted: {', '.join(f.id for f in warned)}")
    hint = "see the findings above" if errors else "accept with --accept ID"
    return BlockedError("; ".join(parts), hint=hint)


def _next(
    invocation: Invocation, upload: list[str], preset: str | None
) -> tuple[tuple[str, str], ...]:
    place = invocation.deploy_dir if invocation.deploy_dir.is_dir() else DEFAULT_DEPLOY_DIR
    ways = [(command_line("image", "upload", *upload, deploy_dir=place), "uploads and tags it")]
    if preset is not None:
        replay = command_line("replay", preset, deploy_dir=place)
        ways.append((replay, "does that and all the rest"))
    return tuple(ways)


def _image(word: str) -> str:
    return command_line("image", word)
