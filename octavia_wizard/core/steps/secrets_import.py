"""The step, done on request, that takes from a bundle what this host lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from octavia_wizard.core.bundle import Bundle, directory_of
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import StepError, WizardError
from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS, broken_user_files, told
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.files import digest, file_digest
from octavia_wizard.core.pki.layout import layout_of
from octavia_wizard.core.pki.staging import staged
from octavia_wizard.core.pki.writing import write_new
from octavia_wizard.core.secret_values import TemplatedSecret, is_templated, read_secret
from octavia_wizard.core.secrets_writing import CURE, will_be_encrypted
from octavia_wizard.core.steps.base import Action, Decision, Pending, Record, Step, Undone, Work
from octavia_wizard.core.steps.local_files import FILE, make_directories, make_file
from octavia_wizard.core.steps.rewriting import find_rewritten, undo_rewritten
from octavia_wizard.core.steps.secrets import add_secrets, keys_in_need, obstacle_to_adding
from octavia_wizard.core.steps.shapes import refuse

KEEP = "; where it is the one here, import with --keep NAME"
AGAIN = "the bundle is not at hand any more; import it again to go on"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What of a bundle is not here yet, and what is here in another form."""

    secrets: tuple[str, ...]
    """Names that have no value in any file of this host."""
    files: tuple[str, ...]
    """Paths below the directory of the certificates at which there is nothing."""
    other_secrets: tuple[str, ...]
    other_files: tuple[tuple[Path, str, str], ...]
    """Each with the SHA-256 of what is here, and of what the bundle holds."""


def compare(bundle: Bundle, effective: Effective, host: HostFacts) -> Comparison:
    """Compare a bundle with this host; raises FileError for what cannot be read here."""
    directory = directory_of(effective)
    here = {name: file_digest(directory / name) for name in bundle.files}
    missing = tuple(name for name in bundle.secrets if name not in host.secrets)
    return Comparison(
        secrets=missing,
        files=tuple(name for name, found in here.items() if found is None),
        other_secrets=tuple(
            name
            for name, value in bundle.secrets.items()
            if name not in missing and _differs(name, value, host)
        ),
        other_files=tuple(
            (directory / name, found, bundle.digests[name])
            for name, found in here.items()
            if found is not None and found != bundle.digests[name]
        ),
    )


class SecretsImportStep(Step):
    """Writes the secrets and certificate files of a bundle that are missing; replaces nothing."""

    id: ClassVar[str] = "secrets_import"
    title: ClassVar[str] = "Secrets and certificates of a bundle"
    section: ClassVar[str] = "certificates"
    reads_host: ClassVar[bool] = True
    indispensable: ClassVar[str] = "it is all that an import does"

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Name what would be written; anything that differs keeps all of it from being written."""
        bundle, host = facts.host.bundle, facts.host
        if bundle is None:
            return Decision(Action.BLOCKED, reason=AGAIN)
        hindrance = _hindrance(bundle, effective, host)
        if hindrance is not None:
            return hindrance
        found = compare(bundle, effective, host)
        refusal = _refusal(found, host)
        if refusal is not None:
            return refusal
        if not found.secrets and not found.files:
            return Decision(Action.KEEP, reason="all of it is there already")
        if found.secrets:
            obstacle = obstacle_to_adding(host)
            if obstacle:
                return Decision(Action.CONFLICT, OUR_SECRETS, reason=obstacle)
        encrypted = found.secrets and will_be_encrypted(host)
        lines = (
            *((f"~ {OUR_SECRETS}: encrypted by ansible-vault",) if encrypted else ()),
            *(f"+ {name}: (from the bundle)" for name in found.secrets),
            *(f"+ {directory_of(effective) / name}" for name in found.files),
        )
        return Decision(Action.CREATE, _subject(found), lines, _unchanged(bundle, found))

    def apply(self, work: Work, decision: Decision) -> None:
        """Write what is missing: the secrets in one move, then each file, all of it journaled."""
        bundle = work.facts.host.bundle
        fresh = self.decide(work.effective, work.facts)
        refuse(fresh)
        if bundle is None:
            raise StepError(AGAIN)
        found = compare(bundle, work.effective, work.facts.host)
        if found.secrets:
            add_secrets(work, {name: bundle.secrets[name] for name in found.secrets})
            work.log(f"wrote {', '.join(found.secrets)}")
        directory = directory_of(work.effective)
        for number, name in enumerate(found.files, 1):
            work.checkpoint()
            path, data = directory / name, bundle.files[name]
            make_directories(work, path.parent)
            make_file(work, path, digest(data), partial(write_new, path, data))
            work.progress(number, len(found.files), str(path))

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for an announced file or directory."""
        return find_rewritten(self.id, pending)

    def hindrance(self, work: Work, records: Sequence[Record]) -> str:
        """Keep the passphrase of a key that is there, unless the key came with it and goes too."""
        ours = {
            record.id
            for record in records
            if record.kind == FILE and file_digest(Path(record.id)) == record.after.get("sha256")
        }
        return keys_in_need(work, records, ours)

    def undo(self, work: Work, record: Record) -> Undone:
        """Remove what was written, or put the secrets file back, if it was not changed since."""
        return undo_rewritten(record)


def _hindrance(bundle: Bundle, effective: Effective, host: HostFacts) -> Decision | None:
    """Return why the bundle cannot be compared with this host, or None."""
    closed = [str(file.path) for file in host.user_files if file.closed]
    absent = [name for name in bundle.secrets if name not in host.secrets]
    if closed and absent:
        return Decision(
            Action.CONFLICT,
            ", ".join(closed),
            reason="encrypted by ansible-vault, and may have other values for "
            f"{', '.join(absent)}; {CURE}",
        )
    broken = broken_user_files(host)
    if broken and absent:
        return Decision(
            Action.CONFLICT,
            str(host.deploy_dir),
            reason=f"{told(broken)}; it may have other values for {', '.join(absent)}; mend it "
            "first",
        )
    for name in bundle.secrets:
        obstacle = _unreadable(name, host) if name in host.secrets else ""
        if obstacle:
            return Decision(Action.CONFLICT, str(host.secrets[name]), reason=obstacle)
    layout = layout_of(effective)
    if bundle.files and layout is not None and staged(layout):
        return Decision(
            Action.CONFLICT,
            str(layout.directory),
            reason="a run that makes certificates was interrupted: resume or undo it first",
        )
    return None


def _unreadable(name: str, host: HostFacts) -> str:
    """Say why a value that is here cannot be read, or return ""; a template is told elsewhere."""
    try:
        read_secret(name, host)
    except TemplatedSecret:
        return ""
    except WizardError as error:
        return error.in_a_line
    return ""


def _differs(name: str, value: Secret, host: HostFacts) -> bool:
    """Say whether a value here is another one; of a template nobody can tell, so it is."""
    try:
        return str(read_secret(name, host)) != str(value)
    except TemplatedSecret:
        return True


def _refusal(found: Comparison, host: HostFacts) -> Decision | None:
    """Return the conflict about what is here in another form, or None."""
    if not found.other_secrets and not found.other_files:
        return None
    lines = (*_other_secrets(found, host), *_other_files(found))
    what = [
        f"{len(things)} {one if len(things) == 1 else several}"
        for things, one, several in (
            (found.other_secrets, "secret has", "secrets have"),
            (found.other_files, "file has", "files have"),
        )
        if things
    ]
    return Decision(
        Action.CONFLICT,
        str(host.deploy_dir),
        lines,
        f"{' and '.join(what)} another content here than in the bundle, and nothing is replaced: "
        "the wizard does not guess which is right" + (KEEP if found.other_secrets else ""),
    )


def _other_secrets(found: Comparison, host: HostFacts) -> Iterator[str]:
    for name in found.other_secrets:
        what = "a template" if is_templated(name, host) else "another value"
        yield f"~ {name}: {what} in {host.secrets[name]}"


def _other_files(found: Comparison) -> Iterator[str]:
    for path, here, there in found.other_files:
        yield f"~ {path}"
        yield f"- here, SHA-256 {here}"
        yield f"+ bundle, SHA-256 {there}"


def _subject(found: Comparison) -> str:
    parts = ((found.secrets, "secret"), (found.files, "file"))
    return " and ".join(
        f"{len(things)} {word}{'' if len(things) == 1 else 's'}" for things, word in parts if things
    )


def _unchanged(bundle: Bundle, found: Comparison) -> str:
    there = len(bundle.secrets) + len(bundle.files) - len(found.secrets) - len(found.files)
    return f"{there} more are there already" if there else ""
