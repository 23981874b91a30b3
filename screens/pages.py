"""The three pages of the review as items: findings, files, and the plan."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from octavia_wizard.core.emit.diff import unified
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.engine.plan import PlanItem
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.questions import find_question
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.outlook import Draft
from octavia_wizard.screens.panes import Item
from octavia_wizard.screens.wording import action_sign, count, finding_sign, short_ids

SECRETS = "secrets"


def finding_items(findings: Iterable[Finding], accepted: tuple[str, ...]) -> list[Item]:
    """Return the findings, the weightiest first as they come."""
    items = []
    for place, finding in enumerate(findings):
        glyph, word, style = finding_sign(finding, accepted)
        line = Content.assemble((f"{glyph} {word.ljust(9)}", style), finding.what)
        items.append(Item(f"{place}:{finding.id}", line, _finding_detail(finding)))
    return items


def _finding_detail(finding: Finding) -> Content:
    question = find_question(finding.key) if finding.key else None
    parts = [
        Content.styled(finding.what, "bold"),
        Content.assemble(("Why    ", "$foreground 60%"), finding.why),
        Content.assemble(("Cure   ", "$foreground 60%"), finding.fix),
    ]
    if finding.where:
        parts.append(Content.assemble(("Where  ", "$foreground 60%"), finding.where))
    target = question.title if question is not None else finding.key or finding.section
    parts.append(Content.assemble(("Enter  ", "$foreground 60%"), f"opens {target}"))
    parts.append(Content.assemble(("Id     ", "$foreground 60%"), finding.id))
    return Content("\n").join(parts)


def file_items(draft: Draft) -> list[Item]:
    """Return the files with their differences, and the names of secrets to be made."""
    items = []
    for file in draft.files:
        word = "new" if file.before is None else "changed" if file.changed else "as it is"
        sign = glyphs.TO_DO if file.changed else glyphs.DONE
        style = "$text-success" if file.changed else "$foreground 60%"
        line = Content.assemble((f"{sign} {word.ljust(9)}", style), file.path)
        items.append(Item(file.path, line, _file_detail(file)))
    if draft.secrets:
        number = count(len(draft.secrets), "secret")
        line = Content.assemble((f"{glyphs.TO_DO} {'made'.ljust(9)}", "$text-success"), number)
        lines = [Content("Made at random, unless typed; shown and kept nowhere else:")]
        lines += [Content(f"  {name}") for name in draft.secrets]
        items.append(Item(SECRETS, line, Content("\n").join(lines)))
    return items


def _file_detail(file: EmittedFile) -> Content:
    lines = [Content.styled(f"{file.path}, mode {file.mode:04o}", "bold")]
    lines += [Content(f"{glyphs.ATTENTION} {note}") for note in file.notes]
    if not file.changed:
        lines.append(Content("Nothing to change."))
    else:
        lines += [diff_line(line) for line in unified(file.before, file.text, file.path)]
    return Content("\n").join(lines)


def plan_items(draft: Draft) -> list[Item]:
    """Return the steps with what they would do."""
    items = draft.plan.items
    column = max((len(item.title) for item in items), default=0) + 2
    return [Item(item.step, _plan_line(item, column), _plan_detail(item, draft)) for item in items]


def _plan_line(item: PlanItem, column: int) -> Content:
    glyph, word, style = action_sign(item.action)
    text = short_ids(item.decision.subject or item.decision.reason)
    return Content.assemble(
        (f"{glyph} {word.ljust(9)}", style), item.title.ljust(column), (text, "$foreground 60%")
    )


def _plan_detail(item: PlanItem, draft: Draft) -> Content:
    lines = [Content.styled(f"{item.title} {item.decision.subject}".rstrip(), "bold")]
    if item.decision.reason:
        lines.append(Content(item.decision.reason))
    titles = {other.step: other.title for other in draft.plan.items}
    if item.needs:
        needs = ", ".join(titles[need] for need in item.needs)
        lines.append(Content.styled(f"after {needs}", "$foreground 60%"))
    lines += [diff_line(line) for line in item.decision.diff]
    if not item.decision.diff and not item.decision.reason:
        lines.append(Content("Nothing to change."))
    return Content("\n").join(lines)


def diff_line(line: str) -> Content:
    """Colour a line of a difference; its sign says the same."""
    style = {"+": "$text-success", "-": "$text-error", "~": "$text-warning", "@": "$foreground 60%"}
    return Content.styled(line, style.get(line[:1], ""))
