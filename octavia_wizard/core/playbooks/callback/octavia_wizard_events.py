"""Ansible callback plugin: tells what a playbook does, one JSON object a line.

It writes to the file that OCTAVIA_WIZARD_EVENTS names and does nothing without it, so that it
needs no entry in a list of allowed plugins: OSA's settings of some releases replace that list.
Runs on Python 2.7 and later, Ansible 2.3 and later.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import fcntl
import json
import os
import re
import time

from ansible.plugins.callback import CallbackBase

VARIABLE = "OCTAVIA_WIZARD_EVENTS"
LONGEST = 600
"""Characters of a message."""
NAMES = r"(?:passw(?:or)?d|passphrase|secret|token|credential|(?<![a-z])(?:api|private)?_?key)s?"
SECRET = re.compile(
    r"(" + NAMES + r"""\\?["']?\s*[:=]\s*)(\\?"[^"]*"|\\?'[^']*'|\S+)""", re.IGNORECASE
)
OPTION = re.compile(r"(--[\w-]{0,60}" + NAMES + r"\s+)\S+", re.IGNORECASE)
BEARER = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE)
IN_URL = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")
PRIVATE = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*", re.DOTALL)


def text(value):
    """Return anything as text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "%s" % (value,)


def redacted(message):
    """Return a message without what looks like a secret, and not too long."""
    message = PRIVATE.sub("(a private key)", text(message)[: 20 * LONGEST])
    message = BEARER.sub("\\1 ***", OPTION.sub("\\1***", IN_URL.sub("\\1***@", message)))
    return cut(SECRET.sub("\\1***", message).strip())


def cut(value):
    """Return a text that is not too long."""
    value = text(value)
    return value if len(value) <= LONGEST else value[: LONGEST - 1] + "\u2026"


def last_lines(value):
    """Return the last lines that are not empty, in one; of a traceback the very last."""
    value = text(value or "")
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    return " / ".join(lines[-1:] if "Traceback (most recent" in value else lines[-3:])


def is_false(value):
    """Say whether a value is surely false, templates being unknown."""
    return not value or text(value).strip().lower() in ("false", "no", "0", "off")


def is_secret(task, result):
    """Say whether a result must not be told."""
    if result.get("censored") or result.get("_ansible_no_log"):
        return True
    return "_ansible_no_log" not in result and not is_false(getattr(task, "no_log", False))


def failed_item(result):
    """Return the first item of a loop that failed."""
    for item in result.get("results") or ():
        if isinstance(item, dict) and (item.get("failed") or item.get("unreachable")):
            return item
    return None


def message_of(task, result):
    """Return what a module said of its failure; nothing where that is kept secret."""
    if is_secret(task, result):
        return ""
    item = failed_item(result)
    if item is not None:
        return message_of(task, item)
    said = text(result.get("msg") or "").strip()
    more = last_lines(result.get("module_stderr") or result.get("stderr"))
    if not more and not said:
        more = last_lines(result.get("exception") or result.get("stdout") or result.get("reason"))
    if more and more not in said:
        said = "%s: %s" % (said, more) if said else more
    return redacted(said)


def is_rescued(task):
    """Say whether a failure of a task is dealt with by a block around it."""
    inner, outer = task, getattr(task, "_parent", None)
    while outer is not None:
        rescue = getattr(outer, "rescue", None)
        if rescue:
            inside = [getattr(one, "_uuid", None) for one in getattr(outer, "block", ())]
            if getattr(inner, "_uuid", None) in inside:
                return True
        inner, outer = outer, getattr(outer, "_parent", None)
    return False


class CallbackModule(CallbackBase):
    """Writes events."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "octavia_wizard_events"

    def __init__(self, *args, **kwargs):
        """Open the file; without one, stay silent."""
        super(CallbackModule, self).__init__(*args, **kwargs)
        self._file = None
        # Playbooks that a task may run must not tell theirs as if they were of this one.
        path = os.environ.pop(VARIABLE, None)
        try:
            if path:
                self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                fcntl.fcntl(self._file, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
        except Exception:
            self._file = None
        self.disabled = self._file is None

    def _tell(self, event, **fields):
        fields.update(e=event, t=round(time.time(), 3))
        line = json.dumps(fields, sort_keys=True) + "\n"
        os.write(self._file, line.encode("ascii"))

    def _try(self, method, *args):
        # Whatever goes wrong here, the playbook goes on.
        try:
            if self._file is not None:
                method(*args)
        except Exception:
            return

    def _on_play(self, play):
        fields = {"id": text(play._uuid), "name": cut(play.get_name())}
        pattern = play.hosts
        fields["hosts"] = (
            ",".join(text(p) for p in pattern)
            if isinstance(pattern, (list, tuple))
            else text(pattern)
        )
        try:
            inventory = play.get_variable_manager()._inventory
            fields["count"] = len(inventory.get_hosts(pattern))
            fields["all"] = len(inventory.get_hosts(pattern, ignore_restrictions=True))
            serial = play.serial if isinstance(play.serial, (list, tuple)) else [play.serial]
            fields["serial"] = [text(one) for one in serial if one]
        except Exception:
            fields.setdefault("count", None)
        self._tell("play", **fields)

    def _on_task(self, task, handler):
        self._tell(
            "task",
            id=text(task._uuid),
            name=cut(task.get_name()),
            file=text(task.get_path() or ""),
            handler=handler,
            no_log=not is_false(getattr(task, "no_log", False)),
        )

    def _on_result(self, outcome, result, told):
        task = getattr(result, "task", None) or result._task
        host = getattr(result, "host", None) or result._host
        values = getattr(result, "result", None) or result._result
        if outcome == "ok" and values.get("changed"):
            outcome = "changed"
        if outcome == "unreachable" and getattr(task, "ignore_unreachable", False):
            outcome = "ignored"
        fields = {"r": outcome, "h": text(host.get_name()), "task": text(task._uuid)}
        if told:
            fields["msg"] = message_of(task, values)
            fields["name"] = cut(task.get_name())
            fields["file"] = text(task.get_path() or "")
        if outcome == "failed" and is_rescued(task):
            fields["r"] = "rescued"
        self._tell("host", **fields)

    def _on_stats(self, stats):
        hosts = {text(h): stats.summarize(h) for h in sorted(stats.processed)}
        self._tell("stats", hosts=hosts)

    def v2_playbook_on_start(self, playbook):
        """Tell that it begins."""
        self._try(lambda: self._tell("playbook", file=text(playbook._file_name)))

    def v2_playbook_on_play_start(self, play):
        """Tell of a play, or of the next batch of its hosts."""
        self._try(self._on_play, play)

    def v2_playbook_on_no_hosts_matched(self):
        """Tell that the play has no hosts."""
        self._try(self._tell, "no hosts")

    def v2_playbook_on_task_start(self, task, is_conditional):
        """Tell of a task."""
        self._try(self._on_task, task, False)

    def v2_playbook_on_handler_task_start(self, task):
        """Tell of a handler."""
        self._try(self._on_task, task, True)

    def v2_runner_on_ok(self, result):
        """Tell of a host that has done a task."""
        self._try(self._on_result, "ok", result, False)

    def v2_runner_on_skipped(self, result):
        """Tell of a host that has skipped a task."""
        self._try(self._on_result, "skipped", result, False)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        """Tell of a host on which a task failed."""
        self._try(self._on_result, "ignored" if ignore_errors else "failed", result, True)

    def v2_runner_on_unreachable(self, result):
        """Tell of a host that cannot be reached."""
        self._try(self._on_result, "unreachable", result, True)

    def v2_playbook_on_stats(self, stats):
        """Tell how it ended on each host."""
        self._try(self._on_stats, stats)
