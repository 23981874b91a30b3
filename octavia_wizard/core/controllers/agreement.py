"""Whether the controllers are as the answers want them: options, certificates, services, peers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from octavia_wizard.core.controllers.expected import CERTS, expected_options
from octavia_wizard.core.controllers.model import OCTAVIA, Disagreement, Kind
from octavia_wizard.core.controllers.peers import differing
from octavia_wizard.core.controllers.running import not_running, wrong_addresses, wrong_bridges
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.controllers import Controller, Controllers
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.pki.layout import layout_of
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import Unreadable, mark_of, read_certificate
from octavia_wizard.core.releases import CertificateEra

__all__ = ["Disagreement", "Kind", "agreement", "drift_lines"]

_KEY_OPTION = "certificates.server_certs_key_passphrase"
_RUN = "Run the Octavia playbook: octavia-wizard replay does where anything differs."
_CERTIFICATES = (
    ("server_ca.pem", Pem.SERVER_CA),
    ("ca.pem", Pem.SERVER_CA),
    ("client_ca.pem", Pem.CLIENT_CA),
    ("client.pem", Pem.CLIENT),
)


def agreement(effective: Effective, facts: Facts) -> tuple[Disagreement, ...]:
    """Return all that disagrees, by kind, subject and host; () as well where nobody was asked."""
    look = facts.controllers
    if look is None:
        return ()
    found = [*_unasked(look), *wrong_bridges(effective, facts, look)]
    if look.deployed:
        found += _absent(look)
        found += _options(effective, facts, look)
        found += _certificates(effective, facts, look)
        found += _exposed(look)
        found += _insecure(effective, look)
        found += differing(look, {(one.host, one.subject) for one in found})
        found += not_running(effective, facts, look)
        found += wrong_addresses(look)
    kinds = list(Kind)
    return tuple(sorted(found, key=lambda one: (kinds.index(one.kind), one.subject, one.host)))


def drift_lines(effective: Effective, facts: Facts) -> tuple[str, ...]:
    """Tell what the Octavia playbook would mend on the controllers, as lines of a diff."""
    mended = (one for one in agreement(effective, facts) if one.mended_by == OCTAVIA)
    return tuple(
        f"~ {', '.join(hosts)}: {told(one)}" for one, hosts in together(mended) if one.subject
    )


def all_agree(effective: Effective, facts: Facts) -> bool:
    """Say whether all controllers were asked, have Octavia, and the playbook would mend nothing."""
    look = facts.controllers
    if look is None or look.problem or not look.hosts or len(look.deployed) != len(look.hosts):
        return False
    return not drift_lines(effective, facts)


def together(
    found: Iterable[Disagreement],
) -> tuple[tuple[Disagreement, tuple[str, ...]], ...]:
    """Return what is the same on several hosts once, with those hosts."""
    groups: dict[tuple[object, ...], list[Disagreement]] = {}
    for one in found:
        groups.setdefault((one.kind, one.subject, one.expected, one.found), []).append(one)
    return tuple((same[0], tuple(one.host for one in same)) for same in groups.values())


def told(one: Disagreement) -> str:
    """Say what is there and what should be, in a line."""
    expected = f", not {one.expected}" if one.expected else ""
    return f"{one.subject} is {one.found}{expected}".strip()


def _unasked(look: Controllers) -> Iterator[Disagreement]:
    ask = "that it answers"
    cure = "See what ansible -m ping says about it, from the playbooks directory of the checkout."
    if look.problem:
        cure = "Ask again once that is mended: octavia-wizard plan --hosts."
        yield Disagreement(Kind.UNASKED, "", "the controllers", ask, look.problem, cure)
    names = {host.name for host in look.hosts}
    for host in look.unreachable:
        yield Disagreement(Kind.UNASKED, host.name, "", ask, host.problem, cure)
    for name, problem in sorted(look.unasked.items()):
        if name not in names:
            yield Disagreement(Kind.UNASKED, name, "", ask, problem, cure)


def _absent(look: Controllers) -> Iterator[Disagreement]:
    for host in look.hosts:
        if host.answered and not host.deployed:
            yield Disagreement(
                Kind.ABSENT, host.name, "octavia.conf", "as on the others", "absent", _RUN, OCTAVIA
            )


def _options(effective: Effective, facts: Facts, look: Controllers) -> Iterator[Disagreement]:
    for wanted in expected_options(effective, facts):
        for host in look.deployed:
            found = host.options.get(wanted.option)
            if wanted.option not in host.secrets and not wanted.fits(found):
                yield Disagreement(
                    Kind.OPTION,
                    host.name,
                    wanted.option,
                    wanted.values[0] or "unset",
                    found or "unset",
                    _RUN,
                    OCTAVIA,
                )


def _certificates(effective: Effective, facts: Facts, look: Controllers) -> Iterator[Disagreement]:
    known = _known_marks(effective)
    if not known:
        return
    era_c = effective.release.rules.certificate_era is CertificateEra.C
    for name, pem in _CERTIFICATES:
        if pem not in known or (name == "ca.pem" and era_c):
            continue
        for host in look.deployed:
            found = host.certificates.get(name, ())
            if found != known[pem]:
                yield Disagreement(
                    Kind.CERTIFICATE,
                    host.name,
                    f"{CERTS}/{name}",
                    f"the {pem} of the deploy host ({_short(known[pem])})",
                    f"another one ({_short(found)})" if found else "absent",
                    _RUN,
                    OCTAVIA,
                )


def _known_marks(effective: Effective) -> Mapping[Pem, tuple[str, ...]]:
    """Return the fingerprints of our certificates; of what cannot be read nothing is known."""
    layout = layout_of(effective)
    found: dict[Pem, tuple[str, ...]] = {}
    for pem in (Pem.SERVER_CA, Pem.CLIENT_CA, Pem.CLIENT) if layout is not None else ():
        path = layout.files.get(pem) if layout is not None else None
        if path is None or not path.is_file():
            continue
        try:
            view = read_certificate(path)
        except Unreadable:
            continue
        found[pem] = (view.fingerprint, *(mark_of(one) for one in view.chain))
    return found


def _short(marks: tuple[str, ...]) -> str:
    return f"{marks[0][:11]}…" if marks else ""


def _exposed(look: Controllers) -> Iterator[Disagreement]:
    cure = "Take the rights of others away (chmod o= FILE); the release's role may set them anew."
    for host in look.deployed:
        for name, state in sorted(host.files.items()):
            holds_key = name in ("octavia.conf", "ca_key.pem", "client.pem", "client.pem.key")
            if holds_key and state.mode & 0o007:
                path = f"/etc/octavia/{name}" if name == "octavia.conf" else f"{CERTS}/{name}"
                yield Disagreement(
                    Kind.EXPOSED, host.name, path, "no rights of others", oct(state.mode)[2:], cure
                )


def _insecure(effective: Effective, look: Controllers) -> Iterator[Disagreement]:
    supported = effective.release.rules.server_certs_key_passphrase_supported
    for host in look.deployed:
        for option in _published(host, supported):
            # The overrides in the emitted variables refer to a secret of this deployment.
            mended = OCTAVIA if option == _KEY_OPTION and supported else ""
            cure = _RUN if mended else "Give it a secret of its own in a user_secrets file."
            yield Disagreement(
                Kind.INSECURE,
                host.name,
                option,
                "a secret of this deployment",
                "what anybody can read in Octavia's source or documents",
                cure,
                mended,
            )


def _published(host: Controller, supported: bool) -> Iterator[str]:
    yield from host.published
    if supported and _KEY_OPTION not in host.secrets:
        yield _KEY_OPTION
