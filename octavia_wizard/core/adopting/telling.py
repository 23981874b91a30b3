"""What an import reports beside the preset: in tables, and in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.adopting import certificates, image, network, ssh
from octavia_wizard.core.adopting.comparing import changed_meaning
from octavia_wizard.core.adopting.fitting import Fitting
from octavia_wizard.core.adopting.model import Aside, Deviation, Found, Kept, Line, Source
from octavia_wizard.core.adopting.reading import Reading
from octavia_wizard.core.adopting.rows import variable_of
from octavia_wizard.core.adopting.told import Told, is_octavias
from octavia_wizard.core.adopting.values import (
    UNKNOWN,
    UNSET,
    default_of,
    default_text,
    same,
    shown,
)
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.maps import MAPS
from octavia_wizard.core.emit.user_variables import variable_groups, variable_values
from octavia_wizard.core.engine.plan import build_plan
from octavia_wizard.core.facts.deploy_host_files import (
    OUR_VARIABLES,
    broken_user_files,
    in_wrapper_order,
    is_secret_name,
)
from octavia_wizard.core.questions.variables import PREFIX

_CERTIFICATES = "certificates."
_UNNAMED = "another answer leads to it"


def lines(fitting: Fitting) -> Iterator[Line]:
    """Tell every answer with its source, and how it compares with the role's default."""
    answers = fitting.answers()
    for key, value in answers.values.items():
        found = fitting.found.get(key)
        if found is None or key in fitting.given:
            found = Found(value, Source.GIVEN)
        name = key.removeprefix(PREFIX) if key.startswith(PREFIX) else variable_of().get(key, "")
        silent = answers.values.get(f"{PREFIX}{name}", name) is None
        yield _line(fitting.reading, key, value, found, "" if silent else name)


def _line(reading: Reading, key: str, value: object, found: Found, name: str) -> Line:
    """Compare an answer with the default of its variable; "" where it is not the value of one."""
    variable = reading.release.variable(name) if name else None
    if variable is None:
        return Line(key, value, found)
    default = default_of(reading.release, name)
    if default is UNKNOWN:
        differs = found.source is Source.FILE
    else:
        differs = not same(reading.release, name, value, default)
    return Line(key, value, found, name, default_text(variable), differs)


def asides(fitting: Fitting) -> Iterator[Aside]:
    """Tell every variable about Octavia that is not among the answers, and why."""
    reading = fitting.reading
    for name in sorted(reading.told):
        if is_octavias(name) and not is_secret_name(name) and name != "debug":
            found = _aside(reading, reading.told[name], fitting)
            if found is not None:
                yield found


def _aside(reading: Reading, told: Told, fitting: Fitting) -> Aside | None:
    name, release = told.name, reading.release
    retired = release.retired(name)
    if retired is not None:
        return Aside(name, told.where, Kept.DEAD, f"{retired.what} {retired.fix}")
    if not release.has(name):
        why = f"nothing in {release.name} reads it; it stays where it is"
        return Aside(name, told.where, Kept.UNKNOWN, why)
    if told.hidden:
        why = "its value cannot be seen, and stays where it is"
        return Aside(name, told.where, Kept.UNSEEN, why)
    if f"{PREFIX}{name}" in fitting.found and fitting.found[f"{PREFIX}{name}"].value is not None:
        return None
    if name in MAPS and not told.ours:
        why = "of two maps Ansible takes the later one whole, so it stays where it is, untouched"
        return Aside(name, told.where, Kept.MAP, why)
    if told.is_template:
        why = "only Ansible can tell its value: a preset holds no templates; it stays where it is"
        return Aside(name, told.where, Kept.TEMPLATE, why)
    if not told.is_plain or name in fitting.unfit:
        variable = release.variable(name)
        reason = variable.check_value(told.value) if variable is not None else None
        why = f"a preset cannot say it ({reason or 'it is null'}); it stays where it is"
        return Aside(name, told.where, Kept.UNFIT, why)
    return None


def deviations(fitting: Fitting, effective: Effective) -> Iterator[Deviation]:
    """Tell what all files together will say differently once ours is among them."""
    reading = fitting.reading
    keys = _keys_of(reading, effective)
    for name, before, then in changed_meaning(reading, effective):
        key = keys.get(name, "")
        told = reading.told.get(name)
        was = _shown(reading, name, before) if told is None else shown(before)
        if told is not None and told.hidden:
            was = "a value not seen"
        why = fitting.why.get(key, "") or (f"follows from {key}" if key else _UNNAMED)
        yield Deviation(name, was, _shown(reading, name, then), why)


def _keys_of(reading: Reading, effective: Effective) -> dict[str, str]:
    groups = variable_groups(effective, reading.facts)
    return {entry.name: entry.key for group in groups for entry in group.entries}


def _shown(reading: Reading, name: str, value: object) -> str:
    if value is UNKNOWN:
        return "computed by the role"
    if value is UNSET:
        return default_text(reading.release.variable(name))
    return shown(value)


def twice(reading: Reading, effective: Effective) -> Iterator[str]:
    """Tell which files set what ours will set as well, and which of the two wins."""
    ours = variable_values(effective, reading.facts)
    names = [file.path.name for file in reading.facts.host.user_files]
    order = in_wrapper_order({*names, OUR_VARIABLES}, reading.facts.host.collation)
    for file in reading.facts.host.user_files:
        shared = [name for name in ours if name in file.variables]
        if not shared or file.path.name == OUR_VARIABLES:
            continue
        later = order.index(file.path.name) > order.index(OUR_VARIABLES)
        winner = file.path.name if later else OUR_VARIABLES
        count = f"{len(shared)} variable{'' if len(shared) == 1 else 's'}"
        yield (
            f"{count} of {file.path.name} will stand in {OUR_VARIABLES} as well; {winner} is read "
            "later and wins. You may remove them from the other file."
        )


def unseen(fitting: Fitting) -> Iterator[str]:
    """Tell what could not be looked at."""
    host = fitting.reading.facts.host
    for file in host.user_files:
        if file.closed:
            yield f"{file.path.name} is encrypted by ansible-vault: not even its names are known"
    for problem in broken_user_files(host):
        yield f"{problem.where}: {problem.reason}"
    cloud = fitting.reading.cloud
    for part, reason in (cloud.unread if cloud is not None else {}).items():
        yield f"{part} of the cloud: {reason}"
    yield from certificates.what_is_unseen(fitting.reading, _without_certificates(fitting))


def todo(fitting: Fitting, effective: Effective) -> Iterator[str]:
    """Tell what has to be seen to before the preset can be applied."""
    for key in effective.missing:
        yield f"{key} has no answer: nothing here tells it"
    closed = certificates.closed_authority(fitting.reading, _without_certificates(fitting))
    if closed is not None:
        yield (
            f"to renew the client certificate here, later: certificates.client_ca_key: {closed} "
            "(its passphrase is then asked for)"
        )
    if len(image.images_in_use(fitting.reading)) > 1:
        tag = image.image_tag(fitting.reading)
        yield f"several images carry {tag}, and Octavia takes the newest: leave it to one of them"
    if network.is_ambiguous(fitting.reading):
        yield f"several networks are called {network.network_name(fitting.reading)}"
    if ssh.is_missing(fitting.reading):
        path = ssh.private_key(fitting.reading)
        yield (
            f"the key pair for SSH is not on this host: bring its public half, {path}.pub "
            f"(as the user octavia: openstack keypair show --public-key {path.name})"
        )
    for item in build_plan(effective, fitting.reading.facts).conflicts:
        yield f"{item.title} is in conflict: {item.decision.reason or item.decision.subject}"


def _without_certificates(fitting: Fitting) -> Effective:
    kept = {k: v for k, v in fitting.found.items() if not k.startswith(_CERTIFICATES)}
    return Fitting(fitting.reading, fitting.given, kept).effective()
