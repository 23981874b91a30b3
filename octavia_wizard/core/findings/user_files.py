"""Checks of the operator's ``user_*.yml`` files: dead names, traps, and which file wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from octavia_wizard.core.emit.user_variables import variable_values
from octavia_wizard.core.facts.deploy_host_files import (
    OUR_VARIABLES,
    in_wrapper_order,
    is_secret_name,
)
from octavia_wizard.core.facts.deploy_host_inventory import USER_CONFIG
from octavia_wizard.core.facts.model import UserFile, UserVariable
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed, note, warning
from octavia_wizard.core.findings.release import nearest
from octavia_wizard.core.releases import Effect

DHCP = "octavia_management_net_dhcp"
# The order of punctuation in the glibc locales other than C, as far as file names go.
_PUNCTUATION = "_-,.+"
_C_LOCALES = ("C", "POSIX", "C.UTF-8", "C.utf8")

BROKEN = error(
    "deploy-file-broken",
    "deployment",
    "A file of the deploy directory cannot be read",
    "Ansible or OSA's inventory generator would stop at it or read something else than was meant, "
    "and what it says could not be checked.",
    "Mend the file.",
)
ODD = warning(
    "deploy-host-oddity",
    "deployment",
    "Something on the deploy host is not as it should be",
    "It may mean something else to Ansible than to whoever wrote it.",
    "Have a look at it.",
)
VAULTED = warning(
    "vaulted-user-file",
    "deployment",
    "A user file is encrypted as a whole",
    "Whether it sets variables that the wizard sets too cannot be seen.",
    "Give the password of the vault (--vault-password-file FILE, or --ask-vault-pass), or make "
    "sure it holds nothing about Octavia (ansible-vault view).",
)
HIDDEN_MAP = warning(
    "vaulted-map-not-merged",
    "deployment",
    "A map in an encrypted file cannot be merged with the wizard's",
    "Of two maps the later one replaces the other as a whole, and what is encrypted is not copied "
    "into a file that is not.",
    "Move that map into a user file that is not encrypted, and refer to secrets by their names.",
)
DEAD = warning(
    "user-variable-dead",
    "variables",
    "A user file sets a variable that this release does not act on",
    "Nothing reads it, so whoever set it does not get what they wanted.",
    "Remove it.",
)
RENAMED = warning(
    "user-variable-renamed",
    "variables",
    "A user file sets a variable by its old name",
    "This release reads the new name only, so the value is lost.",
    "Rename it.",
)
DEAD_SECRET = note(
    "secret-dead",
    "variables",
    "A secrets file has an entry that this release does not read",
    "It does no harm; upgrades leave such entries behind.",
    "Nothing to do.",
)
MISSPELT = note(
    "user-variable-unknown",
    "variables",
    "A user file sets an octavia_ variable that no release reads",
    "It may be your own, or misspelt: Ansible does not tell.",
    "Check the spelling.",
)
DHCP_TEXT = warning(
    "dhcp-text",
    "network.dhcp",
    f"{DHCP} is a text",
    "From 29.0.0 the role asks in its templates whether it is true, and any text is: "
    'with "False" the security group still gets its rule for DHCP.',
    "Write true or false without quotes.",
)
OTHER_WINS = warning(
    "user-file-wins",
    "variables",
    "Another user file sets the same variable and wins",
    "The wrapper reads user_*.yml in sorted order, and of several values the last one counts.",
    "Remove the variable from that file, or answer its value here.",
)
AGREES = note(
    "user-file-agrees",
    "variables",
    "Another user file sets the same variable to the same value",
    "It is read after the wizard's file, so a later change of the answer alone has no effect.",
    "Remove the variable from that file when you can.",
)
LOSES = note(
    "user-file-loses",
    "variables",
    "The wizard's file overrides a value of another user file",
    "It is read after that file, and of several values the last one counts.",
    "Nothing to do; remove the variable from that file to avoid surprises.",
)
LOCALE = note(
    "user-file-order-depends-on-locale",
    "variables",
    "Which of two files wins depends on the locale",
    "The wrapper sorts user_*.yml by the locale of whoever calls it, unless the release sets "
    'C.UTF-8 (32.0.0 on). C puts "." before "_", other locales the reverse.',
    "Remove the variable from the other file, or always call with LC_ALL=C.UTF-8.",
)


def check_problems(case: Situation) -> Iterator[Finding]:
    """Report what could not be read on the deploy host."""
    host = case.facts.host
    read = {str(file.path) for file in host.user_files}
    for problem in host.problems:
        path = problem.where.rpartition(":")[0] or problem.where
        inside = problem.where.startswith((f"{host.deploy_dir}", USER_CONFIG, "conf.d/"))
        kind = BROKEN if inside and path not in read else ODD
        yield kind.found(f"{problem.where}: {problem.reason}.", where=problem.where)


def check_vaulted(case: Situation) -> Iterator[Finding]:
    """Look for files of which nothing is known."""
    for file in case.facts.host.user_files:
        if file.closed and not file.secret and not file.unopened:
            what = f"{file.path.name} is encrypted by ansible-vault."
            yield VAULTED.found(what, where=str(file.path))


def check_names(case: Situation) -> Iterator[Finding]:
    """Look for names that the release does not act on."""
    for file in _theirs(case):
        for name, known in sorted(file.variables.items()):
            retired = case.release.retired(name)
            at = f"{file.path}:{known.line}"
            if retired is not None and (file.secret or is_secret_name(name)):
                yield DEAD_SECRET.found(f"{name} is not read. {retired.what}", where=at)
            elif retired is not None:
                kind = RENAMED if retired.effect is Effect.RENAMED else DEAD
                what = f"{file.path.name} sets {name}. {retired.what}"
                yield kind.found(what, where=at, fix=retired.fix)
            elif name.startswith("octavia_") and not _known(case, name):
                near = nearest(case.release, name)
                hint = f" The nearest known name is {near}." if near else ""
                yield MISSPELT.found(f"{file.path.name} sets {name}.{hint}", where=at)


def check_dhcp(case: Situation) -> Iterator[Finding]:
    """Look for the text that any condition takes for true."""
    places = [("the answers", case.variable(DHCP))]
    for file in _theirs(case):
        if DHCP in file.variables:
            known = file.variables[DHCP]
            places.append((f"{file.path}:{known.line}", known.value))
    for where, value in places:
        if isinstance(value, str):
            yield DHCP_TEXT.found(f'{DHCP} is the text "{value}".', where=where)


def check_precedence(case: Situation) -> Iterator[Finding]:
    """Compare the wizard's file with every other that sets the same variables."""
    theirs = _theirs(case)
    if not any(file.variables for file in theirs):
        return
    ours = variable_values(case.effective, case.facts)
    for file in theirs:
        shared = [name for name in ours if name in file.variables]
        wins = bool(shared) and read_after_ours(case, file)
        for name in shared:
            yield from _compare(case, file, name, ours[name], wins)


def _compare(
    case: Situation, file: UserFile, name: str, ours: object, wins: bool
) -> Iterator[Finding]:
    known = file.variables[name]
    at = f"{file.path}:{known.line}"
    # Of two maps the later one counts as a whole; ours has taken over what it could see.
    later, earlier = (known.value, ours) if wins else (ours, known.value)
    same = not _hidden(file, name) and _contains(later, earlier)
    theirs = _shown(file, name, known)
    if wins and same:
        yield AGREES.found(f"{file.path.name} sets {name} to {theirs} as well.", where=at)
    elif wins:
        what = f"{file.path.name} sets {name}; {theirs} will hold, not {_brief(ours)}."
        yield OTHER_WINS.found(what, where=at)
    elif not same and not isinstance(ours, Mapping):
        what = f"{file.path.name} sets {name} to {theirs}; {_brief(ours)} will hold."
        yield LOSES.found(what, where=at)
    elif not same and file.vaulted:
        what = f"{file.path.name} is encrypted and sets {name}, a map as the wizard does."
        yield HIDDEN_MAP.found(what, where=at)
    if not same and _depends_on_locale(case, file):
        what = f"{name} is in {file.path.name} and in {OUR_VARIABLES}."
        yield LOCALE.found(what, where=at)


def _theirs(case: Situation) -> Sequence[UserFile]:
    """Return the operator's files; a file of the wizard's name is written anew or kept inside."""
    return [
        file
        for file in case.facts.host.user_files
        if not file.ours and file.path.name != OUR_VARIABLES
    ]


def _known(case: Situation, name: str) -> bool:
    required = case.release.rules.required_secrets
    return case.release.has(name) or name in required or is_secret_name(name)


def read_after_ours(case: Situation, file: UserFile) -> bool:
    """Say whether the wrapper reads a file after the wizard's."""
    names = [known.path.name for known in case.facts.host.user_files]
    if OUR_VARIABLES not in names:
        names = in_wrapper_order({*names, OUR_VARIABLES}, case.facts.host.collation)
    return names.index(file.path.name) > names.index(OUR_VARIABLES)


def _depends_on_locale(case: Situation, file: UserFile) -> bool:
    fixed = case.release.rules.locale_default_c_utf8
    if fixed and case.facts.host.collation in _C_LOCALES:
        return False
    name = file.path.name
    return (name > OUR_VARIABLES) != (_glibc(name) > _glibc(OUR_VARIABLES))


def _glibc(name: str) -> list[tuple[int, int]]:
    """Return a key that sorts as glibc's locales do: punctuation, then digits, then letters."""
    return [(0, _PUNCTUATION.index(c)) if c in _PUNCTUATION else (1, ord(c.lower())) for c in name]


def _contains(later: object, earlier: object) -> bool:
    """Say whether the values agree; of maps, whether the later has all that the earlier says."""
    if isinstance(later, Mapping) and isinstance(earlier, Mapping):
        return all(key in later and _contains(later[key], earlier[key]) for key in earlier)
    # true is not 1 here, although it is in Python.
    return later == earlier and isinstance(later, bool) == isinstance(earlier, bool)


def _hidden(file: UserFile, name: str) -> bool:
    return file.values_hidden or is_secret_name(name)


def _shown(file: UserFile, name: str, known: UserVariable) -> str:
    return "a value not shown here" if _hidden(file, name) else _brief(known.value)


def _brief(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return f"a map of {listed(map(str, value)) or 'nothing'}"
    text = "null" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


CHECKS: tuple[Check, ...] = (
    check_problems,
    check_vaulted,
    check_names,
    check_dhcp,
    check_precedence,
)
