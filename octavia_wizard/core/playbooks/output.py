"""What Ansible writes for people, read as events: for runs whose plugin was not loaded.

An operator's ``user.rc`` may set ANSIBLE_CALLBACK_PLUGINS to something else. The default output
then still tells plays, tasks and hosts (Ansible 2.3 to 2.19); files and times it does not.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator

from octavia_wizard.core.playbooks.events import Event, Kind, Outcome
from octavia_wizard.core.playbooks.redaction import redacted

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_BANNER = re.compile(r"(?P<what>PLAY|TASK|RUNNING HANDLER)(?: \[(?P<name>.*)\])? \*{3,}$")
_RECAP = re.compile(r"PLAY RECAP \*{3,}$")
_COUNTS = re.compile(r"(?P<host>\S+)\s+: (?P<counts>ok=\d+.*)$")
_RESULT = re.compile(
    r"(?P<what>ok|changed|skipping|fatal|failed): \[(?P<host>[^\s\]]+)(?: -> [^\]]+)?\]"
    r"(?P<rest>.*)$"
)
_MESSAGE = 600


class OutputReader:
    """Turns lines into events; a failure waits for the next line, which may take it back."""

    def __init__(self) -> None:
        self._plays = 0
        self._in_recap = False
        self._recap: dict[str, dict[str, int]] = {}
        self._failure: Event | None = None
        self._ended = False

    def events(self, line: str) -> Iterator[Event]:
        """Return what a line tells."""
        line = _COLOUR.sub("", line).rstrip()
        if self._failure is not None:
            if line.startswith("...ignoring"):
                failure, self._failure = self._failure, None
                yield _ignored(failure)
                return
            if line.startswith(" ") or not line:
                self._failure = _with_message(self._failure, line)
                return
            yield from self._released()
        if found := _BANNER.match(line):
            yield from self._banner(found["what"], (found["name"] or "").strip())
        elif line == "skipping: no hosts matched":
            yield Event(Kind.NO_HOSTS, time.time())
        elif _RECAP.match(line):
            self._in_recap = True
        elif self._in_recap and (found := _COUNTS.match(line)):
            self._recap[found["host"]] = _counts(found["counts"])
        elif not self._in_recap and (found := _RESULT.match(line)):
            yield from self._result(found["what"], found["host"], found["rest"])

    def end(self) -> Iterator[Event]:
        """Return what is left when there are no more lines."""
        yield from self._released()
        if self._in_recap and not self._ended:
            self._ended = True
            yield Event(Kind.STATS, time.time(), recap=self._recap)

    def _banner(self, what: str, name: str) -> Iterator[Event]:
        if what == "PLAY":
            self._plays += 1
            self._in_recap = False
            yield Event(Kind.PLAY, time.time(), id=f"{self._plays}", name=name)
        else:
            handler = what != "TASK"
            yield Event(Kind.TASK, time.time(), name=name, handler=handler)

    def _result(self, what: str, host: str, rest: str) -> Iterator[Event]:
        if what in ("fatal", "failed"):
            unreachable = "UNREACHABLE!" in rest
            outcome = Outcome.UNREACHABLE if unreachable else Outcome.FAILED
            message = _message(rest)
            self._failure = Event(
                Kind.HOST, time.time(), host=host, outcome=outcome, message=message
            )
            return
        outcome = {"ok": Outcome.OK, "changed": Outcome.CHANGED}.get(what, Outcome.SKIPPED)
        yield Event(Kind.HOST, time.time(), host=host, outcome=outcome)

    def _released(self) -> Iterator[Event]:
        if self._failure is not None:
            failure, self._failure = self._failure, None
            yield failure


def _ignored(failure: Event) -> Event:
    return Event(Kind.HOST, failure.at, host=failure.host, outcome=Outcome.IGNORED)


def _with_message(failure: Event, line: str) -> Event:
    """Take the message of a result that is written as YAML."""
    name, _, value = line.strip().partition(": ")
    if name != "msg" or failure.message:
        return failure
    message = redacted(value.strip("'\""), _MESSAGE)
    return Event(
        failure.kind, failure.at, host=failure.host, outcome=failure.outcome, message=message
    )


def _message(rest: str) -> str:
    _, found, values = rest.partition(" => ")
    try:
        result = json.loads(values) if found and values.startswith("{") else {}
    except ValueError:
        return ""
    if not isinstance(result, dict) or "censored" in result:
        return ""
    said, more = str(result.get("msg", "")).strip(), str(result.get("stderr", "")).strip()
    last = more.splitlines()[-1] if more else ""
    return redacted(f"{said}: {last}" if said and last else said or last, _MESSAGE)


def _counts(text: str) -> dict[str, int]:
    return {name: int(n) for name, n in re.findall(r"(\w+)=(\d+)", text)}
