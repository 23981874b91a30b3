"""``user_secrets_octavia.yml``: what is missing is added, what is there stays byte for byte."""

from __future__ import annotations

from collections.abc import Mapping

from octavia_wizard.core.emit.render import comment, yaml_text
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS, VAULT_HEADER
from octavia_wizard.core.facts.deploy_host_yaml import parse_document

MODE = 0o600

_HEADER = "---\n" + comment(
    "Made by octavia-wizard: the secrets no other file has a value for. Keep them: the services "
    "and the keys of both authorities depend on them. You may encrypt this file by ansible-vault."
)


def secrets_text(existing: str | None, values: Mapping[str, str]) -> str:
    """Return the text with the values added, in their order, under what is there.

    Raises FileError where the present text is encrypted, or written in a way that leaves no
    place behind it, so that nothing can be added.
    """
    if existing is not None and existing.startswith(VAULT_HEADER):
        raise FileError(
            f"{OUR_SECRETS} is encrypted by ansible-vault and lacks {', '.join(values)}",
            hint="decrypt it for this run, or add them to another user_secrets file yourself",
        )
    text = _HEADER if existing is None else existing
    if text and not text.endswith("\n"):
        text += "\n"
    # A str subclass could be written in another style, and must not be.
    added = "".join(yaml_text({name: str(value)}) for name, value in values.items())
    text += added.replace("\n", "\r\n") if "\r\n" in text else added
    if _values(text) != {**_values(existing or ""), **values}:
        raise FileError(
            f"{OUR_SECRETS} is written in a way that leaves no place to add {', '.join(values)}",
            hint="write it as a plain block of names and values, or add them yourself",
        )
    return text


def _values(text: str) -> Mapping[str, object]:
    try:
        return parse_document(text).values
    except FileError:
        return {}
