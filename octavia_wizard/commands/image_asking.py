"""What the verbs of the image ask of the answers: those of a preset, or of the deployment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from octavia_wizard.commands.flow import MISSING
from octavia_wizard.commands.invocation import Invocation
from octavia_wizard.commands.opening import begun, complete, open_session, require_sections

if TYPE_CHECKING:
    from octavia_wizard.core.finding import Finding
    from octavia_wizard.core.image.build.request import BuildRequest
    from octavia_wizard.core.session import Session

F = TypeVar("F", bound=Callable[..., Any])

SOURCE = "image.source"
SECTIONS = ("image", "cloud")
"""What an image has to do with; the other sections need not be answered for it."""
_WHERE = ("image.path", "image.disk_format")
"""Answers about a file that a build would not be meant to overwrite."""


def file_option(function: F) -> F:
    """Add the option that names an image file."""
    return click.option(
        "--file",
        "file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Upload this file, whatever the answers say of where the image comes from.",
    )(function)


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

    session = begun(invocation, preset)
    if not session.effective.chosen(SOURCE, "build"):
        # The file such answers name is somebody's own.
        session.take_back(*_WHERE)
    session.answers = session.answers.with_value(SOURCE, "build")
    complete(session, settings, accept)
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
    require_sections(session, source, sections)


def look_at_images(invocation: Invocation, session: Session, source: str) -> None:
    """Read the cloud; raises PresetError where it is not answered which, UsageError, CloudError."""
    from octavia_wizard.commands.flow import CLOUD, look_around

    if CLOUD in session.effective.missing:
        require_image_answers(session, source, sections=("cloud",))
    look_around(invocation, session, source)


def image_findings(session: Session, sections: Sequence[str] = SECTIONS) -> list[Finding]:
    """Return what was found about the image, without what is not answered."""
    return [f for f in session.findings if f.section in sections and f.id != MISSING]
