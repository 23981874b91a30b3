"""What a value means to Ansible, whichever way it was written."""

from __future__ import annotations

from collections.abc import Mapping

from octavia_wizard.core.releases import Release, Variable, VariableType

_TRUE = frozenset(("true", "yes", "on", "y", "t", "1"))
_FALSE = frozenset(("false", "no", "off", "n", "f", "0"))
"""What Ansible's filter ``bool`` takes for either (ansible.module_utils.parsing.convert_bool)."""
DHCP = "octavia_management_net_dhcp"
_TRUTHY_SINCE = (29, 0, 0)
"""From here on the role asks in a template whether DHCP is true, and any text is."""
UNKNOWN = object()
"""What the role computes from other variables: nothing can be said about it here."""
UNSET = None


def as_meant(release: Release, name: str, value: object) -> object:
    """Return a value in the form the variable is meant to have, where both mean the same.

    Text is turned into the boolean or number it stands for, and the other way round, only where
    the variable does not take it as it is.
    """
    variable = release.variable(name)
    if variable is None:
        return value
    if name == DHCP:
        return _dhcp(release, value)
    if variable.check_type(value) is None and value is not None:
        return _plain_text(value)
    for kind in variable.accepts:
        turned = _TURN[kind](value) if kind in _TURN else UNKNOWN
        if turned is not UNKNOWN and variable.check_type(turned) is None:
            return turned
    return _plain_text(value)


def default_of(release: Release, name: str) -> object:
    """Return what holds where nobody sets a variable; UNKNOWN where the role computes it."""
    variable = release.variable(name)
    if variable is None:
        return UNSET
    if variable.computed:
        return UNKNOWN
    return UNSET if variable.default is None else as_meant(release, name, variable.default)


def default_text(variable: Variable | None) -> str:
    """Show a role's default to a person, in a few words."""
    if variable is None:
        return ""
    if variable.computed:
        return "computed by the role"
    if variable.default is None:
        return "unset"
    return shown(variable.default)


def shown(value: object) -> str:
    """Show a value as YAML has it, on one line."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if value == "":
        return "empty"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {shown(one)}" for name, one in value.items()) or "{}"
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value)) or "[]"
    return str(value)


def same(release: Release, name: str, one: object, other: object) -> bool:
    """Say whether two values of a variable mean the same to Ansible; what is unset is empty."""
    if one is UNKNOWN or other is UNKNOWN:
        return one is other
    return _frozen(as_meant(release, name, one)) == _frozen(as_meant(release, name, other))


def _frozen(value: object) -> object:
    """Tell true from 1, which Python does not."""
    if isinstance(value, Mapping | list | tuple):
        return _written(value)
    if isinstance(value, bool):
        return ("bool", value)
    return None if value == "" else value


def _written(value: object) -> object:
    """Return what a map comes to: whatever is in it ends as text, in a file or in a call."""
    if isinstance(value, Mapping):
        return {str(name): _written(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_written(part) for part in value]
    text = str(value)
    return text.lower() if text.lower() in ("true", "false") else text


def _dhcp(release: Release, value: object) -> object:
    turned = _boolean(value)
    if turned is UNKNOWN:
        return value
    if isinstance(value, str) and turned is False and release.version >= _TRUTHY_SINCE:
        # Off in the subnet and on in the security group: no boolean says that.
        return str(value)
    return turned


def _plain_text(value: object) -> object:
    """Drop what YAML's tags add to a text."""
    return str(value) if isinstance(value, str) else value


def _boolean(value: object) -> object:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower() if isinstance(value, str | int) else ""
    return True if text in _TRUE else False if text in _FALSE else UNKNOWN


def _integer(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str):
        return UNKNOWN
    text = value.strip()
    return int(text) if text.isascii() and text.isdigit() and str(int(text)) == text else UNKNOWN


def _text(value: object) -> object:
    return str(value) if isinstance(value, bool | int | float) else UNKNOWN


_TURN = {
    VariableType.BOOL: _boolean,
    VariableType.INT: _integer,
    VariableType.STR: _text,
}
