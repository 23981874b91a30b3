"""The two chains of trust as they are in the files, or as they will be made."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.pki.approval import Approval, approval_of, marked_beside
from octavia_wizard.core.pki.chain_nodes import ChainNode, NodeState, Plan
from octavia_wizard.core.pki.judging.review import Passphrase, Review, examine, readable_files
from octavia_wizard.core.pki.judging.verified import verified
from octavia_wizard.core.pki.layout import CertificateLayout, layout_of, layout_so_far
from octavia_wizard.core.pki.making.authorities import order_problems
from octavia_wizard.core.pki.making.planned import Planned, planned_files
from octavia_wizard.core.pki.pem import CERTIFICATES, KEYS, Pem


@dataclass(frozen=True, slots=True)
class Chains:
    """Both chains, and what can be said of them together."""

    server: ChainNode
    client: ChainNode
    generate: bool
    directory: Path
    """Where certificates that are generated go."""
    checked: tuple[str, ...] = ()
    """What was really checked and found in order, each in a few words."""
    approval: Approval = Approval.NONE
    beside: tuple[tuple[str, str], ...] = ()
    """Title and SHA-256 fingerprint of authorities that have to be approved as well."""

    @property
    def nodes(self) -> tuple[tuple[int, ChainNode], ...]:
        """Return all nodes from top to bottom, each with its depth."""
        return tuple(_flat((self.server, self.client), 0))

    @property
    def problems(self) -> tuple[Finding, ...]:
        """Return everything that is wrong, errors first."""
        found = [problem for _, node in self.nodes for problem in node.problems]
        order = list(Severity)
        return tuple(sorted(dict.fromkeys(found), key=lambda one: order.index(one.severity)))

    @property
    def fingerprints(self) -> tuple[tuple[str, str], ...]:
        """Return title and SHA-256 fingerprint of each certificate that is to be approved."""
        own = tuple(
            (node.title, node.certificate.fingerprint)
            for _, node in self.nodes
            if node.certificate is not None
        )
        return (*own, *self.beside)

    @property
    def can_be_approved(self) -> bool:
        """Whether there are certificates, none of them wrong, and not all approved yet."""
        wrong = any(problem.severity is Severity.ERROR for problem in self.problems)
        return bool(self.fingerprints) and not wrong and self.approval is not Approval.ALL

    @property
    def is_planned(self) -> bool:
        """Whether nothing is there yet and all of it will be made."""
        return all(node.state is NodeState.PLANNED for _, node in self.nodes)


def read_chains(
    effective: Effective, passphrase: Passphrase | None = None, now: datetime | None = None
) -> Chains | None:
    """Read the files of the answers, or say what will be made; None while too little is answered.

    Opens keys whose passphrase is known, which takes up to a second.
    """
    layout = layout_so_far(effective)
    if layout is None:
        return None
    moment = now or datetime.now(UTC)
    if layout.generate and not any(os.path.exists(path) for path in layout.files.values()):
        return _planned(effective, layout, moment)
    review = examine(layout, passphrase, moment)
    nodes = {pem: _node(pem, layout, review) for pem in CERTIFICATES}
    also = marked_beside(layout, review.certificates, moment)
    marks = [view.fingerprint for view in review.certificates.values()]
    whole = layout_of(effective) is not None
    chains = _assemble(
        nodes,
        layout,
        verified(review, layout, moment) if whole else (),
        approval_of(effective, [*marks, *(mark for _, mark in also)]),
    )
    beside = tuple((f"{title[:1].upper()}{title[1:]}", mark) for title, mark in also)
    return replace(chains, beside=beside)


def _assemble(
    nodes: Mapping[Pem, ChainNode],
    layout: CertificateLayout,
    checked: tuple[str, ...] = (),
    approval: Approval = Approval.NONE,
) -> Chains:
    client = replace(nodes[Pem.CLIENT_CA], children=(nodes[Pem.CLIENT],))
    server = nodes[Pem.SERVER_CA]
    return Chains(server, client, layout.generate, layout.directory, checked, approval)


def _node(pem: Pem, layout: CertificateLayout, review: Review) -> ChainNode:
    files = readable_files(layout)
    path, key_path = files.get(pem), files.get(KEYS[pem])
    about = {str(place) for place in (path, key_path) if place is not None}
    if pem is Pem.CLIENT and Pem.CLIENT_BUNDLE in files:
        about.add(str(files[Pem.CLIENT_BUNDLE]))
    key = review.keys.get(KEYS[pem])
    problems = tuple(found for found in review.findings if found.where in about)
    closed = key is not None and key.public_key is None and not layout.generate
    if key is not None and closed and not any(found.id in _LOCKED for found in problems):
        problems += (_closed(KEYS[pem], key.path),)
    wants_key = layout.generate or pem is not Pem.CLIENT_CA
    open_yet = path is None or (wants_key and key_path is None)
    return ChainNode(
        pem=pem,
        state=_state(problems, open_yet=open_yet),
        path=path,
        certificate=review.certificates.get(pem),
        key_path=key_path,
        key=key,
        problems=problems,
    )


_LOCKED = ("cert-source-locked", "cert-client-key-encrypted", "cert-missing", "cert-unreadable")
"""These say already why a key was not opened."""


def _closed(pem: Pem, path: Path) -> Finding:
    return Finding(
        id="passphrase-missing",
        severity=Severity.WARNING,
        section="certificates",
        what=f"the passphrase of the {pem} is not known yet, so it was not opened",
        why="whether the key belongs to its certificate is not known either",
        fix="type it here, or put it into a secrets file",
        key=f"certificates.{pem.replace(' ', '_').lower()}",
        where=str(path),
    )


def _state(problems: tuple[Finding, ...], *, open_yet: bool) -> NodeState:
    if any(found.severity is Severity.ERROR for found in problems):
        return NodeState.BAD
    if open_yet:
        return NodeState.OPEN
    return NodeState.ATTENTION if problems else NodeState.GOOD


def _planned(effective: Effective, layout: CertificateLayout, now: datetime) -> Chains:
    planned = {one.pem: one for one in planned_files(effective, now)}
    problems = tuple(_problem(one.key, one.reason, one.fix) for one in order_problems(effective))
    nodes = {}
    for pem in CERTIFICATES:
        mine = tuple(found for found in problems if _about(found.key) is pem)
        nodes[pem] = ChainNode(
            pem=pem,
            state=NodeState.BAD if mine else NodeState.PLANNED,
            path=layout.files[pem],
            plan=_plan(planned[pem]),
            key_path=layout.files[KEYS[pem]],
            problems=mine,
        )
    return _assemble(nodes, layout)


def _plan(one: Planned) -> Plan | None:
    if one.not_before is None or one.not_after is None:
        return None
    return Plan(one.subject, one.key_type, one.not_before, one.not_after, one.root)


def _about(key: str) -> Pem:
    if key.startswith("certificates.server_ca"):
        return Pem.SERVER_CA
    return Pem.CLIENT_CA if key.startswith("certificates.client_ca") else Pem.CLIENT


def _problem(key: str, what: str, fix: str) -> Finding:
    return Finding(
        id="cert-answers-unusable",
        severity=Severity.ERROR,
        section="certificates",
        what=what,
        why="Octavia would not get along with such certificates",
        fix=fix or "change the answer",
        key=key,
    )


def _flat(nodes: tuple[ChainNode, ...], depth: int) -> Iterator[tuple[int, ChainNode]]:
    for node in nodes:
        yield depth, node
        yield from _flat(node.children, depth + 1)
