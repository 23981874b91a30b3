"""The package index, as the operator has configured it for pip; and what it says when it fails."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Mapping

from octavia_wizard.core.errors import RehearsalError

UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "no-index": "UV_NO_INDEX",
    "cert": "SSL_CERT_FILE",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
}
"""pip's option to the variable that means the same to uv (docs.astral.sh/uv, environment)."""
SECTIONS = ("global", "install", ":env:")
"""Sections of ``pip config list``, later ones win."""
NO_ANSWER = re.compile(
    r"dns error|failed to lookup|name resolution|connection refused|connection reset|"
    r"error sending request|timed out|network is unreachable|newconnectionerror|"
    r"failed to fetch|connect error|tunnel|could not connect",
    re.IGNORECASE,
)
NO_ROOM = re.compile(r"no space left|disk quota exceeded", re.IGNORECASE)
HOPELESS = re.compile(f"{NO_ANSWER.pattern}|{NO_ROOM.pattern}|certificate", re.IGNORECASE)
"""Failures another installer would meet as well."""
NOT_THERE = re.compile(
    r"no solution found|no matching distribution|not found in the package registry", re.IGNORECASE
)
NOTHING_AT_ALL = "(from versions: none)"
"""What pip says of an index it could not reach when it was told not to retry."""
BAD_CERTIFICATE = re.compile(r"certificate", re.IGNORECASE)
TELLING = re.compile(r"error|caused by|because|cannot|failed", re.IGNORECASE)


def uv_environment(pip_config: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Translate the output of ``pip config list``; what is set for uv itself is left alone."""
    options: dict[str, str] = {}
    for section in SECTIONS:
        for line in pip_config.splitlines():
            name, separator, value = line.partition("=")
            if separator and name.startswith(f"{section}."):
                options[name.removeprefix(f"{section}.")] = _value(value)
    # as pip does: the system's authorities, and the best version of all indexes
    translated = {"UV_NATIVE_TLS": "true", "UV_INDEX_STRATEGY": "unsafe-best-match"}
    for option, variable in UV_NAMES.items():
        if options.get(option):
            joint = "," if variable == "UV_FIND_LINKS" else " "
            translated[variable] = joint.join(options[option].split())
    return {name: value for name, value in translated.items() if not environ.get(name)}


def _value(text: str) -> str:
    """pip prints values as Python strings."""
    try:
        return str(ast.literal_eval(text))
    except (SyntaxError, ValueError):
        return text


def explain(output: str, installer: str) -> RehearsalError:
    """Boil an installer's output down to one message; addresses lose their passwords."""
    lines = [line.strip() for line in without_secrets(output).splitlines() if line.strip()]
    telling = [line for line in lines if TELLING.search(line)] or lines
    short = "; ".join(_clipped(line) for line in telling[-3:]) or "it said nothing"
    if NO_ROOM.search(output):
        return RehearsalError(
            "the disk became full while the services were installed",
            hint="free some room, or choose another cache directory with XDG_CACHE_HOME",
        )
    if BAD_CERTIFICATE.search(output):
        return RehearsalError(
            f"the package index shows a certificate that is not trusted: {short}",
            hint="tell pip about your authority: pip config set global.cert FILE",
        )
    if NO_ANSWER.search(output) or NOTHING_AT_ALL in output:
        return RehearsalError(
            f"the package index cannot be reached: {short}",
            hint="check the network, the proxy variables and pip's index: pip config list",
        )
    if NOT_THERE.search(output):
        return RehearsalError(
            f"the package index lacks a version that is needed: {short}",
            hint="pip's index must offer the same packages as PyPI: pip config list",
        )
    return RehearsalError(
        f"{installer} cannot install the services: {short}",
        hint=f"Python and system as in the README? {os.uname().machine} needs wheels to exist",
    )


def without_secrets(text: str) -> str:
    """Blot out user and password in addresses."""
    return re.sub(r"//[^/@\s]+@", "//***@", text)


def _clipped(line: str) -> str:
    return line if len(line) <= 200 else line[:197] + "..."
