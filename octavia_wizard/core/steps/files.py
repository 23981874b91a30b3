"""The files OpenStack-Ansible reads: written, or added to, with a backup of what was there."""

from __future__ import annotations

from typing import ClassVar

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.diff import unified
from octavia_wizard.core.emit.files import emit_files
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.steps.base import Action, Decision, Pending, Record, Step, Undone, Work
from octavia_wizard.core.steps.rewriting import find_rewritten, rewrite, undo_rewritten
from octavia_wizard.core.steps.shapes import refuse


class FilesStep(Step):
    """Writes variables and inventory, each as one recorded change."""

    id = "files"
    title = "Files"
    section = "deployment"
    needs: ClassVar[tuple[str, ...]] = ("secrets", "certificates")
    reads_host = True
    indispensable = "OpenStack-Ansible would deploy without a word of these answers"
    # It looks at what is known of the cloud too, but must also run without one.

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Show what would change in each file; a difference in comments alone is none."""
        files = emit_files(effective, facts)
        notes = "; ".join(note for file in files for note in file.notes)
        obstacles = [o for file in files for o in _obstacles(file, facts.host)]
        if obstacles:
            return Decision(Action.CONFLICT, reason="; ".join(obstacles))
        changed = [file for file in files if file.changed]
        if not changed:
            subject = ", ".join(file.path for file in files)
            return Decision(Action.KEEP, subject, reason=notes)
        action = Action.CREATE if all(f.before is None for f in changed) else Action.CHANGE
        diff = tuple(line for file in changed for line in _diff(file))
        return Decision(action, ", ".join(file.path for file in changed), diff, notes)

    def apply(self, work: Work, decision: Decision) -> None:
        """Write the files that differ, one at a time."""
        refuse(self.decide(work.effective, work.facts))
        files = [f for f in emit_files(work.effective, work.facts) if f.changed]
        for done, file in enumerate(files):
            work.progress(done, len(files), file.path)
            path = work.facts.host.deploy_dir / file.path
            rewrite(work, path, file.before, file.text, file.mode if file.before is None else None)
            work.log(f"wrote {path}")
        work.progress(len(files), len(files))

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look whether the announced file is there as announced."""
        return find_rewritten(self.id, pending)

    def undo(self, work: Work, record: Record) -> Undone:
        """Remove the file, or put back what it was, if it was not changed since."""
        return undo_rewritten(record)


def _obstacles(file: EmittedFile, host: HostFacts) -> list[str]:
    """Say why a file that is there cannot be read, and so must not be written over."""
    path = host.deploy_dir / file.path
    known = next((user for user in host.user_files if user.path == path), None)
    if known is not None and known.vaulted:
        return [f"{path} is encrypted by ansible-vault; decrypt it for the run"]
    if known is not None or not file.owned:
        return []
    return [
        f"{problem.where} {problem.reason}; mend it first"
        for problem in host.problems
        if problem.where == str(path) or problem.where.startswith(f"{path}:")
    ]


def _diff(file: EmittedFile) -> list[str]:
    lines = unified(file.before, file.text, file.path)[2:]
    changes = [f"{line[0]} {line[1:]}" for line in lines if line[0] in "+-"]
    return [f"~ {file.path}", *changes]
