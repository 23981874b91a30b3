"""The verb that writes the runbook anew, or elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.invocation import Invocation, place_options, verb
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.handover_model import Handover
    from octavia_wizard.core.runbook_again import Form


@click.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write it to this file alone; - prints it.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["markdown", "html"]),
    help="What to write to FILE.  [default: html for .html, else markdown]",
)
@place_options
@verb
def runbook(invocation: Invocation, out: str | None, form: str | None) -> Result:
    """Write the runbook of this deployment anew: what was made, run, and comes next.

    Every run of the wizard writes it at its end, as Markdown and as HTML. This does so at any
    time, from the journals, the runs of playbooks and the files of this host: after 'playbooks
    run', 'certs renew' or 'verify', or for a wiki. No cloud is contacted. It tells names, ids,
    paths, fingerprints and dates, and no secret; the files are readable by you alone.

    \b
    Examples:
      octavia-wizard runbook                          both files, beside the preset
      octavia-wizard runbook --out ./octavia.html     one page, to print or to file
      octavia-wizard runbook --out - | less

    A FILE that is there is replaced only where it is a runbook. Ends with 2 where nothing was
    run yet.
    """
    from octavia_wizard.core.errors import UsageError
    from octavia_wizard.core.runbook_again import Form, form_of

    if form is not None and out is None:
        raise UsageError("--as says what to write to a file", hint="name the file with --out")
    handover = _handover(invocation)
    if out is None:
        return _in_its_place(handover)
    path = Path(out)
    wanted = Form(form) if form is not None else form_of(path)
    return _elsewhere(handover, out, wanted)


def _handover(invocation: Invocation) -> Handover:
    from octavia_wizard.core.handover import handover_of_the_past
    from octavia_wizard.core.interview import begin, require_deploy_dir
    from octavia_wizard.core.places import DeploymentPlace
    from octavia_wizard.core.runbook_again import answers_of_the_past

    require_deploy_dir(invocation.deploy_dir)
    answers = answers_of_the_past(DeploymentPlace.of(invocation.deploy_dir))
    beginning = begin(invocation.options(answers), answers, keep_saved=False)
    for problem in beginning.problems:
        invocation.output.say(f"note: {problem.message}")
    return handover_of_the_past(beginning.session)


def _in_its_place(handover: Handover) -> Result:
    from octavia_wizard.core.runbook import write_runbook
    from octavia_wizard.core.runbook_html import write_html
    from octavia_wizard.output.endings import runbook_result

    paths = []
    if handover.runbook is not None:
        write_runbook(handover.runbook, handover)
        paths.append(handover.runbook)
    if handover.runbook_html is not None:
        write_html(handover.runbook_html, handover)
        paths.append(handover.runbook_html)
    return runbook_result(paths)


def _elsewhere(handover: Handover, out: str, form: Form) -> Result:
    from octavia_wizard.core.runbook_again import write_elsewhere, written_as
    from octavia_wizard.output.endings import printed_runbook_result, runbook_result

    if out == "-":
        return printed_runbook_result(written_as(handover, form), form.value)
    path = Path(out).expanduser().absolute()
    write_elsewhere(path, handover, form)
    return runbook_result([path])
