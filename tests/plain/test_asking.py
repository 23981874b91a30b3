"""What an operator can do at a question: move, look, choose among thousands, mend."""

from __future__ import annotations

import time

import pytest

from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.session import Session
from octavia_wizard.plain.options import Move
from tests.fakes import SERVICE, FakeCloud
from tests.plain.conftest import Asked

FILES = {"cloud.mode": "files", "cloud.release": "33.0.1"}
LIVE = {"cloud.name": "site", "cloud.release": "33.0.1"}
MANY = 10_000


@pytest.fixture
def crowded(cloud: FakeCloud) -> FakeCloud:
    """A cloud with ten thousand networks."""
    for number in range(MANY):
        name = f"tenant-{number:05}"
        network = Network(f"net-id-{number:05}", name, SERVICE, "vxlan", None, number)
        cloud.networks[network.id] = network
    cloud.networks["lb"] = Network("lb", "lbaas-mgmt", SERVICE, "vlan", "physnet1", 400, 1500)
    cloud.subnets["s"] = Subnet("s", "s", "lb", SERVICE, "10.9.0.0/24")
    return cloud


class TestMoves:
    """Single signs lead elsewhere; all else is an answer."""

    def test_equals_lets_the_default_hold_again(self, asked: Asked, session: Session) -> None:
        sitting = asked({**FILES, "network.name": "mine"})
        sitting.ask("network.name", "=", "")

        assert "network.name" not in session.answers
        assert "the default holds again: lbaas-mgmt" in sitting.written

    def test_equals_says_where_the_default_holds_already(self, asked: Asked) -> None:
        sitting = asked(FILES)
        sitting.ask("network.name", "=", "")

        assert "the default holds already" in sitting.written

    def test_none_is_an_answer(self, asked: Asked, session: Session) -> None:
        sitting = asked({**FILES, "network.allowed_cidr": "10.0.0.0/8"})
        sitting.ask("network.allowed_cidr", "none", then="n")

        assert session.answers.values["network.allowed_cidr"] is None

    def test_a_network_may_be_called_as_a_move_is(self, asked: Asked, session: Session) -> None:
        sitting = asked(FILES)
        sitting.ask("network.name", "\\v")

        assert session.answers.values["network.name"] == "v"

    def test_a_bad_answer_says_what_is_wrong_and_how_to_mend_it(self, asked: Asked) -> None:
        sitting = asked(FILES)
        sitting.ask("network.mtu", "many", "<")

        assert "'many' is not a whole number of bytes (type digits)" in sitting.written

    def test_an_answer_there_is_none_of_leaves_the_former_one(
        self, asked: Asked, session: Session
    ) -> None:
        sitting = asked(FILES)
        sitting.ask("cloud.release", "99", "<")

        assert session.answers.values["cloud.release"] == "33.0.1"
        assert "unknown OpenStack-Ansible release '99'" in sitting.written


class TestFindings:
    """What is wrong with an answer is told at once, with its cure."""

    def test_an_error_is_told_and_can_be_mended(self, asked: Asked, session: Session) -> None:
        sitting = asked({**FILES, "network.cidr": "10.5.0.0/22"})
        sitting.ask("network.pool", "10.6.0.10-10.6.0.20", "", "10.5.0.60-10.5.3.90")
        text = sitting.written

        assert "✗ error: " in text
        assert "cure" in text
        assert "Answer again? [Y/n]" in text
        assert session.answers.values["network.pool"] == "10.5.0.60-10.5.3.90"

    def test_it_stands_beside_the_question_when_it_is_asked_later(self, asked: Asked) -> None:
        sitting = asked(
            {**FILES, "network.cidr": "10.5.0.0/22", "network.pool": "10.6.0.10-10.6.0.20"}
        )
        sitting.ask("network.pool", "<")

        assert "✗ error: " in sitting.written

    def test_what_is_in_order_asks_nothing_more(self, asked: Asked) -> None:
        sitting = asked(FILES)
        operator = sitting.type("10.5.0.60-10.5.3.90", "unread")
        session = sitting.session
        session.give_text("network.cidr", "10.5.0.0/22")
        sitting.asker.ask(session.question("network.pool"))

        assert operator.left == ["unread"]


class TestManyNetworks:
    """Of ten thousand, a part of the name is enough."""

    @pytest.fixture(autouse=True)
    def adopting(self, crowded: FakeCloud, asked: Asked) -> None:
        self.sitting = asked({**LIVE, "network.mode": "adopt"})
        self.sitting.asker.read_cloud()
        assert self.sitting.written

    def answer(self, *lines: str) -> object:
        """Choose the network and return what was taken."""
        self.sitting.ask("network.existing", *lines, then="n")
        return self.sitting.session.answers.values.get("network.existing")

    def test_all_of_them_are_not_listed(self) -> None:
        self.answer("<")
        text = self.sitting.written

        assert f"{MANY + 1} to choose from" in text
        assert "tenant-00500" not in text

    def test_the_whole_name_is_taken_at_once(self) -> None:
        assert self.answer("lbaas-mgmt") == "lb"

    def test_a_part_lists_the_matches_with_their_columns(self) -> None:
        assert self.answer("lba", "") == "lb"
        text = self.sitting.written
        assert "lbaas-mgmt" in text
        assert "10.9.0.0/24" in text

    def test_a_number_takes_a_match(self) -> None:
        assert self.answer("tenant-0123", "5") == "net-id-01234"

    def test_more_letters_narrow_it_further(self) -> None:
        assert self.answer("tenant-01", "tenant-0123", "tenant-01239") == "net-id-01239"
        assert "1000 match 'tenant-01'; type more" in self.sitting.written

    def test_slips_are_forgiven(self) -> None:
        assert self.answer("lbmgmt", "") == "lb"

    def test_the_same_twice_means_just_that(self) -> None:
        assert self.answer("lba", "lba") == "lba"

    def test_one_can_go_back_from_the_matches(self) -> None:
        self.sitting.type("tenant-0123", "<")
        asker = self.sitting.asker

        assert asker.ask(self.sitting.session.question("network.existing")) is Move.BACK

    def test_it_answers_within_the_blink_of_an_eye(self) -> None:
        self.answer("<")
        start = time.perf_counter()
        self.answer("tenant-0123", "<")

        assert time.perf_counter() - start < 2


class TestTheCloud:
    """An answer that moves to another cloud has it read."""

    def test_the_cloud_is_read_when_it_is_named(self, asked: Asked, session: Session) -> None:
        sitting = asked({"cloud.release": "33.0.1"})
        sitting.ask("cloud.name", "site", then="n")

        assert "cloud site, region RegionOne: read" in sitting.written
        assert session.facts.cloud is not None

    def test_files_only_forgets_it(self, asked: Asked, session: Session) -> None:
        sitting = asked(LIVE)
        sitting.asker.read_cloud()
        sitting.ask("cloud.mode", "files", then="n")

        assert session.facts.cloud is None

    def test_facts_of_a_session_are_what_was_read(self, asked: Asked, session: Session) -> None:
        sitting = asked(LIVE)
        sitting.asker.read_cloud()
        facts: Facts = session.facts

        assert facts.cloud is not None
        assert facts.cloud.name == "site"


def test_a_password_in_a_url_is_never_written(asked: Asked, session: Session) -> None:
    url = "https://me:secret@mirror.example/amphora.qcow2"
    sitting = asked({"cloud.name": "site", "image.source": "download", "image.url": url})
    sitting.ask("image.url", "?", "v", "")
    text = sitting.written

    assert "https://mirror.example/amphora.qcow2" in text
    assert "secret" not in text
    assert session.answers.values["image.url"] == url
