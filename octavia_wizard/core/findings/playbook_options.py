"""Checks of what playbooks are told besides the files: options, and the ports of the balancer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from octavia_wizard.core.ansible_options import extra_variables, problems
from octavia_wizard.core.emit.user_variables import variable_values
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed, warning
from octavia_wizard.core.findings.rooms import RUN_PLAYBOOKS

OPTIONS = "deployment.ansible_options"

BAD_OPTION = error(
    "ansible-option-invalid",
    OPTIONS,
    "An option for the playbooks cannot stand",
    "Every playbook gets it on its command line, where nobody is asked anything.",
    "Remove it.",
)
SECRET_OPTION = error(
    "ansible-option-secret",
    OPTIONS,
    "A secret must not be among the options for the playbooks",
    "Answers are written to presets and journals, and command lines are seen by every user.",
    "Put it into user_secrets.yml of the deploy directory and remove it here.",
)
EXTRA_LOSES = warning(
    "extra-variables-lose",
    OPTIONS,
    "User files beat the variables given on the command line",
    "Up to 19.0.3 the wrapper puts user_*.yml after the operator's own -e, and of several values "
    "the last one counts.",
    "Set the variable in a user file, or remove it from those that set it.",
)
PORT_TWICE = warning(
    "haproxy-port-twice",
    "variables.octavia_service_port",
    "HAProxy would have two services on the port of Octavia's API",
    "Only one of two frontends can listen on an address; HAProxy does not start with both.",
    "Give the other service another haproxy_port, or a haproxy_bind of its own.",
)
PORT_DIFFERS = warning(
    "haproxy-port-differs",
    "variables.octavia_service_port",
    "HAProxy would ask Octavia's API on another port than it listens on",
    "OSA's group variables have the number 9876 for HAProxy in every release, whatever "
    "octavia_service_port says, and HAProxy takes the port of a frontend for its servers, too.",
    "Leave octavia_service_port alone, or set haproxy_octavia_service_overrides with haproxy_port "
    "(26.0.0 on) as well.",
)

API_PORT = 9876
"""HAProxy's port for Octavia (haproxy_port in OSA's group_vars, 16.0.0 to 33.0.1)."""
SERVICE_PORT = "octavia_service_port"
_OVERRIDES = "haproxy_octavia_service_overrides"
_OWN = "octavia"
_DEPTH = 6


def check_options(case: Situation) -> Iterator[Finding]:
    """Look at every option the playbooks are to get."""
    for problem in problems(case.effective.texts(OPTIONS)):
        kind = SECRET_OPTION if problem.secret else BAD_OPTION
        yield kind.found(f"{problem.option}: {problem.reason}.", fix=problem.fix)


def check_extra_variables(case: Situation) -> Iterator[Finding]:
    """Look for variables of the command line that a user file would beat."""
    names = extra_variables(case.effective.texts(OPTIONS))
    if not names or not case.release.rules.user_files_beat_command_line:
        return
    files = case.facts.host.user_files
    set_there = {name for file in files for name in file.variables}
    set_there |= set(variable_values(case.effective, case.facts))
    unknown = any(file.closed for file in files)
    lost = [n for n in names if n in set_there or n.startswith("@") or unknown]
    if lost:
        what = f"{listed(lost)} may be set in user files, which count in {case.release.name}."
        yield EXTRA_LOSES.found(what)


def check_ports(case: Situation) -> Iterator[Finding]:
    """Look for another service of HAProxy on the port of Octavia's API."""
    if not _balanced(case):
        return
    overrides = _overrides(case)
    port = _number(overrides.get("haproxy_port")) or API_PORT
    for file in case.facts.host.user_files:
        for name, known in sorted(file.variables.items()):
            if "haproxy" in name and name != _OVERRIDES:
                for service in _services(known.value):
                    if _clashes(service, port):
                        what = f"{service.get('haproxy_service_name', name)} has port {port} too."
                        yield PORT_TWICE.found(what, where=f"{file.path}:{known.line}")
    listens = _number(_value(case, SERVICE_PORT))
    asked = _number(overrides.get("haproxy_backend_port")) or port
    if listens is not None and listens != asked:
        what = f"{SERVICE_PORT} is {listens}; HAProxy asks on {asked}."
        yield PORT_DIFFERS.found(what)


def _overrides(case: Situation) -> Mapping[object, object]:
    told = _value(case, _OVERRIDES) if case.release.has(_OVERRIDES) else None
    return told if isinstance(told, Mapping) else {}


def _balanced(case: Situation) -> bool:
    """Say whether OSA's HAProxy is in the way at all, as far as the host groups tell."""
    return any("haproxy" in group for group in case.inventory.host_groups) or case.effective.is_on(
        RUN_PLAYBOOKS
    )


def _clashes(service: Mapping[object, object], port: int) -> bool:
    same = _number(service.get("haproxy_port")) == port
    other = service.get("haproxy_service_name") != _OWN and "haproxy_bind" not in service
    return same and other and service.get("haproxy_service_enabled") is not False


def _services(value: object, depth: int = 0) -> Iterator[Mapping[object, object]]:
    """Yield every service in a value: a list of them, each with or without the key "service"."""
    if depth > _DEPTH:
        return
    if isinstance(value, Mapping):
        if "haproxy_port" in value:
            yield value
        else:
            for part in value.values():
                yield from _services(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _services(part, depth + 1)


def _value(case: Situation, name: str) -> object:
    """Return what holds of a variable: the answers', else the last user file's that can be read."""
    told = case.variable(name)
    if told is not None:
        return told
    files = [file for file in case.facts.host.user_files if name in file.variables]
    return files[-1].variables[name].value if files else None


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) else None


CHECKS: tuple[Check, ...] = (check_options, check_extra_variables, check_ports)
