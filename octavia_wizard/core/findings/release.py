"""Checks of the release and of the role variables that were answered for it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.facts.deploy_host_files import is_secret_name
from octavia_wizard.core.facts.model import Evidence
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed, note, warning
from octavia_wizard.core.releases import Release, all_series, find_release

DEFAULT_CONFIG_DIR = "/etc/openstack_deploy"

DIFFERS = warning(
    "release-differs",
    "cloud.release",
    "The deploy host has another release than the answers",
    "The files would hold variables, group names and certificate paths of a release that does not "
    "read them.",
    "Answer the release the deploy host has, unless you are preparing an upgrade.",
)
NO_EVIDENCE = note(
    "release-not-detected",
    "cloud.release",
    "The release could not be detected",
    "Neither the wrapper openstack-ansible, nor a clone, nor the os_octavia role was found on this "
    "host.",
    "Make sure the answered release is the one that will read the files.",
)
EVIDENCE_DIFFERS = warning(
    "release-evidence-disagrees",
    "cloud.release",
    "The deploy host shows traces of several releases",
    "An upgrade may have stopped half-way; the role that runs is the one in /etc/ansible/roles.",
    "Finish the upgrade, or answer the release whose os_octavia role is installed.",
)
NEWER = note(
    "release-newer-than-known",
    "cloud.release",
    "The release is newer than this version of the wizard",
    "It is treated like the newest release of its series; variables may have changed since.",
    "Look for a newer octavia-wizard, or compare the plan with the release notes of os_octavia.",
)
DIRECTORY_FIXED = warning(
    "deploy-directory-not-read",
    "cloud.release",
    "OSA does not read this deploy directory",
    "Up to 18.x the directory is fixed; OSA_CONFIG_DIR is honoured from 19.0.0 on, but the wrapper "
    "writes it without quotes: with a blank in it, no user_*.yml is found, and playbooks run "
    "without them.",
    f"Copy the files to {DEFAULT_CONFIG_DIR}, or use --deploy-dir {DEFAULT_CONFIG_DIR}.",
)
UNKNOWN = error(
    "variable-unknown",
    "variables",
    "No release has this variable",
    "Ansible accepts any name and does nothing with one that nobody reads, so a misspelt one is "
    "lost without a word.",
    "Correct the name, or remove it.",
)
NOT_HERE = error(
    "variable-not-in-release",
    "variables",
    "The release does not act on this variable",
    "Nothing reads it, so it would be set in vain.",
    "Remove it.",
)
WRONG_TYPE = error(
    "variable-wrong-type",
    "variables",
    "The value has the wrong type",
    "The role would fail on it, or take it for something else: any text is true in its conditions.",
    "Give a value of the right type.",
)
NOT_A_CHOICE = error(
    "variable-not-a-choice",
    "variables",
    "The value is none of those the variable may have",
    "The role, or Octavia when it reads octavia.conf, stops at any other value.",
    "Give one of the values named.",
)
SECRET = error(
    "secret-in-answers",
    "variables",
    "A secret must not be in the answers",
    "Answers are written to presets, journals and screens, which many people may read.",
    "Put it into user_secrets.yml of the deploy directory and remove it here.",
)


def check_release(case: Situation) -> Iterator[Finding]:
    """Compare the answered release with what the deploy host shows."""
    host, release = case.facts.host, case.release
    if host.exists and host.release is None:
        yield NO_EVIDENCE.found(f"Nothing on this host tells the release; {release.name} is taken.")
    if host.release is not None and case.given("cloud.release") and _unlike(case, host.release):
        yield DIFFERS.found(
            f"The answer is {release.name}; {host.release.source} says {host.release.value}.",
            where=host.release.source,
        )
    known = [(evidence, _release(evidence)) for evidence in host.releases]
    if len({found.series for _, found in known if found is not None}) > 1:
        told = listed((f"{e.value} ({e.source})" for e, found in known if found), most=5)
        yield EVIDENCE_DIFFERS.found(f"Found were {told}.")
    newest = {series.name: series.last for series in all_series()}.get(release.series)
    if newest is not None and release.version > find_release(newest).version:
        yield NEWER.found(f"{release.name} is newer than {newest}, the newest known here.")


def check_directory(case: Situation) -> Iterator[Finding]:
    """Look for a deploy directory that the release does not read."""
    directory, found = case.facts.host.deploy_dir, case.facts.host.tools.config_dir
    if case.facts.host.exists and len(str(directory).split()) > 1:
        yield DIRECTORY_FIXED.found(f"There is a blank in {directory}.")
        return
    if found is not None and os.path.realpath(found.value) == os.path.realpath(directory):
        return
    fixed = not case.release.rules.config_dir_from_environment
    if fixed and case.facts.host.exists and str(directory) != DEFAULT_CONFIG_DIR:
        yield DIRECTORY_FIXED.found(
            f"{case.release.name} reads {DEFAULT_CONFIG_DIR}, not {directory}."
        )


def check_variables(case: Situation) -> Iterator[Finding]:
    """Look at every role variable that was answered."""
    for name, setting in sorted(case.effective.variables().items()):
        place = f"variables.{name}"
        if is_secret_name(name) or name in case.release.rules.required_secrets:
            yield SECRET.found(f"{name} is set in the answers.", place=place)
            continue
        retired, variable = case.release.retired(name), case.release.variable(name)
        if retired is not None:
            yield NOT_HERE.found(
                f"{case.release.name} does not act on {name}. {retired.what}",
                place=place,
                fix=retired.fix,
            )
        elif variable is None:
            yield _unknown(case.release, name)
        elif setting.value is not None and (reason := variable.check_type(setting.value)):
            yield WRONG_TYPE.found(f"{reason}.", place=place)
        elif setting.value is not None and (reason := variable.check_choice(setting.value)):
            yield NOT_A_CHOICE.found(f"{reason}.", place=place)


def nearest(release: Release, name: str) -> str | None:
    """Return the variable of the release whose name is most like this one."""
    near = difflib.get_close_matches(name, release.tunables(), n=1)
    return near[0] if near else None


def _unknown(release: Release, name: str) -> Finding:
    near = nearest(release, name)
    fix = f"Did you mean {near}? If not, remove it." if near else ""
    return UNKNOWN.found(f"{name} is no variable of the role.", place=f"variables.{name}", fix=fix)


def _unlike(case: Situation, evidence: Evidence) -> bool:
    """Say whether the release found has another series or other variables than the answered."""
    found = _release(evidence)
    if found is None or found.name == case.release.name:
        return False
    same_names = found.variables().keys() == case.release.variables().keys()
    return found.series != case.release.series or not same_names


def _release(evidence: Evidence) -> Release | None:
    try:
        return find_release(evidence.value)
    except UsageError:
        # The reader of the facts has told about it among its problems.
        return None


CHECKS: tuple[Check, ...] = (check_release, check_directory, check_variables)
