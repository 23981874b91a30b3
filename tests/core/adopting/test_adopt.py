"""An import changes nothing: what is emitted from it means what the operator's files meant."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import yaml

from octavia_wizard.core.adopting.model import Kept, Source
from octavia_wizard.core.adopting.preset import annotated_text
from octavia_wizard.core.adopting.values import UNKNOWN, default_of
from octavia_wizard.core.answers.load import load_text
from octavia_wizard.core.emit.user_variables import user_variables
from octavia_wizard.core.engine.plan import build_plan
from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.questions.resolve import resolve
from octavia_wizard.core.releases import find_release
from tests.core.adopting.support import (
    FILES,
    OURS,
    RELEASES,
    Site,
    ansible_view,
    meaning,
    octavias,
    site,
)
from tests.core.emit.support import BARE, effective_of
from tests.core.emit.test_golden import CASES

_CERTIFICATES = ("_cert", "_ca", "octavia_generate", "octavia_client_key")


def held(view: dict[str, object], name: str, running: Site) -> object:
    """Return what holds for a variable: the role's default, where no file says it."""
    if name in view:
        return view[name]
    default = default_of(running.release, name)
    return "computed" if default is UNKNOWN else meaning("" if default is None else default)


@pytest.mark.parametrize("release", RELEASES)
class TestEveryRelease:
    """Files as operators write them, by hand and with comments."""

    def test_all_files_together_mean_to_ansible_what_they_meant(
        self, release: str, tmp_path: Path
    ) -> None:
        running = site(release, tmp_path)
        before = octavias(ansible_view(running.directory), running.release)
        adoption = running.adopt()
        running.emit(adoption)
        after = octavias(ansible_view(running.directory), running.release)

        told = {one.name for one in adoption.deviations}
        changed = {
            name
            for name in {*before, *after}
            if held(before, name, running) != held(after, name, running)
        }
        assert changed == told

    def test_nothing_but_certificates_would_mean_something_else(
        self, release: str, tmp_path: Path
    ) -> None:
        adoption = site(release, tmp_path).adopt()
        for one in adoption.deviations:
            assert any(part in one.name for part in _CERTIFICATES), one
            assert one.why

    def test_the_emitted_file_alone_says_it_or_the_report_does(
        self, release: str, tmp_path: Path
    ) -> None:
        running = site(release, tmp_path)
        before = octavias(ansible_view(running.directory), running.release)
        adoption = running.adopt()
        running.emit(adoption)
        alone = octavias(ansible_view(running.directory, OURS), running.release)

        left = {one.name for one in adoption.asides}
        for name, value in before.items():
            if name not in left:
                assert held(alone, name, running) == value, name

    def test_importing_what_was_emitted_changes_nothing_again(
        self, release: str, tmp_path: Path
    ) -> None:
        running = site(release, tmp_path)
        running.emit(running.adopt())
        first = (running.directory / OURS).read_text()
        running.emit(running.adopt())
        second = (running.directory / OURS).read_text()

        assert yaml.safe_load(second) == yaml.safe_load(first)

    def test_the_preset_reads_back_as_the_same_answers(self, release: str, tmp_path: Path) -> None:
        adoption = site(release, tmp_path).adopt()
        text = annotated_text(adoption)

        assert load_text(text, "site.yml").values == adoption.answers.values

    def test_every_answer_says_where_it_is_from(self, release: str, tmp_path: Path) -> None:
        adoption = site(release, tmp_path).adopt()
        for line in adoption.lines:
            assert line.found.source is Source.GIVEN or line.found.where, line.key
            if line.found.source is Source.FILE:
                assert "user_variables.yml:" in line.found.where

    def test_no_answer_is_superfluous(self, release: str, tmp_path: Path) -> None:
        running = site(release, tmp_path)
        effective = resolve(running.adopt().answers, running.facts())
        assert not effective.unused

    def test_the_plan_makes_nothing_in_a_cloud_and_no_authorities(
        self, release: str, tmp_path: Path
    ) -> None:
        running = site(release, tmp_path)
        adoption = running.adopt()
        facts = running.facts()
        plan = build_plan(resolve(adoption.answers, facts), facts)
        changes = {item.step for item in plan.changes}
        assert changes <= {"files"}
        assert not plan.conflicts
        assert adoption.answers.values["certificates.source"] == "own"

    def test_no_secret_is_in_it(self, release: str, tmp_path: Path) -> None:
        adoption = site(release, tmp_path).adopt()
        assert "value-of" not in annotated_text(adoption)
        assert "value-of" not in repr(adoption)


@pytest.mark.parametrize("release", CASES)
def test_what_the_wizard_emits_is_read_back(release: str, tmp_path: Path) -> None:
    """Whatever was answered once, the emitted file tells all of it again, certificates apart."""
    text = user_variables(effective_of(release, BARE, **CASES[release]), BARE).text
    running = site(release, tmp_path, text, OURS)
    adoption = running.adopt()
    running.emit(adoption)
    one, two = yaml.safe_load(text), yaml.safe_load((running.directory / OURS).read_text())

    told = {deviation.name for deviation in adoption.deviations}
    assert {name for name in {*one, *two} if one.get(name) != two.get(name)} == told
    assert all(any(part in name for part in _CERTIFICATES) for name in told)


class TestWhatIsTold:
    """What a preset cannot say stays in the operator's files, and the operator is told."""

    def test_templates_stay_where_they_are(self, tmp_path: Path) -> None:
        adoption = site("25.6.0", tmp_path).adopt()
        kept = {one.name: one for one in adoption.asides}

        assert kept["octavia_wsgi_processes"].kind is Kept.TEMPLATE
        assert kept["octavia_wsgi_processes"].where == "user_variables.yml:12"

    def test_dead_names_are_told_with_the_way_out(self, tmp_path: Path) -> None:
        adoption = site("29.2.4", tmp_path).adopt()
        (dead,) = [one for one in adoption.asides if one.kind is Kept.DEAD]

        assert dead.name == "octavia_amp_image_id"
        assert "octavia_glance_image_tag" in dead.why

    def test_maps_are_not_touched(self, tmp_path: Path) -> None:
        running = site("31.3.0", tmp_path)
        adoption = running.adopt()
        running.emit(adoption)

        assert "octavia_octavia_conf_overrides" not in ansible_view(running.directory, OURS)
        assert Kept.MAP in {one.kind for one in adoption.asides}

    def test_the_last_file_wins(self, tmp_path: Path) -> None:
        running = site("33.0.1", tmp_path)
        later = running.directory / "user_variables_zz.yml"
        later.write_text("octavia_amp_active_retries: 60\n")
        adoption = running.adopt()
        line = next(one for one in adoption.lines if one.key == "capacity.active_retries")

        assert line.value == 60
        assert line.found.where == "user_variables_zz.yml:1"
        assert any(
            "user_variables_zz.yml is read later and wins" in text for text in adoption.twice
        )

    def test_what_is_encrypted_is_named_and_not_guessed(self, tmp_path: Path) -> None:
        running = site("33.0.1", tmp_path)
        closed = running.directory / "user_octavia_vault.yml"
        closed.write_text("$ANSIBLE_VAULT;1.1;AES256\n3034623938633063\n")
        value = "octavia_amp_ram: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  303462\n"
        (running.directory / "user_z.yml").write_text(value)
        adoption = running.adopt()
        running.emit(adoption)

        assert any("user_octavia_vault.yml" in text for text in adoption.unseen)
        assert "octavia_amp_ram" in {one.name for one in adoption.asides}
        assert "octavia_amp_ram" not in ansible_view_names(running, OURS)

    def test_what_differs_from_the_role_is_marked(self, tmp_path: Path) -> None:
        adoption = site("33.0.1", tmp_path).adopt()
        text = annotated_text(adoption)

        assert "vcpus: 2  # user_variables.yml:5; role default: 1" in text
        assert {"capacity.topology", "capacity.vcpus"} <= {one.key for one in adoption.differing}

    def test_dates_and_other_odd_values_do_no_harm(self, tmp_path: Path) -> None:
        text = FILES["33.0.1"] + "octavia_venv_tag: 2024-05-01\noctavia_user_pip_packages: {}\n"
        running = site("33.0.1", tmp_path, text)
        assert isinstance(
            running.facts().host.user_files[-1].variables["octavia_venv_tag"].value, datetime.date
        )
        adoption = running.adopt()

        kinds = {one.name: one.kind for one in adoption.asides}
        assert kinds["octavia_venv_tag"] is Kept.UNFIT


def ansible_view_names(running: Site, name: str) -> set[str]:
    """Return the names a file sets."""
    return set(yaml.safe_load((running.directory / name).read_text()) or {})


def test_a_host_without_octavia_has_nothing_to_import(tmp_path: Path) -> None:
    running = site("33.0.1", tmp_path, "debug: true\n")
    with pytest.raises(UsageError, match="no sign of Octavia"):
        running.adopt()


def test_answers_given_in_advance_hold(tmp_path: Path) -> None:
    adoption = site("33.0.1", tmp_path).adopt(given={"capacity.topology": "ACTIVE_STANDBY"})
    assert adoption.answers.values["capacity.topology"] == "ACTIVE_STANDBY"


def test_every_case_is_of_a_release_there_is() -> None:
    assert {find_release(name).name for name in RELEASES} == set(RELEASES)
