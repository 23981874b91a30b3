"""Whether two texts say the same to Ansible, whatever their comments say to a person."""

from __future__ import annotations


def same_meaning(one: str, other: str) -> bool:
    """Compare two texts without their whole-line comments and empty lines."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> list[str]:
    lines = (line.rstrip() for line in text.splitlines())
    return [line for line in lines if line and not line.lstrip().startswith("#")]
