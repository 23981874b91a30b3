"""What the verbs of the image ask of the answers: those of a preset, or of the deployment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from octavia_wizard.commands.flow import MISSING, complete_preset
from octavia_wizard.commands.invocation import Invocation
from octavia_wizard.commands.rehearsing import rehearsed

if TYPE_CHECKING:
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.findings.model import Finding
    from octavia_wizard.core.image.build.request import BuildRequest
    from octavia_wizard.core.session import Session

F = TypeVar("F", bound=Callable[..., Any])

SOURCE = "image.source"
THIS_DEPLOYMENT = "the answers of this deployment"
SECTIONS = ("image", "cloud")
"""What an image has to do with; the other sections need not be answered for it."""
_WHERE = ("image.path", "image.disk_format")
"""Answers about a file that a build would not be meant to overwrite."""


def maybe_preset_argument(function: F) -> F:
    """Add the argument PRESET, which may be left out."""
    return click.argument("preset", required=False, shell_complete=complete_preset)(function)


def file_option(function: F) -> F:
    """Add the option that names an image file."""
    return click.option(
        "--file",
        "file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Upload this file, whatever the answers say of where the image comes from.",
    )(function)


def open_session(
    invocation: Invocation,
    preset: str | None,
    settings: Sequence[str] = (),
    accept: Sequence[str] = (),
) -> Session:
    """Open a session with the answers of a preset, or else of this deployment, or with none.

    Raises PresetError for them and for settings.
    """
    session = _begun(invocation, preset)
    _complete(session, settings, accept)
    return session


def open_to_build(
    invocation: Invocation,
    preset: str | None,
    settings: Sequence[str],
    accept: Sequence[str],
    output: Path | None,
) -> Session:
    """Open a session as above that builds, whatever the answers say of where the image comes from.

    Raises UsageError where settings contradict that, and PresetError as above.
    """
    from octavia_wizard.core.errors import UsageError

    session = _begun(invocation, preset)
    if not session.effective.chosen(SOURCE, "build"):
        # The file such answers name is somebody's own.
        session.take_back(*_WHERE)
    session.answers = session.answers.with_value(SOURCE, "build")
    _complete(session, settings, accept)
    if session.answers.values.get(SOURCE) != "build":
        raise UsageError(f"image build only builds: {SOURCE} cannot be set to anything else")
    if output is not None:
        session.answers = session.answers.with_value("image.path", str(output.absolute()))
    return session


def session_to_upload(
    invocation: Invocation,
    preset: str | None,
    settings: Sequence[str],
    accept: Sequence[str],
    file: Path | None,
) -> Session:
    """Open a session as above; ``file`` is what it uploads, where it is given."""
    session = open_session(invocation, preset, settings, accept)
    if file is not None:
        answers = session.answers.without(_WHERE)
        answers = answers.with_value(SOURCE, "file")
        session.answers = answers.with_value("image.path", str(file.absolute()))
    return session


def require_request(session: Session, source: str) -> BuildRequest:
    """Return what is to be built; raises PresetError with all that is missing for it."""
    from octavia_wizard.core.errors import PresetError, Problem
    from octavia_wizard.core.image.build.asking import request_of

    require_image_answers(session, source, sections=("image",))
    request = request_of(session.effective)
    if request is None:
        raise PresetError(source, [Problem("image", "does not say what is to be built")])
    return request


def require_image_answers(
    session: Session, source: str, sections: Sequence[str] = SECTIONS
) -> None:
    """Raise PresetError for open questions of these sections; the other ones do not matter."""
    from octavia_wizard.commands.flow import require_answers

    missing = session.effective.missing
    besides = [key for key in missing if key.partition(".")[0] not in sections]
    require_answers(session, source, besides=besides)


def look_at_images(invocation: Invocation, session: Session, source: str) -> None:
    """Read the cloud; raises PresetError where it is not answered which, UsageError, CloudError."""
    from octavia_wizard.commands.flow import CLOUD, look_around

    if CLOUD in session.effective.missing:
        require_image_answers(session, source, sections=("cloud",))
    look_around(invocation, session, source)


def image_findings(session: Session, sections: Sequence[str] = SECTIONS) -> list[Finding]:
    """Return what was found about the image, without what is not answered."""
    return [f for f in session.findings if f.section in sections and f.id != MISSING]


def _begun(invocation: Invocation, preset: str | None) -> Session:
    from octavia_wizard.core.interview import begin
    from octavia_wizard.core.questions.paths import load_named

    answers = load_named(preset) if preset is not None else _saved(invocation)
    answers = rehearsed(invocation, answers)
    beginning = begin(invocation.options(answers), answers, keep_saved=False)
    if invocation.deploy_dir.is_dir():
        for problem in beginning.problems:
            invocation.output.say(f"note: {problem.message}")
    return beginning.session


def _saved(invocation: Invocation) -> Answers:
    """Return the answers of this deployment as they were last kept, by a run or an interview."""
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.answers.load import load_preset
    from octavia_wizard.core.places import DeploymentPlace

    place = DeploymentPlace.of(invocation.deploy_dir)
    kept = [path for path in (place.preset, place.autosave) if path.is_file()]
    if not kept:
        return Answers()
    newest = max(kept, key=lambda path: path.stat().st_mtime)
    invocation.output.say(f"with the answers of this deployment, {newest}")
    return load_preset(newest)


def _complete(session: Session, settings: Sequence[str], accept: Sequence[str]) -> None:
    # The release decides which role variables there are to set.
    session.apply_settings(sorted(settings, key=lambda text: not text.startswith("cloud.")))
    for finding in accept:
        session.accept(finding)
