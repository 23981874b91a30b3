"""Cuts a recorded log into what each process of a build wrote.

``plan`` says what the driver does in which order, ``<phase>.plan`` what dib-run-parts does;
the lines are in files beside them, each line with the milliseconds it took before it.
"""

from __future__ import annotations

import gzip
import re
import sys
from datetime import datetime
from pathlib import Path

ELAPSED = re.compile(r" *(\d+\.\d{3}) (.*\n?)", re.S)
STAMP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) \| ?")
HOST = re.compile(r"Running hooks from \S+/([\w.-]+\.d)$")
TARGET = re.compile(r"dib-run-parts Sourcing environment file /tmp/in_target\.d/([\w.-]+\.d)/")
RUNNING = re.compile(r"dib-run-parts Running \S+/([\w.-]+\.d)/(\S+)$")
CLEANING = re.compile(r"Unmount /|\*\*\* |INFO diskimage_builder\.block_device")
OUTPUT = re.compile(r"Amphora image size: (\S+) \d+|Image file (\S+) created")


Lines = list[tuple[int, str]]


def recorded(path: str) -> tuple[Lines, int]:
    """Return (milliseconds before it, text) of each line, and the exit code."""
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        raw = file.readlines()
    lines: Lines = []
    code, before = 0, 0.0
    for line in raw:
        found = ELAPSED.match(line)
        at, text = (float(found[1]), found[2]) if found else (0.0, line)
        if text.startswith("== eof; exit status"):
            code = int(text.split()[4])
            continue
        stamp = STAMP.match(text)
        if stamp:
            at = at or datetime.fromisoformat(stamp[1]).timestamp()
            text = text[stamp.end() :]
        at = at or before
        lines.append((max(0, round((at - (before or at)) * 1000)), text))
        before = at
    return lines, code


class Cutter:
    """Where in the recorded build the cutting is."""

    def __init__(self, directory: str, output: str) -> None:
        self.directory = Path(directory)
        self.output = output
        self.plan: list[str] = []
        self.inner: dict[str, list[str]] = {}
        self.said = 0
        self.phase = self.script = ""
        self.pending: Lines = []

    def cut(self, lines: Lines, code: int) -> None:
        """Cut all lines of a build that ended with this code."""
        delay, text, bare = 0, "", ""
        for delay, text in lines:
            bare = text.rstrip("\r\n")
            if self.script and code and CLEANING.match(bare):
                break
            if not self.script and not self.phase:
                self.outside(delay, text, bare)
            else:
                self.inside(delay, text, bare)
        if not code:
            self.flush()
            return
        at = lines.index((delay, text)) if self.script and CLEANING.match(bare) else len(lines)
        name = self.flush()
        if self.script and name:
            (self.directory / f"{name}.code").write_text(str(code))
        elif not self.script:
            self.plan.append(f"fail {code} 0")
        self.write("last", lines[at:])

    def outside(self, delay: int, text: str, bare: str) -> None:
        """Take a line of the driver or of the script around it."""
        if bare in ("Build completed successfully",) or bare.startswith("Successfully built"):
            return
        if bare.startswith("Amphora image size:"):
            return
        self.pending.append((delay, text))
        if found := HOST.search(bare):
            self.enter("host", found[1])
        elif found := TARGET.match(bare):
            self.pending.pop()
            self.enter("target", found[1])
            self.pending.append((delay, text))
        elif bare == "Converting image using qemu-img convert":
            self.flush()
            self.plan.append("convert - 0")

    def enter(self, kind: str, phase: str) -> None:
        """Begin a phase, on the host or in the target."""
        self.flush()
        self.plan.append(f"{kind} {phase} 0")
        self.phase, self.inner[phase] = phase, []

    def inside(self, delay: int, text: str, bare: str) -> None:
        """Take a line of dib-run-parts or of a script it runs."""
        self.pending.append((delay, text))
        found = RUNNING.search(bare) if not self.script else None
        if found and found[1] == self.phase:
            self.flush()
            self.script = found[2]
        elif self.script and f"dib-run-parts {self.script} completed" in bare:
            # The announcement is dib-run-parts' own; what is glued to it is the script's.
            head, mark, rest = text.rpartition("dib-run-parts ")
            self.pending[-1:] = [(delay, head)] if head else []
            self.flush()
            self.script = ""
            self.pending.append((0 if head else delay, mark + rest))
        elif "END PROFILING" in bare and not self.script:
            self.flush()
            self.phase = ""

    def flush(self) -> str:
        """Write what is pending to a file, into the plan its name; return that."""
        lines, self.pending = self.pending, []
        if not lines and not self.script:
            return ""
        total = sum(delay for delay, _ in lines)
        if self.script:
            name = f"{self.phase}-{self.script}"
            self.inner[self.phase].append(f"script {self.script} {total}")
            self.hook(name)
        else:
            name = f"say-{self.said}"
            self.said += 1
            plan = self.plan if not self.phase else self.inner[self.phase]
            plan.append(f"say {name} {total}")
        self.write(name, lines)
        return name

    def hook(self, name: str) -> None:
        """Write the script that plays a file."""
        directory = self.directory / "hooks" / self.phase
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / self.script
        path.write_text(f'#!/bin/bash\n"$DIB_FAKE_HOME/play" "$DIB_FAKE_PLAN/{name}"\nexit $?\n')
        late = self.phase == "install.d" and self.script[:3] in ("75-", "76-")
        path.chmod(0o644 if late else 0o755)
        (directory / "README.rst").write_text("no script, by its name\n")

    def write(self, name: str, lines: Lines) -> None:
        """Write lines with the time before each."""
        text = "".join(f"{delay}\t{line}" for delay, line in lines)
        for kind, instead in (("build", "@BUILD@"), ("image", "@IMAGE@")):
            text = re.sub(rf"/(?:tmp|build/small)/dib_{kind}\.\w{{8}}", instead, text)
        if self.output:
            text = text.replace(self.output, "@OUTPUT@")
        path = self.directory / name
        path.write_text(text, encoding="utf-8", errors="surrogateescape", newline="\n")

    def save(self) -> None:
        """Write the plans."""
        (self.directory / "plan").write_text("".join(f"{line}\n" for line in self.plan))
        (self.directory / "hooks").mkdir(exist_ok=True)
        for phase, lines in self.inner.items():
            (self.directory / f"{phase}.plan").write_text("".join(f"{x}\n" for x in lines))


def main() -> None:
    """Cut the log named first into the directory named second."""
    lines, code = recorded(sys.argv[1])
    told = next((m for _, text in reversed(lines) if (m := OUTPUT.match(text))), None)
    cutter = Cutter(sys.argv[2], (told[1] or told[2]) if told else "")
    cutter.cut(lines, code)
    cutter.save()


main()
