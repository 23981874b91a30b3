"""What else can be done at a question: the menu behind the key ``!``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from octavia_wizard.core.questions import Question
from octavia_wizard.core.standing import section_of
from octavia_wizard.plain import certificates, clouds, looking, network
from octavia_wizard.plain.asking import Asker, Jump
from octavia_wizard.plain.options import Option
from octavia_wizard.plain.wording import value_of


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that can be done beside answering."""

    name: str
    label: str
    do: Callable[[Asker], object]


DEEDS: dict[str, tuple[Deed, ...]] = {
    "cloud": (
        Deed("check", "Ask all clouds whether they let you in", clouds.check_clouds),
        Deed("read", "Read host and cloud again", looking.read_again),
    ),
    "network": (
        Deed("propose", "Propose a free CIDR and pool", network.propose),
        Deed("entry", "Show the inventory as it will stand", network.show_entry),
    ),
    "certificates": (
        Deed("approve", "Approve the certificates by fingerprint", certificates.approve),
        Deed("withdraw", "Take the approval back", certificates.withdraw),
        Deed("passphrase", "Type the passphrase of a key", certificates.ask_passphrases),
        Deed("make", "Make the certificates now", certificates.make_now),
    ),
    "deployment": (Deed("hosts", "Ask the controllers how they stand", looking.ask_controllers),),
}
"""By section; what works everywhere comes after these."""

_EVERYWHERE = (
    Deed("findings", "Show the findings in words", looking.show_findings),
    Deed("files", "Show the files as they would be written", looking.show_files),
    Deed("explain", "Explain a question, variable or finding by its name", looking.explain_any),
    Deed("where", "Say where the answers are saved", looking.say_where),
)


def offer_more(asker: Asker, question: Question) -> Jump | None:
    """Offer what can be done in the section of a question; return where the operator goes."""
    section = section_of(question.key)
    deeds = (*DEEDS.get(section, ()), *_EVERYWHERE)
    options = [Option(deed, f"{deed.name}: {deed.label}") for deed in deeds]
    options += [
        Option(_show_views, "pictures: Show all pictures of this section"),
        Option(_jump, "question: Go to another question of this section"),
        Option(_leave, "sections: Back to the list of sections"),
        Option(None, "back to the question"),
    ]
    picked = asker.prompter.choose("What else", options, None, moves=False)
    if isinstance(picked, Deed):
        picked.do(asker)
        return None
    return picked(asker, section) if callable(picked) else None


def _show_views(asker: Asker, section: str) -> None:
    if not asker.gallery.all(section):
        asker.paper.line("there is no picture to show here")


def _jump(asker: Asker, section: str) -> Jump | None:
    asked = asker.session.asked(section)
    options = [
        Option(
            item.question.key,
            asker.title(item.question),
            value_of(item.question, item.setting) or "to do",
        )
        for item in asked
    ]
    if not options:
        return None
    picked = asker.prompter.choose("Which question", options, options[0].value)
    return Jump(picked) if isinstance(picked, str) else None


def _leave(asker: Asker, section: str) -> Jump:
    return Jump()
