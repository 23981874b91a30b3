"""The runbook for a browser: one file without scripts, and without anything from elsewhere."""

from __future__ import annotations

import html
from pathlib import Path

from octavia_wizard.core.files import write_file
from octavia_wizard.core.handover_model import Handover
from octavia_wizard.core.markdown import one_line
from octavia_wizard.core.runbook import MODE, TITLE, runbook_text

_NEVER = ("autolink", "entity", "html_block", "html_inline", "image", "link", "reference")
"""Rules of Markdown the runbook has no use for: not even by mistake does text become one."""
GENERATOR = '<meta name="generator" content="octavia-wizard">'
"""By which a file is known to be of ours."""
_STYLE = """\
:root { color-scheme: light dark; }
body { margin: 2rem auto; max-width: 50rem; padding: 0 1rem;
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { margin-top: 2rem; border-bottom: 1px solid; padding-bottom: .2rem; font-size: 1.2rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
code { overflow-wrap: anywhere; }
pre { border: 1px solid; padding: .5rem .75rem; white-space: pre-wrap; }
li { margin: .2rem 0; }
@media print {
  body { margin: 0; max-width: none; font-size: 10pt; }
  h2 { break-after: avoid; }
  pre, li { break-inside: avoid; }
  pre, h2 { border-color: #000; }
}
@page { margin: 18mm; }
"""
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
{generator}
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def write_html(path: Path, handover: Handover) -> None:
    """Write the runbook as HTML in one move, readable by its owner alone; raises FileError."""
    write_file(path, runbook_html(handover), MODE)


def runbook_html(handover: Handover) -> str:
    """Return the runbook as a page; pure."""
    # Slow to load, and of use at the end alone.
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).disable(list(_NEVER))
    return _PAGE.format(
        generator=GENERATOR,
        title=html.escape(_title(handover)),
        style=_STYLE,
        body=reader.render(runbook_text(handover)),
    )


def _title(handover: Handover) -> str:
    place = handover.place
    if place is None:
        return TITLE
    return one_line(f"{TITLE} of {place.cloud or place.deploy_dir}")
