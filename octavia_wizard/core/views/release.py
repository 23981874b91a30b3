"""The release: what tells it, and what it means for the deployment."""

from __future__ import annotations

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.questions.grounds import Trace, openstack_name, traces_of
from octavia_wizard.core.releases import CertificateEra, PlaybookWhen, Release, SparePool
from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.layout import cut, verdict, wrapped
from octavia_wizard.core.views.model import Line, Picture, Role, Subject, View, line

_NAME = 14
"""Columns for the name of what is said."""
_ERAS = {
    CertificateEra.A: "you make them; the role only copies files",
    CertificateEra.B: "the role can make them with openssl",
    CertificateEra.C: "the PKI role can make them; client certificate and key are two files",
}
_SPARES = {
    SparePool.TUNED: "yes, by octavia_spare_amphora_pool_size",
    SparePool.OVERRIDE: "deprecated: only through octavia_octavia_conf_overrides",
    SparePool.GONE: "gone: Octavia dropped it with 9.0 (Xena)",
}
_HOW = (
    "git -C /opt/openstack-ansible describe --tags",
    "grep OSA_VERSION= /usr/local/bin/openstack-ansible",
    "cat /etc/openstack-release",
)


def draw_release(subject: Subject, width: int) -> Picture:
    """Draw what the release means, then each piece of evidence and whether they agree."""
    effective, host = subject.effective, subject.facts.host
    traces = traces_of(host)
    if "cloud.release" not in effective:
        return _how_to_find_out(width)
    return (*_meaning(effective.release, width), *_evidence(effective, host, traces, width))


def _meaning(release: Release, width: int) -> Picture:
    rules = release.rules
    heading = f"OpenStack {openstack_name(release)}, deploys Octavia {rules.octavia_version}"
    rows = (
        (release.name, heading),
        ("Certificates", f"era {rules.certificate_era}: {_ERAS[rules.certificate_era]}"),
        ("Spare pool", _SPARES[rules.spare_pool]),
        ("Playbooks", _playbooks(release)),
    )
    return tuple(
        line((name.ljust(_NAME), Role.STRONG if name == release.name else Role.QUIET), text)
        for name, text in ((name, cut(text, width - _NAME)) for name, text in rows)
    )


def _playbooks(release: Release) -> str:
    names = [
        playbook.command
        for playbook in release.rules.playbooks.values()
        if playbook.command and playbook.when is PlaybookWhen.ALWAYS
    ]
    prefix = "openstack.osa."
    if names and all(name.startswith(prefix) for name in names):
        # The collection once is enough.
        names[1:] = [name.removeprefix(prefix) for name in names[1:]]
    return ", ".join(names)


def _evidence(
    effective: Effective, host: HostFacts, traces: tuple[Trace, ...], width: int
) -> Picture:
    if not traces:
        text = f"nothing on this host tells the release; {effective.release.name} is what you say"
        return verdict(Role.ATTENTION, text, width)
    release = effective.release
    # What disagrees must be seen first.
    ordered = sorted(traces, key=lambda trace: trace.release.series == release.series)
    room = max(len(trace.value) for trace in traces)
    lines: list[Line] = []
    for trace in ordered:
        agrees = trace.release.series == release.series
        sign = (glyphs.DONE, Role.GOOD) if agrees else (glyphs.ATTENTION, Role.ATTENTION)
        source = cut(trace.source, width - room - 4)
        lines.append(line((f"{sign[0]} ", sign[1]), trace.value.ljust(room + 2), source))
    return (*_agreement(effective, traces, width), *lines)


def _agreement(effective: Effective, traces: tuple[Trace, ...], width: int) -> Picture:
    release = effective.release
    others = {trace.release.series for trace in traces} - {release.series}
    if not others:
        number = len(traces)
        text = "the evidence agrees" if number == 1 else f"all {number} pieces of evidence agree"
        return (line((f"{glyphs.DONE} ", Role.GOOD), cut(f"{text}:", width - 2)),)
    if len(others) == 1 and all(trace.release.series in others for trace in traces):
        said = f"this host has {', '.join(others)}, and the answer is {release.series}"
    else:
        said = f"the evidence disagrees: {', '.join(sorted({t.release.series for t in traces}))}"
    return verdict(Role.ATTENTION, said, width)


def _how_to_find_out(width: int) -> Picture:
    text = "Nothing on this host tells the release. On the deploy host one of these does:"
    return (
        *wrapped(f"{glyphs.TO_DO} {text}", width, indent=2),
        *(line(f"  {cut(command, width - 2)}") for command in _HOW),
        *wrapped("All releases that have Octavia are in the list.", width, Role.QUIET),
    )


RELEASE = View("release", "Release", draw_release, ("cloud.release",))
