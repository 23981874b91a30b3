"""Views of the certificates: the two chains as trees, and what each of one's own files is."""

from __future__ import annotations

from datetime import UTC, datetime

from octavia_wizard.core.pki.approval import Approval
from octavia_wizard.core.pki.chain_nodes import ChainNode, NodeState
from octavia_wizard.core.pki.chains import Chains, read_chains
from octavia_wizard.core.pki.layout import Pem
from octavia_wizard.core.secrets import known_passphrases
from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.certificate_files import FILE_KEYS, draw_files
from octavia_wizard.core.views.layout import cut
from octavia_wizard.core.views.layout import verdict as stated
from octavia_wizard.core.views.lines import clipped, role_of, sentence, told
from octavia_wizard.core.views.model import Line, Picture, Role, Span, Subject, View, line
from octavia_wizard.core.views.timeline import YEAR, Scale

LABEL = 12
"""Columns of glyph and title."""
WIDEST = 110
"""Columns beyond which a wider picture would only be torn apart."""

SIGNS: dict[NodeState, tuple[str, Role]] = {
    NodeState.GOOD: (glyphs.DONE, Role.GOOD),
    NodeState.ATTENTION: (glyphs.ATTENTION, Role.ATTENTION),
    NodeState.BAD: (glyphs.ERROR, Role.BAD),
    NodeState.PLANNED: (glyphs.TO_DO, Role.QUIET),
    NodeState.OPEN: (glyphs.TO_DO, Role.QUIET),
}
_USAGES = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}


def now() -> datetime:
    """Return the present moment by the clock of this host."""
    return datetime.now(UTC)


def chains_of(subject: Subject, moment: datetime | None = None) -> Chains | None:
    """Read the chains of a subject; takes up to a second."""
    known = known_passphrases(subject.facts.host)
    return read_chains(subject.effective, known, moment or now())


def draw_subject(subject: Subject, width: int) -> Picture:
    """Draw the chains of a subject, read afresh."""
    moment = now()
    chains = chains_of(subject, moment)
    return draw_chains(chains, width, moment) if chains is not None else ()


def draw_chains(chains: Chains, width: int, moment: datetime) -> Picture:
    """Draw both chains: what can be said of them, each certificate in two lines, and today."""
    width = min(width, WIDEST)
    scale = scale_of(chains, width, moment)
    role, text = verdict(chains)
    rows: list[Line] = [stated(role, cut(text, width - 2), width)[0]]
    for depth, node in chains.nodes:
        rows += draw_node(node, depth, width, scale)
    if any(node.validity for _, node in chains.nodes):
        rows.append(bottom(chains, width, scale))
    return (*rows, *_more(chains, width))


def bottom(chains: Chains, width: int, scale: Scale) -> Line:
    """Draw the line below the certificates: whether they are approved, and today."""
    role = {Approval.ALL: Role.GOOD, Approval.OTHERS: Role.BAD, Approval.NONE: Role.QUIET}
    text = f"  {chains.approval}" if chains.fingerprints else ""
    (mark,) = scale.mark(width - scale.width)
    if mark.text[: len(text) + 1].strip():
        # Where there is little room the sign alone marks today.
        mark = Span(glyphs.HERE.rjust(width - scale.width + YEAR + scale.column(scale.today) + 1))
    return clipped(line((text, role[chains.approval]), Span(mark.text[len(text) :])), width)


def scale_of(chains: Chains, width: int, moment: datetime) -> Scale:
    """Return the scale on which all certificates of the chains are drawn."""
    spans = [node.validity for _, node in chains.nodes if node.validity is not None]
    room = min(max(width - 48, 14), 50)
    return Scale.over(spans, moment, room)


def draw_headed(node: ChainNode, depth: int, width: int, scale: Scale) -> Picture:
    """Draw one certificate below a line that says what it is for and when to renew it."""
    lead = "  " * depth
    head = f"{lead}{node.title.ljust(LABEL - len(lead))}"
    renew = f"renew by {node.renew_by:%Y-%m-%d}" if node.certificate and node.renew_by else ""
    room = max(width - len(head) - len(renew), 0)
    purpose = cut(_purpose(node), max(room - 2, 1)).ljust(room)
    title = line((head, Role.STRONG), purpose, (renew, Role.QUIET))
    return (clipped(title, width), *draw_node(node, depth + 1, width, scale, label=False))


def _purpose(node: ChainNode) -> str:
    """Say what a certificate is for, and under which root it is or what is trusted beside it."""
    parts = [node.purpose]
    if node.above and node.pem is not Pem.CLIENT:
        parts.append(f"below {node.above[-1].subject}")
    if node.also_trusted:
        parts.append(f"{len(node.also_trusted)} more trusted")
    return "; ".join(parts)


def draw_node(
    node: ChainNode, depth: int, width: int, scale: Scale, *, label: bool = True
) -> Picture:
    """Draw one certificate: who it is and what it may do; fingerprint, key and validity."""
    glyph, role = SIGNS[node.state]
    lead = f"{'  ' * (depth - 1)}{glyphs.BRANCH} " if depth else ""
    name = f" {node.title}".ljust(LABEL - len(lead) - 1) if label else " "
    tail = "  ".join(part for part in (node.key_kind.ljust(8), rights(node)) if part.strip())
    room = width - len(lead) - 1 - len(name) - len(tail) - 2
    first = line(
        (lead, Role.QUIET),
        (glyph, role),
        (name, Role.STRONG),
        cut(_who(node), room).ljust(room + 2),
        tail,
    )
    return (clipped(first, width), clipped(_second(node, len(lead), width, scale), width))


def _second(node: ChainNode, indent: int, width: int, scale: Scale) -> Line:
    lead = " " * (indent + 2)
    mark = node.certificate.fingerprint if node.certificate else ""
    known = f"SHA-256 {short(mark)}" if mark else _state_words(node)
    left = cut(f"{lead}{known.ljust(19)}  {key_words(node)}", width - scale.width - 1)
    start = line(left.ljust(width - scale.width))
    if node.validity is None:
        return line(left)
    role = Role.PLAIN if node.state is NodeState.PLANNED else SIGNS[node.state][1]
    return (*start, *scale.bar(node.validity, role))


def _who(node: ChainNode) -> str:
    if node.subject:
        return node.subject
    return str(node.path) if node.path is not None else ""


def _state_words(node: ChainNode) -> str:
    return "" if node.state is NodeState.BAD and node.plan is None else node.state.value


def rights(node: ChainNode) -> str:
    """Say in short what the certificate may do, in the terms of X.509."""
    if node.plan is not None:
        return "clientAuth" if node.pem is Pem.CLIENT else "CA, path 0"
    view = node.certificate
    if view is None:
        return ""
    if view.is_ca:
        return "CA" if view.path_length is None else f"CA, path {view.path_length}"
    purposes = ", ".join(view.extended_key_usage or ())
    return purposes or "not a CA"


def usages(node: ChainNode) -> str:
    """Write the key usage out; "any" where the certificate restricts nothing."""
    view = node.certificate
    if view is None:
        return ""
    if view.key_usage is None:
        return "any"
    return ", ".join(_USAGES[name] for name in view.key_usage) or "none"


def key_words(node: ChainNode) -> str:
    """Say whether the private key is encrypted, and its mode."""
    if node.plan is not None:
        return "key plain, 0600" if node.pem is Pem.CLIENT else "key encrypted, 0600"
    if node.key is None:
        return ""
    return f"key {'encrypted' if node.key.encrypted else 'plain'}, {node.key.mode:04o}"


def short(fingerprint: str) -> str:
    """Shorten a fingerprint to its ends."""
    pairs = fingerprint.split(":")
    return f"{pairs[0]}:{pairs[1]}:…:{pairs[-1]}" if len(pairs) > 3 else fingerprint


def verdict(chains: Chains) -> tuple[Role, str]:
    """Say in a sentence how the chains stand; of what is in order only what was checked."""
    problems = chains.problems
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        return role_of(problems[0]), f"{sentence(problems[0].what)}{more}"
    if chains.is_planned:
        return Role.QUIET, f"Made when you apply, in {chains.directory}"
    todo = [node.title for _, node in chains.nodes if node.state is NodeState.OPEN]
    if todo:
        return Role.QUIET, f"Still to be named: {', '.join(todo)}"
    said = ", ".join(chains.checked)
    return Role.GOOD, f"{said[:1].upper()}{said[1:]}"


def summary(chains: Chains, width: int) -> Picture:
    """Say how the chains stand, every problem with its cure."""
    if chains.problems:
        return tuple(row for problem in chains.problems for row in told(problem, width))
    role, text = verdict(chains)
    return stated(role, f"{text}.", width)


def _more(chains: Chains, width: int) -> Picture:
    """Write out all problems where there is more than fits into the first line."""
    problems = chains.problems
    if not problems or (len(problems) == 1 and len(verdict(chains)[1]) <= width - 2):
        return ()
    return tuple(row for problem in problems for row in told(problem, width))


VIEWS: tuple[View, ...] = (
    View("chains", "Chains of trust", draw_subject, slow=True),
    View("files", "Your files", draw_files, keys=FILE_KEYS, slow=True),
)
