"""What stood in a file of our name before us is never lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from octavia_wizard.core.emit.user_variables import user_variables
from tests.core.emit.support import OVERRIDES, effective_of, facts_of


class TestKept:
    """A hand-written file of the same name is taken over without losing anything."""

    THEIRS = (
        "---\n# mine\n\n# why: nested virtualisation\noctavia_tls_listener_enabled: false\n"
        "tempest_list:\n  - a   # first\n  - b\noctavia_amp_ram: 512\n"
        f"{OVERRIDES}:\n  health_manager:\n    failover_threads: 2\n"
    )

    def run(self, deploy: Path, **answers: Any) -> str:
        """Emit for a directory, write, and return what was written."""
        facts = facts_of(deploy)
        file = user_variables(effective_of("33.0.1", facts, **answers), facts)
        (deploy / file.path).write_text(file.text)
        return file.text

    def test_their_variables_stay_word_for_word_below_ours(self, tmp_path: Path) -> None:
        (tmp_path / "user_variables_octavia.yml").write_text(self.THEIRS)
        text = self.run(tmp_path, capacity__ram_mib=2048)
        assert "# why: nested virtualisation\noctavia_tls_listener_enabled: false\n" in text
        assert "tempest_list:\n  - a   # first\n  - b\n" in text
        found = yaml.safe_load(text)
        assert found["octavia_amp_ram"] == 2048
        assert found[OVERRIDES]["health_manager"] == {"failover_threads": 2}
        assert "server_certs_key_passphrase" in found[OVERRIDES]["certificates"]

    def test_the_next_runs_change_nothing_more(self, tmp_path: Path) -> None:
        (tmp_path / "user_variables_octavia.yml").write_text(self.THEIRS)
        first = self.run(tmp_path)
        assert self.run(tmp_path) == first
        assert self.run(tmp_path) == first

    def test_a_long_list_of_what_is_kept_is_understood_again(self, tmp_path: Path) -> None:
        theirs = "".join(f"  section_{n}:\n    an_option_with_a_long_name: {n}\n" for n in range(9))
        (tmp_path / "user_variables_octavia.yml").write_text(f"{OVERRIDES}:\n{theirs}")
        first = self.run(tmp_path)
        assert self.run(tmp_path) == first
        assert len(yaml.safe_load(first)[OVERRIDES]) == 10

    def test_a_kept_variable_gives_way_once_it_is_answered(self, tmp_path: Path) -> None:
        (tmp_path / "user_variables_octavia.yml").write_text(self.THEIRS)
        self.run(tmp_path)
        text = self.run(tmp_path, variables__octavia_tls_listener_enabled=True)
        assert yaml.safe_load(text)["octavia_tls_listener_enabled"] is True
        assert text.count("octavia_tls_listener_enabled:") == 1

    def test_what_an_answer_decides_does_not_stay_beside_it(self, tmp_path: Path) -> None:
        (tmp_path / "user_variables_octavia.yml").write_text(self.THEIRS)
        # 1024 is the role's default, so ours says nothing; their 512 must not speak instead.
        assert "octavia_amp_ram" not in yaml.safe_load(self.run(tmp_path))

    def test_comments_alone_are_no_change(self, tmp_path: Path) -> None:
        text = self.run(tmp_path)
        path = tmp_path / "user_variables_octavia.yml"
        path.write_text(text.replace("# From: ", "# Of old: "))
        facts = facts_of(tmp_path)
        effective = effective_of("33.0.1", facts)
        assert not user_variables(effective, facts).changed
        path.write_text(text + "octavia_amp_ram: 1\n")
        facts = facts_of(tmp_path)
        assert user_variables(effective, facts).changed
