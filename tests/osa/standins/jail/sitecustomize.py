"""Makes a host of a directory: what modules look up on their host is looked up there.

Ansible's modules run on the deploy host itself, for lack of others.  Python imports this before
any of them; paths below /etc/octavia and the like then lead below OSA_HOST_ROOT, also in the
commands a module runs.
"""

from __future__ import annotations

import builtins
import io
import os
import subprocess
from collections.abc import Callable
from typing import Any

PLACES = (
    "/etc/octavia",
    "/etc/neutron",
    "/etc/haproxy",
    "/etc/horizon",
    "/var/lib/octavia",
    "/var/log/octavia",
    "/run/octavia",
    "/sys/class/net",
    "/proc/net",
)
ROOT = os.environ.get("OSA_HOST_ROOT", "")
CALLS = (
    "open",
    "stat",
    "lstat",
    "access",
    "listdir",
    "scandir",
    "mkdir",
    "rmdir",
    "unlink",
    "remove",
    "chmod",
    "chown",
    "lchown",
    "readlink",
    "utime",
    "rename",
    "replace",
    "link",
    "symlink",
)


def led(path: Any) -> Any:
    """Return where a path leads on this host."""
    text = os.fsdecode(path) if isinstance(path, bytes | os.PathLike) else path
    if not isinstance(text, str) or not _is_of_host(text):
        return path
    return os.fsencode(ROOT + text) if isinstance(path, bytes) else ROOT + text


def _is_of_host(text: str) -> bool:
    return any(text == place or text.startswith(place + "/") for place in PLACES)


def _leading(call: Callable[..., Any]) -> Callable[..., Any]:
    def inner(*args: Any, **options: Any) -> Any:
        return call(*(led(argument) for argument in args), **options)

    return inner


def _commands(start: Callable[..., Any]) -> Callable[..., Any]:
    def inner(self: Any, args: Any, *others: Any, **options: Any) -> Any:
        return start(self, _rewritten(args), *others, **options)

    return inner


def _rewritten(args: Any) -> Any:
    if isinstance(args, list | tuple):
        return [_rewritten(argument) for argument in args]
    text = os.fsdecode(args)
    if ROOT not in text:
        for place in PLACES:
            text = text.replace(place, ROOT + place)
    return text


if ROOT:
    builtins.open = io.open = _leading(builtins.open)
    for _name in CALLS:
        setattr(os, _name, _leading(getattr(os, _name)))
    subprocess.Popen.__init__ = _commands(subprocess.Popen.__init__)  # type: ignore[method-assign]
