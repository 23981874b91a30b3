"""``user_secrets_octavia.yml``: what is missing is added, what is there stays byte for byte."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from octavia_wizard.core.emit.render import comment, yaml_text
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS
from octavia_wizard.core.facts.deploy_host_yaml import literal, parse_document
from octavia_wizard.core.vault import is_vaulted

MODE = 0o600

_HEADER = "---\n" + comment(
    "Made by octavia-wizard: the secrets no other file has a value for. Keep them: the services "
    "and the keys of both authorities depend on them. You may encrypt this file by ansible-vault."
)


def secrets_text(existing: str | None, values: Mapping[str, str]) -> str:
    """Return the text with the values in it: those that are there changed, others added below.

    Raises FileError where the present text is still encrypted, or written in a way that leaves
    no place for them.
    """
    if existing is not None and is_vaulted(existing):
        raise FileError(
            f"{OUR_SECRETS} is encrypted by ansible-vault and lacks {', '.join(values)}",
            hint="give the password of the vault, or add them to another user_secrets file",
        )
    text = _HEADER if existing is None else existing
    before = _values(text)
    # A secret is never a template: what was typed or brought is written as it stands.
    plain = {name: literal(value) for name, value in values.items()}
    for name in plain:
        if name in before:
            text = _changed(text, name, plain[name])
    added = "".join(yaml_text({n: value}) for n, value in plain.items() if n not in before)
    if added and text and not text.endswith("\n"):
        text += "\n"
    text += added.replace("\n", "\r\n") if "\r\n" in text else added
    if _values(text) != {**before, **plain}:
        raise FileError(
            f"{OUR_SECRETS} is written in a way that leaves no place to add {', '.join(values)}",
            hint="write it as a plain block of names and values, or add them yourself",
        )
    return text


def _changed(text: str, name: str, value: str) -> str:
    """Put another value behind a name; of a doubled one behind the last, which counts."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for key, old in reversed(node.value if isinstance(node, yaml.MappingNode) else []):
        if key.value == name:
            start, end = key.start_mark.index, old.end_mark.index
            # A block of several lines ends at the beginning of the next line.
            rest = "\n" if text[start:end].endswith("\n") else ""
            return text[:start] + yaml_text({name: value}).rstrip("\n") + rest + text[end:]
    return text


def _values(text: str) -> Mapping[str, object]:
    try:
        return parse_document(text).values
    except FileError:
        return {}
