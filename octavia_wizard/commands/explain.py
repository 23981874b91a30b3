"""The verb that explains a question, a role variable or a finding."""

from __future__ import annotations

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

    The word keys lists the keys of the screens, by the ids a settings file puts them on others.
    For a question: why it is asked, what most people choose, and what holds here when nobody
    answers. For a variable: its default in each release, and where it has no effect.

    \b
    Examples:
      octavia-wizard explain network.pool
      octavia-wizard explain octavia_spare_amphora_pool_size
      octavia-wizard explain pool-outside-cidr
      octavia-wizard explain keys
      octavia-wizard explain capacity.topology --release zed
    """
    from octavia_wizard.core.explaining import explain_finding, explain_id
    from octavia_wizard.core.findings import catalogue
    from octavia_wizard.output import topics

    if topic == "keys":
        return _keys()
    info = catalogue().get(topic)
    if info is not None:
        # What a kind of finding means is the same everywhere: no deployment is looked at.
        return topics.topic_result(explain_finding(info))
    return topics.topic_result(explain_id(topic, _session(invocation, release)))


def _keys() -> Result:
    from octavia_wizard.core.settings import settings_path
    from octavia_wizard.output.topics import keys_result
    from octavia_wizard.screens.app import WizardApp
    from octavia_wizard.screens.keys import catalogue

    found = {name: binding.keys for name, binding in sorted(catalogue(WizardApp).items())}
    return keys_result(found, settings_path())


def _session(invocation: Invocation, release: str | None) -> Session:
    from octavia_wizard.core.interview import begin

    session = begin(invocation.options()).session
    if release is not None:
        session.give("cloud.release", release)
    return session


def _topics() -> tuple[str, ...]:
    from octavia_wizard.core.explaining import topic_names

    return topic_names()
