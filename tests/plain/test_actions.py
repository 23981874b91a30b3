"""What else can be done at a question, behind the key !."""

from __future__ import annotations

import pytest

from octavia_wizard.core.session import Session
from octavia_wizard.plain.asking import Jump
from tests.plain.conftest import Asked

FILES = {"cloud.mode": "files", "cloud.release": "33.0.1"}


class TestElsewhere:
    """The key ! opens what else can be done."""

    def test_it_names_what_the_section_can_do(self, asked: Asked) -> None:
        sitting = asked(FILES)
        sitting.ask("network.cidr", "!", "back", "")
        text = sitting.written

        assert "propose: Propose a free CIDR and pool" in text
        assert "files: Show the files as they would be written" in text

    def test_another_question_of_the_section_is_one_step_away(self, asked: Asked) -> None:
        sitting = asked(FILES)

        assert sitting.ask("network.cidr", "!", "question", "Network name") == Jump("network.name")

    def test_so_is_the_list_of_sections(self, asked: Asked) -> None:
        assert asked(FILES).ask("network.cidr", "!", "sections") == Jump()

    def test_a_section_is_gone_through_from_where_one_jumped(
        self, asked: Asked, session: Session
    ) -> None:
        sitting = asked(FILES)
        sitting.type("!", "question", "Network name", "mine", "!", "sections")

        assert not sitting.asker.ask_section("network")
        assert session.answers.values["network.name"] == "mine"

    def test_a_proposal_is_taken_on_a_yes(self, asked: Asked, session: Session) -> None:
        sitting = asked({**FILES, "network.cidr": "172.29.236.0/24"})
        sitting.ask("network.cidr", "!", "propose", "y", "")
        pool = session.answers.values["network.pool"]

        assert str(pool) in sitting.written
        assert not [f for f in session.blocking if f.key in ("network.cidr", "network.pool")]

    def test_a_proposal_is_left_on_a_no(self, asked: Asked, session: Session) -> None:
        sitting = asked(FILES)
        sitting.ask("network.cidr", "!", "propose", "n", "")

        assert "network.pool" not in session.answers

    @pytest.mark.parametrize(
        ("deed", "told"),
        [
            ("findings", "why"),
            ("files", "user_variables_octavia.yml"),
            ("where", "answers.yml"),
            ("pictures", "to scale"),
            ("entry", "conf.d"),
        ],
    )
    def test_what_can_be_looked_at_is_shown(self, asked: Asked, deed: str, told: str) -> None:
        sitting = asked({**FILES, "deployment.hosts": "infra1=172.29.236.11"})
        sitting.ask("network.cidr", "!", deed, "")

        assert told in sitting.written

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("network.pool", "Most sites leave the first 50"),
            ("octavia_wsgi_threads", "default by release"),
            ("pool-outside-cidr", "fix: "),
            ("certificates", "certificates.key_type"),
            ("network.pol", "did you mean network.pool"),
        ],
    )
    def test_anything_is_explained_by_its_name(self, asked: Asked, name: str, told: str) -> None:
        sitting = asked(FILES)
        sitting.ask("network.cidr", "!", "explain", name, "")

        assert told in " ".join(sitting.written.split())
