"""What is told of the certificates at length: each one's page, and what approving would do."""

from __future__ import annotations

from textual.content import Content

from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.pki.approval import Approval
from octavia_wizard.core.pki.chain_nodes import ChainNode
from octavia_wizard.core.pki.chains import Chains
from octavia_wizard.core.views import certificates
from octavia_wizard.core.views.certificate_details import commands_of, details_of
from octavia_wizard.core.views.lines import sentence
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.drawing import drawn_line
from octavia_wizard.screens.explain import PageScreen
from octavia_wizard.screens.panes import hanging

_QUIET = "$foreground 60%"


class DetailsScreen(PageScreen):
    """A page about one certificate."""

    section = "certificates"

    def __init__(self, node: ChainNode, above: ChainNode | None) -> None:
        super().__init__()
        self.node, self.above = node, above
        self.place = f"Certificates ▸ review ▸ {node.title}"

    def page(self) -> Content:
        """Return every field, what is wrong, and the commands that show the same."""
        lines = []
        for name, text in details_of(self.node):
            pairs = 16 if self.size.width >= 70 else 8
            parts = pieces(text, pairs) if name == "SHA-256" else [text]
            lines.append(Content.assemble((name.ljust(13), _QUIET), parts[0]))
            lines += [Content(" " * 13 + part) for part in parts[1:]]
        for problem in self.node.problems:
            lines += [
                Content(""),
                Content.assemble(("Problem".ljust(13), _QUIET), sentence(problem.what)),
                Content.assemble(("Why".ljust(13), _QUIET), sentence(problem.why)),
                Content.assemble(("Cure".ljust(13), _QUIET), sentence(problem.fix)),
            ]
        commands = commands_of(self.node, self.above)
        if commands:
            lines += [Content(""), Content.styled("The same by openssl", "bold")]
            lines += [Content(f"  {command}") for command in commands]
        return Content("\n").join(lines)


def about_chains(chains: Chains, width: int) -> Content:
    """Say what holds for the whole, and what approving would do."""
    lines = [Content("\n").join(drawn_line(row) for row in certificates.summary(chains, width))]
    if chains.is_planned:
        lines.append(
            Content(
                "They are made when you apply. To have something to look at and to approve before "
                "that, make them now: only secrets and certificates are written."
            )
        )
    elif chains.approval is Approval.ALL:
        lines.append(Content("Approved: a replay with other certificates stops."))
    elif chains.can_be_approved:
        number = len(chains.fingerprints)
        lines.append(
            Content(
                f"Approving writes {number} fingerprints into the preset; a replay with other "
                "certificates then stops."
            )
        )
    return Content("\n").join(lines)


def to_approve(chains: Chains) -> Content:
    """Show the whole fingerprints that are to be approved."""
    lines = [Content("SHA-256, to compare with what the other side tells:"), Content("")]
    for title, mark in chains.fingerprints:
        lines.append(Content.styled(title, "bold"))
        lines += [Content(f"  {part}") for part in pieces(mark, 16)]
    for problem in chains.problems:
        lines.append(Content(f"{glyphs.ATTENTION} {sentence(problem.what)}"))
    lines += [Content(""), Content("They are written into the preset, as certificates.approved.")]
    return Content("\n").join(lines)


def to_make(plan: Plan) -> Content:
    """Say what a plan writes where."""
    lines = [Content("Written now, ahead of everything else:")]
    for item in plan.changes:
        heads = [line.removeprefix("+ ").partition(": ")[0] for line in item.decision.diff]
        # A file in the directory the step names is told by its name alone.
        names = [head.removeprefix(f"{item.decision.subject}/") for head in heads]
        names = [name for name in names if name != "valid"]
        subject = f"{item.title}: {item.decision.subject}"
        lines += [Content.styled(subject, "bold"), Content(f"  {', '.join(names)}")]
    lines.append(Content("All for their owner alone (0600). Each is journaled; undo removes it."))
    return hanging(Content("\n").join(lines), 66)


def pieces(fingerprint: str, pairs: int) -> list[str]:
    """Return a fingerprint in lines of some pairs."""
    parts = fingerprint.split(":")
    return [":".join(parts[at : at + pairs]) for at in range(0, len(parts), pairs)]
