"""Writing YAML that Ansible reads back as the very same values, with comments for people."""

from __future__ import annotations

import textwrap
from typing import Any

import yaml

from octavia_wizard.core.facts.deploy_host_yaml import UnsafeText, VaultText

WIDTH = 76
"""Columns; comments are broken there, values never."""


class _Dumper(yaml.SafeDumper):
    """PyYAML's safe dumper: lists indented as OSA's own files have them, and no aliases."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their key."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out: an alias would surprise the reader."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    tag = {VaultText: "!vault", UnsafeText: "!unsafe"}.get(type(value), "tag:yaml.org,2002:str")
    # OSA's files quote with double quotes, and a block keeps a longer text legible.
    style = "|" if "\n" in value else None
    if style is None and (type(value) is not str or _needs_quotes(value)):
        style = '"'
    return dumper.represent_scalar(tag, str(value), style=style)


def _needs_quotes(value: str) -> bool:
    """Whether some YAML reader, 1.1 or 1.2, could take the plain text for something else."""
    if not value or value[0] in "0123456789+-.~=" or value.lower() in ("y", "n"):
        return True
    return yaml.safe_dump(value, width=10**6, allow_unicode=True).startswith(("'", '"'))


for _type in (str, VaultText, UnsafeText):
    _Dumper.add_representer(_type, _text)


def yaml_text(data: object, *, indent: int = 0) -> str:
    """Return data as block YAML, its keys in the order given, indented by some spaces."""
    dumped = yaml.dump(
        data,
        Dumper=_Dumper,
        default_flow_style=False,
        sort_keys=False,
        width=10**6,
        allow_unicode=True,
    )
    dumped = dumped.removesuffix("...\n")
    return textwrap.indent(dumped, " " * indent)


def comment(text: str, *, indent: int = 0) -> str:
    """Return a text as comment lines."""
    lead = " " * indent + "# "
    # A control character in a name from the cloud must not break out of the comment.
    clean = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    wrapper = textwrap.TextWrapper(
        WIDTH - len(lead), break_on_hyphens=False, break_long_words=False
    )
    lines = [line for part in clean.split("\n") for line in wrapper.wrap(part) or [""]]
    return "".join(f"{lead}{line}".rstrip() + "\n" for line in lines)
