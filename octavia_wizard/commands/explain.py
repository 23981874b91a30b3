"""The verb that explains a question, a role variable or a finding."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.invocation import Invocation, place_options, verb
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.session import Session


def complete_topic(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[click.shell_completion.CompletionItem]:
    """Offer everything that can be explained."""
    found = [name for name in _topics() if name.startswith(incomplete)]
    return [click.shell_completion.CompletionItem(name) for name in found]


@click.command()
@click.argument("topic", metavar="TOPIC", shell_complete=complete_topic)
@click.option("--release", metavar="RELEASE", help="For this release instead of the detected one.")
@place_options
@verb
def explain(invocation: Invocation, topic: str, release: str | None) -> Result:
    """Explain TOPIC: the key of a question, a role variable, or the id of a finding.

    For a question: why it is asked, what most people choose, and what holds here when nobody
    answers. For a variable: its default in each release, and where it has no effect.

    \b
    Examples:
      octavia-wizard explain network.pool
      octavia-wizard explain octavia_spare_amphora_pool_size
      octavia-wizard explain pool-outside-cidr
      octavia-wizard explain capacity.topology --release zed
    """
    from octavia_wizard.core.findings import catalogue
    from octavia_wizard.core.questions import find_question, find_section
    from octavia_wizard.core.releases import explain as explain_variable
    from octavia_wizard.output import topics

    if find_question(topic) is not None:
        return topics.question_result(_session(invocation, release), topic)
    if topic in catalogue():
        return topics.finding_result(catalogue()[topic])
    name = topic.removeprefix("variables.")
    if name in _variables():
        return topics.variable_result(explain_variable(name), _session(invocation, release))
    try:
        return topics.section_result(find_section(topic), _session(invocation, release))
    except StopIteration:
        raise _unknown(topic) from None


def _session(invocation: Invocation, release: str | None) -> Session:
    from octavia_wizard.core.interview import begin

    session = begin(invocation.options()).session
    if release is not None:
        session.give("cloud.release", release)
    return session


def _variables() -> frozenset[str]:
    from octavia_wizard.core.releases import retirement, variables

    return frozenset((*variables.names(), *retirement.retired_names()))


def _topics() -> list[str]:
    from octavia_wizard.core.findings import catalogue
    from octavia_wizard.core.questions import QUESTIONS, SECTIONS

    sections = [section.name for section in SECTIONS]
    keys = [question.key for question in QUESTIONS]
    return [*sections, *keys, *catalogue(), *sorted(_variables())]


def _unknown(topic: str) -> Exception:
    from octavia_wizard.core.errors import UsageError

    near = difflib.get_close_matches(topic, _topics(), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "see 'octavia-wizard explain --help'"
    return UsageError(f"there is no question, variable or finding called {topic!r}", hint=hint)
