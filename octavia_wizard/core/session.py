"""One deployment being described: its answers and facts, and everything that follows from them.

All front ends hold a session and nothing else, so that the same answers lead to the
same findings, files and plan whether they were typed, clicked or read from a preset.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from octavia_wizard.core import standing
from octavia_wizard.core.adhoc.look import look_at_controllers
from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.answers.load import load_preset
from octavia_wizard.core.answers.save import preset_document, preset_text
from octavia_wizard.core.asked import Asked, Options, with_detected
from octavia_wizard.core.cloud.api import Cloud
from octavia_wizard.core.commandline import command_line, is_rehearsals
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.plan import Plan, build_plan
from octavia_wizard.core.engine.skipping import leave_out
from octavia_wizard.core.facts.checks import latest, listed
from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.facts.model import PARTS_TO_PLAN, CloudFacts, Facts, HostFacts, Part
from octavia_wizard.core.facts.secret import Secret, still_typed
from octavia_wizard.core.files import is_there, write_file
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings import blocking, check_all
from octavia_wizard.core.given import give_settings
from octavia_wizard.core.pki.approval import marks_of
from octavia_wizard.core.places import DeploymentPlace, private_directory
from octavia_wizard.core.questions import SECTIONS, Context, Question, find_section
from octavia_wizard.core.questions.named import question_named
from octavia_wizard.core.questions.resolve import resolve
from octavia_wizard.core.questions.text import check_answer, parse_answer
from octavia_wizard.core.secret_values import known_passphrases, to_be_replaced
from octavia_wizard.core.secrets import kept_typed
from octavia_wizard.core.vault import Vault

__all__ = ["Asked", "Options", "Session"]


class Session:
    """Answers and facts of one deployment; not safe to use from several threads at once."""

    def __init__(self, options: Options, answers: Answers | None = None) -> None:
        self.options = options.with_vault()
        self.place = DeploymentPlace.of(options.deploy_dir)
        self._facts = Facts(HostFacts(options.deploy_dir))
        self._answers = options.over(answers or Answers())
        self._cloud: Cloud | None = None
        self._cloud_key: tuple[object, ...] = ()
        self._derived: dict[str, object] = {}
        self.seen: frozenset[str] = frozenset()
        """Sections that were opened in this interview."""

    # --- answers

    @property
    def answers(self) -> Answers:
        """Return what the operator set so far."""
        return self._answers

    @answers.setter
    def answers(self, answers: Answers) -> None:
        self._answers = answers
        self._derived.clear()

    def give(self, key: str, value: object) -> None:
        """Take an answer; raises PresetError where it cannot be one."""
        question = self.question(key)
        checked = check_answer(question, value, self.context)
        self.answers = self._answers.with_value(key, checked)

    def give_text(self, key: str, text: str) -> None:
        """Take an answer as it was typed; raises PresetError where it cannot be one."""
        self.give(key, parse_answer(self.question(key), text))

    def take_back(self, *keys: str) -> None:
        """Forget answers, so that their defaults hold again."""
        self.answers = self._answers.without(keys)

    def approve_certificates(self, fingerprints: Sequence[str] = ()) -> None:
        """Approve the certificates with these SHA-256 fingerprints, or all that are there.

        Raises PresetError where there is none.
        """
        marks = list(fingerprints) or marks_of(self.effective, known_passphrases(self.facts.host))
        self.give("certificates.approved", marks)

    def withdraw_approval(self) -> None:
        """Approve no certificates any more."""
        self.take_back("certificates.approved")

    def accept(self, finding_id: str) -> None:
        """Accept a warning."""
        self.answers = self._answers.accepting(finding_id)

    def apply_settings(self, settings: Sequence[str]) -> None:
        """Take ``KEY=VALUE`` settings of a command line; raises PresetError for all bad ones."""
        give_settings(self.give_text, settings)

    def autosave(self) -> None:
        """Keep the answers, so that quitting loses nothing; raises FileError."""
        private_directory(self.place.root)
        write_file(self.place.autosave, preset_text(self._answers), 0o600)

    def saved_answers(self) -> Answers | None:
        """Return the answers of an earlier interview of this deployment; raises PresetError."""
        if not is_there(self.place.autosave):
            return None
        return load_preset(self.place.autosave)

    def answers_document(self) -> dict[str, object]:
        """Return the answers as the document a journal keeps."""
        return preset_document(self._answers)

    def command_line(self, *words: str) -> str:
        """Return how to call the wizard with ``words`` on this deployment."""
        rehearse = any(map(is_rehearsals, self.options.clouds_files))
        return command_line(*words, deploy_dir=self.options.deploy_dir, rehearse=rehearse)

    # --- facts

    @property
    def facts(self) -> Facts:
        """Return what is known of the host and the cloud."""
        return self._facts

    @facts.setter
    def facts(self, facts: Facts) -> None:
        # Clouds are checked beside other work, whose end must not bring back what was known before.
        checks = latest(self._facts.checks, facts.checks)
        # For the same reason what was typed in the meantime stays, until a file has it.
        host = facts.host
        # Nor does a look without the vault's password undo one with it.
        vault = self.options.vault
        if host.vault is not vault and self._facts.host.vault is vault:
            host = self._facts.host
        typed = {**host.typed, **self._facts.host.typed}
        typed = still_typed(typed, host.secrets, to_be_replaced(host, typed))
        self._facts = replace(facts, checks=checks, host=replace(host, typed=typed))
        self._derived.clear()

    def give_secret(self, name: str, value: str) -> None:
        """Keep a secret in memory until the secrets step has written it; it is no answer."""
        host = self._facts.host
        typed = {**host.typed, name: Secret(value)}
        self._facts = replace(self._facts, host=replace(host, typed=typed))
        self._derived.clear()

    def use_vault(self, vault: Vault) -> None:
        """Open what ansible-vault encrypted by this from now on; the host is to be read again."""
        self.options = replace(self.options, vault=vault)

    def look_at_host(self) -> HostFacts:
        """Read the deploy host afresh; what was typed or brought goes along while it counts."""
        options = self.options
        host = read_host(options.deploy_dir, environ=options.environ, vault=options.vault)
        known = self._facts.host
        if known.typed:
            known = replace(known, typed=kept_typed(host, known, self.effective))
            self._facts = replace(self._facts, host=known)
        return replace(host, typed=known.typed, bundle=known.bundle)

    def read_host(self) -> HostFacts:
        """Read the deploy host afresh, and which clouds its clouds.yaml files name.

        Raises UsageError for a clouds.yaml that cannot be read, after the host was.
        """
        host = self.look_at_host()
        # A clouds.yaml that cannot be read says nothing against what was read of the host.
        self.facts = replace(self.facts, host=host)
        self.find_clouds()
        return self.facts.host

    def find_clouds(self) -> None:
        """Find afresh which clouds can be chosen, asking none; raises UsageError as above."""
        from octavia_wizard.core.cloud.check import named_clouds

        environ = self.options.environ
        named, checks = named_clouds(self.options.clouds_files, environ)
        self.facts = replace(
            self.facts,
            clouds=named,
            cloud_in_environment="OS_AUTH_URL" in environ,
            checks=listed(checks, self.facts.checks),
        )

    @property
    def works_live(self) -> bool:
        """Say whether the answers so far ask for work on a cloud."""
        return self.effective.chosen("cloud.mode", "live")

    def connect(self) -> Cloud:
        """Connect to the cloud of the answers; raises UsageError or CloudError."""
        from octavia_wizard.core.cloud.sdk import connect

        name = self.effective.maybe_text("cloud.name")
        region = self.effective.maybe_text("cloud.region")
        if self._cloud is None or self._cloud_key != (name, region):
            self._cloud = connect(name, region, extra_files=self.options.clouds_files)
            self._cloud_key = (name, region)
        return self._cloud

    def read_cloud(self, parts: frozenset[Part] = PARTS_TO_PLAN) -> None:
        """Read the cloud afresh; raises UsageError or CloudError."""
        cloud = self.connect()
        known = self.facts.cloud
        project = self.effective.text("cloud.service_project")
        if known is None or known.service_project != project:
            known = CloudFacts(cloud.name, cloud.region, project)
        self.facts = replace(self.facts, cloud=cloud.read(parts, known))

    def look_at_controllers(self, cancel: threading.Event | None = None) -> None:
        """Ask the controllers how they stand, through Ansible; Interrupted if ``cancel`` is set."""
        found = look_at_controllers(self.effective, self.facts.host, self.options.environ, cancel)
        self.facts = replace(self.facts, controllers=found)

    def forget_cloud(self) -> None:
        """Drop what was read of the cloud, after another one was chosen."""
        self._cloud = None
        self.facts = replace(self.facts, cloud=None)

    # --- what follows

    @property
    def effective(self) -> Effective:
        """Return answers and defaults together."""
        found = self._derived.get("effective")
        if not isinstance(found, Effective):
            found = self._derived["effective"] = resolve(self._answers, self.facts)
        return found

    @property
    def context(self) -> Context:
        """Return what questions look at."""
        return Context(self.effective.release, self.facts, self.effective, self._answers)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return everything the operator should know before anything is changed."""
        found = self._derived.get("findings")
        if not isinstance(found, tuple):
            found = self._derived["findings"] = check_all(self.effective, self.facts)
        return found

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Return the findings that stand in the way: errors, and warnings not accepted."""
        return blocking(self.findings, self._answers.accept)

    def plan(self, only: Sequence[str] = (), skip: Sequence[str] = ()) -> Plan:
        """Return what would be done; UsageError for no step, or one that must not be skipped."""
        return leave_out(build_plan(self.effective, self.facts, only=only), skip)

    # --- the interview

    def question(self, key: str) -> Question:
        """Return a question by key; raises PresetError with the nearest key."""
        return question_named(key, self.effective.release)

    def asked(self, section: str) -> tuple[Asked, ...]:
        """Return the questions of a section that apply, each with its value."""
        effective = self.effective
        return tuple(
            Asked(question, effective.settings.get(question.key))
            for question in find_section(section).questions
            if question.key in effective or question.key in effective.missing
        )

    def section_state(self, name: str) -> standing.SectionState:
        """Say how a section stands."""
        return standing.section_state(name, self.effective, self.blocking, self.to_look_at)

    @property
    def to_look_at(self) -> tuple[str, ...]:
        """Return the sections the preset wants to be shown that were not opened yet."""
        return standing.to_look_at(self._answers, self.seen)

    @property
    def errands(self) -> tuple[standing.Errand, ...]:
        """Return what the operator has to do before a run, in the order to do it."""
        return standing.errands(self.effective, self.blocking, self.to_look_at)

    def see(self, name: str) -> None:
        """Remember that a section was opened."""
        self.seen |= {name}

    def export(self) -> Answers:
        """Return the answers as a preset that replays this deployment, now or later.

        What was detected is part of it: the same preset must mean the same after the
        facts changed, be it only because it was applied.  Defaults are not.
        """
        asked = (one for section in SECTIONS for one in self.asked(section.name))
        return with_detected(self._answers, asked)
