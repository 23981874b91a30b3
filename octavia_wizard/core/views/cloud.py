"""Views of the section cloud: what is done in either mode, the clouds, the release."""

from __future__ import annotations

from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.clouds import CLOUDS, PROJECT
from octavia_wizard.core.views.layout import wrapped
from octavia_wizard.core.views.model import Picture, Role, Span, Subject, View, line
from octavia_wizard.core.views.release import RELEASE

_HERE = "secrets, certificates and files in the deploy directory; an SSH key, if wanted"
_LIVE = "network, subnet, security group, flavor, key pair, image and quotas in the cloud"


def draw_mode(subject: Subject, width: int) -> Picture:
    """Say what will be done in this mode, and what will not."""
    rows: tuple[tuple[str, Role, str], ...]
    if subject.effective.chosen("cloud.mode", "live"):
        rows = (
            (glyphs.DONE, Role.GOOD, f"makes {_LIVE}; what is there is adopted or kept"),
            (glyphs.DONE, Role.GOOD, f"writes {_HERE}"),
            _playbooks(subject),
        )
        tail = "Needs an administrator's credentials, as in the openrc file of OSA."
    else:
        rows = (
            (glyphs.DONE, Role.GOOD, f"writes {_HERE}"),
            _playbooks(subject),
            (glyphs.UNWANTED, Role.QUIET, f"contacts no cloud: makes no {_LIVE}"),
            (
                glyphs.ARROW,
                Role.PLAIN,
                "the role makes network and flavor in its first run; upload the image yourself",
            ),
        )
        tail = "Fit for a cloud that is yet to be deployed, or for review by someone else."
    found = []
    for glyph, role, text in rows:
        first, *rest = wrapped(text, width - 2)
        found.append(line(Span(f"{glyph} ", role), *first))
        found += [line("  ", *row) for row in rest]
    return (*found, *wrapped(tail, width, Role.QUIET))


def _playbooks(subject: Subject) -> tuple[str, Role, str]:
    if subject.effective.is_on("deployment.run_playbooks"):
        return glyphs.DONE, Role.GOOD, "runs the playbooks that are due"
    return glyphs.UNWANTED, Role.QUIET, "runs no playbook: it tells you which, at the end"


MODE = View("mode", "What will be done", draw_mode, ("cloud.mode",))
VIEWS: tuple[View, ...] = (MODE, CLOUDS, RELEASE, PROJECT)
