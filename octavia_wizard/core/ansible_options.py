"""Options for ``ansible-playbook`` that an operator adds: what they mean, and which cannot stand.

The options are those of Ansible 2.3 (Pike) to ansible-core 2.19.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from octavia_wizard.core.facts.deploy_host_files import is_secret_name

_FLAGS = frozenset(
    (
        "--verbose",
        "--check",
        "--diff",
        "--force-handlers",
        "--flush-cache",
        "--become",
    )
)
_VALUED = frozenset(
    (
        "--limit",
        "--tags",
        "--skip-tags",
        "--forks",
        "--extra-vars",
        "--start-at-task",
        "--user",
        "--connection",
        "--timeout",
        "--private-key",
        "--key-file",
        "--become-user",
        "--become-method",
        "--become-password-file",
        "--become-pass-file",
        "--connection-password-file",
        "--conn-pass-file",
        "--ssh-common-args",
        "--ssh-extra-args",
        "--sftp-extra-args",
        "--scp-extra-args",
        "--module-path",
    )
)
_SHORT = {
    "-v": "--verbose",
    "-C": "--check",
    "-D": "--diff",
    "-b": "--become",
    "-l": "--limit",
    "-t": "--tags",
    "-f": "--forks",
    "-e": "--extra-vars",
    "-u": "--user",
    "-c": "--connection",
    "-T": "--timeout",
    "-M": "--module-path",
    "-i": "--inventory",
    "-k": "--ask-pass",
    "-K": "--ask-become-pass",
    "-J": "--ask-vault-pass",
    "-h": "--help",
}
_NO_RUN = ("nothing would be run, and that be taken for a run", "Call openstack-ansible yourself.")
_NOBODY = (
    "a playbook has no terminal to ask on",
    "Use keys, or the option that names a file with the password.",
)
_VAULT = (
    "the wizard gives the vault's password to the playbooks itself",
    "Remove it here, and give --vault-password-file or --ask-vault-pass to octavia-wizard.",
)
_INVENTORY = (
    "the playbooks work on OSA's own inventory",
    "Remove it; --limit narrows down what they work on.",
)
_REFUSED: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("--list-hosts", "--list-tags", "--list-tasks", "--syntax-check", "--version", "--help"),
        _NO_RUN,
    ),
    **dict.fromkeys(("--step", "--ask-pass", "--ask-become-pass"), _NOBODY),
    **dict.fromkeys(
        (
            "--ask-vault-pass",
            "--ask-vault-password",
            "--vault-id",
            "--vault-password-file",
            "--vault-pass-file",
        ),
        _VAULT,
    ),
    **dict.fromkeys(("--inventory", "--inventory-file"), _INVENTORY),
}
_REFUSED_VALUED = frozenset(
    ("--vault-id", "--vault-password-file", "--vault-pass-file", "--inventory", "--inventory-file")
)
# Both ways to write extra variables have names before "=" or, in quotes or not, before ":".
_NAMES = re.compile(r"""(?:^|[\s{,])["']?([A-Za-z_]\w*)["']?\s*[=:]""", re.ASCII)
_PASS = re.compile(r"(^|_)pass(wd)?$")


@dataclass(frozen=True, slots=True)
class OptionProblem:
    """One option that cannot stand."""

    option: str
    """As it can be shown: never a value that could be a secret."""
    reason: str
    fix: str
    secret: bool = False
    """Whether it holds a secret."""


def problems(options: Sequence[str]) -> tuple[OptionProblem, ...]:
    """Return what cannot stand among the options, in their order."""
    found: list[OptionProblem] = []
    for option, value in _read(options):
        found += _judged(option, value)
    return tuple(found)


def extra_variables(options: Sequence[str]) -> tuple[str, ...]:
    """Return the names that ``-e`` sets; "@" and the path for a file, whose names are not known."""
    names: list[str] = []
    for option, value in _read(options):
        if option == "--extra-vars" and value:
            names += [value] if value.startswith("@") else _NAMES.findall(value)
    return tuple(dict.fromkeys(names))


def _read(options: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield each option by its long name with its value; what is no option with the name ""."""
    words = iter(options)
    for word in words:
        name, value = _split(word)
        takes = name in _VALUED or name in _REFUSED_VALUED
        if takes and value is None:
            value = next(words, None)
        yield name, value if takes or value is not None else None


def _split(word: str) -> tuple[str, str | None]:
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return name, value if equals else None
    if not word.startswith("-") or word == "-":
        return "", word
    name = _SHORT.get(word[:2], word[:2])
    rest = word[2:]
    if name in _VALUED or name in _REFUSED_VALUED:
        # argparse takes -f20 and -f=20 alike.
        return name, rest.removeprefix("=") if rest else None
    if rest and not set(word[1:]) <= set("vCDb"):
        return word, None
    return name, None


def _judged(option: str, value: str | None) -> Iterator[OptionProblem]:
    if not option:
        reason = "it is no option: the wizard names the playbook, and there is one a run"
        fix = "Remove it; of an option with a value write both as items of the list."
        yield OptionProblem(_brief(value or ""), reason, fix)
    elif option in _REFUSED:
        reason, fix = _REFUSED[option]
        yield OptionProblem(option, reason, fix)
    elif option in _FLAGS:
        if value is not None:
            yield OptionProblem(option, "it takes no value", f"Write {option} alone.")
    elif option not in _VALUED:
        near = difflib.get_close_matches(option, [*_FLAGS, *_VALUED, *_REFUSED], n=1)
        fix = f"Did you mean {near[0]}?" if near else "Write options in full, e.g. --forks."
        yield OptionProblem(_brief(option), "ansible-playbook has no such option", fix)
    elif not value:
        yield OptionProblem(option, "its value is missing", f"Write it after {option}.")
    elif option == "--extra-vars":
        yield from _secrets(value)
    elif option in ("--forks", "--timeout") and not (value.isdecimal() and int(value)):
        fix = f"Write {option} and, as the next item, a number."
        yield OptionProblem(option, "its value is no number above 0", fix)


def _secrets(value: str) -> Iterator[OptionProblem]:
    names = () if value.startswith("@") else _NAMES.findall(value)
    for name in names:
        if is_secret_name(name) or _PASS.search(name):
            reason = f"{name} is a secret, which everybody on this host could read in the process"
            fix = "Put it into user_secrets.yml of the deploy directory, and remove it here."
            yield OptionProblem("--extra-vars", f"{reason} list", fix, secret=True)


def _brief(text: str) -> str:
    # A value in a wrong place may be a secret; what it is called before "=" is none.
    return repr(text.partition("=")[0][:40])
