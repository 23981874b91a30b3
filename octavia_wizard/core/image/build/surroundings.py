"""The environment of children: what of the wizard's own they may see."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

USUAL_PATH = (
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
)
"""Where the tools of a build are; an operator's PATH may lack those ending in sbin."""
_PLAIN = frozenset(
    {
        *("HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LANGUAGE", "TZ", "TMPDIR"),
        *("SSH_AUTH_SOCK", "SUDO_ASKPASS", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"),
        *("DBUS_SESSION_BUS_ADDRESS", "GIT_CONFIG_GLOBAL", "GIT_SSH_COMMAND"),
        *("GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_PROXY_SSL_CAINFO"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
        *("PIP_CERT", "PIP_CLIENT_CERT", "PIP_PROXY", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"),
        *("PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT", "PIP_TIMEOUT", "PIP_RETRIES"),
        *("PIP_DISABLE_PIP_VERSION_CHECK",),
    }
)
_PROXIES = frozenset({"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"})


def surroundings(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables a child may have: where things are, proxies, authorities, locale.

    Everything else stays behind: credentials of the cloud, and what belongs to the wizard's own
    Python. diskimage-builder hands its environment on to every script in the image.
    """
    given = os.environ if environ is None else environ
    kept = {
        name: value
        for name, value in given.items()
        if name in _PLAIN or name.lower() in _PROXIES or name.startswith("LC_")
    }
    kept["PATH"] = search_path(given)
    return kept


def pip_surroundings(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the same for pip, which is also told all the operator set for it."""
    given = os.environ if environ is None else environ
    harmful = ("PIP_REQUIRE_VIRTUALENV", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER")
    told = {n: v for n, v in given.items() if n.startswith("PIP_") and n not in harmful}
    return {**surroundings(given), **told, "PIP_NO_INPUT": "1", "PIP_NO_COLOR": "1"}


def search_path(environ: Mapping[str, str], *first: Path) -> str:
    """Return a PATH that begins with ``first`` and has all usual places, but no virtual env."""
    own = {str(Path(sys.prefix) / "bin")} if sys.prefix != sys.base_prefix else set()
    if environ.get("VIRTUAL_ENV"):
        own.add(str(Path(environ["VIRTUAL_ENV"]) / "bin"))
    told = [p for p in environ.get("PATH", "").split(os.pathsep) if p and p not in own]
    return os.pathsep.join(dict.fromkeys([*map(str, first), *told, *USUAL_PATH]))
