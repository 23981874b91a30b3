"""What a command says: results on stdout, talk on stderr; for people by rich, or as JSON lines.

In JSON, every line is one object with ``schema`` (the version of this format, 1) and ``kind``.
All of them go to stdout, the last one is a ``result`` or an ``error``, and nothing is asked.
"""

from __future__ import annotations

from octavia_wizard.output.model import Output, Result

__all__ = ["Output", "Result", "make_output"]


def make_output(form: str, *, verbose: bool = False, may_ask: bool = True) -> Output:
    """Return the voice for a format, ``text`` or ``json``."""
    if form == "json":
        from octavia_wizard.output.jsonl import JsonOutput

        return JsonOutput(verbose=verbose)
    from octavia_wizard.output.text import TextOutput

    return TextOutput(verbose=verbose, may_ask=may_ask)
