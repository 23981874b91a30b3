"""Clouds are asked for a token while one chooses; each way it can go is told in words."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.facts.checks import CheckState
from octavia_wizard.core.session import Session
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.sections.cloud import CloudScreen
from tests.core.cloud.stub import Stub, running_stub
from tests.screens.conftest import Desk, Opened

PASSWORD = "swordfish-7361"
LOGIN = "POST /v3/auth/tokens"


@pytest.fixture(autouse=True)
def clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tester's own clouds out of it."""
    for name in [name for name in os.environ if name.startswith("OS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("openstack.config.loader.CONFIG_FILES", [str(tmp_path / "clouds.yaml")])
    monkeypatch.setattr("openstack.config.loader.SECURE_FILES", [])


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A keystone that answers what it is told."""
    with running_stub() as stub:
        yield stub


@pytest.fixture
def closed() -> Iterator[str]:
    """The address of a port of loopback on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def write(tmp_path: Path, session: Session, **urls: str) -> None:
    """Write a clouds.yaml with these clouds, and let it be read."""
    lines = ["clouds:"]
    for name, url in urls.items():
        auth = (
            f'auth_url: "{url}/v3", username: boss, password: {PASSWORD}, project_name: service, '
            "user_domain_name: Default, project_domain_name: Default"
        )
        lines.append(f"  {name}: {{region_name: RegionOne, auth: {{{auth}}}}}")
    (tmp_path / "clouds.yaml").write_text("\n".join(lines))
    session.read_host()


def row(desk: Desk, name: str) -> str:
    """Return the line of a cloud in the table."""
    return next(line for line in desk.lines() if line.strip(" •").startswith(f"{name} "))


async def test_each_cloud_is_told_with_what_came_of_it(
    opened: Opened, session: Session, tmp_path: Path, stub: Stub, closed: str
) -> None:
    write(tmp_path, session, site=stub.url, gone=closed)
    async with opened() as desk:
        await desk.press("1", "down")
        assert "✓ ok" in row(desk, "site")
        assert "boss in service" in row(desk, "site")
        assert "✗ unreachable" in row(desk, "gone")
        assert PASSWORD not in desk.text()


async def test_of_an_unreachable_cloud_that_is_chosen_the_reason_and_the_cure_are_told(
    opened: Opened, session: Session, tmp_path: Path, closed: str
) -> None:
    write(tmp_path, session, gone=closed, other=closed)
    async with opened() as desk:
        await desk.press("1", "down")
        await desk.paste("gone")
        text = " ".join(desk.text().split())
        assert "• gone" in text
        assert "connection refused" in text
        assert "→ check the address" in text


async def test_refused_credentials_are_tried_once_and_again_only_when_asked(
    opened: Opened, session: Session, tmp_path: Path, stub: Stub
) -> None:
    """Keystone may lock a user out after some wrong passwords."""
    stub.token = (401, {"error": {"message": f"wrong {PASSWORD}", "code": 401}})
    write(tmp_path, session, site=stub.url, other=stub.url)
    async with opened() as desk:
        await desk.press("1", "down")
        assert "✗ refused" in row(desk, "site")
        assert PASSWORD not in desk.text()
        assert stub.count(LOGIN) == 2
        await desk.press("escape", "1", "down", "escape")
        assert stub.count(LOGIN) == 2
        stub.token = None
        await desk.press("1", "down", "f5")
        assert stub.count(LOGIN) == 4
        assert "✓ ok" in row(desk, "site")


async def test_a_cloud_added_while_the_screen_is_open_is_found_by_f5(
    opened: Opened, session: Session, tmp_path: Path, stub: Stub
) -> None:
    async with opened() as desk:
        await desk.press("1", "down")
        assert "No cloud was found" in desk.text()
        write(tmp_path, Session(session.options), added=stub.url, second=stub.url)
        await desk.press("f5")
        assert "✓ ok" in row(desk, "added")


async def test_the_hub_asks_already_while_none_is_chosen_and_not_when_one_is(
    opened: Opened, session: Session, tmp_path: Path, stub: Stub
) -> None:
    write(tmp_path, session, site=stub.url, other=stub.url)
    async with opened():
        assert stub.count(LOGIN) == 2
        assert all(one.state is CheckState.OK for one in session.facts.checks.values())


async def test_a_chosen_cloud_is_only_read_not_asked_beside_it(
    opened: Opened, session: Session, tmp_path: Path, stub: Stub
) -> None:
    write(tmp_path, session, site=stub.url, other=stub.url)
    async with opened({"cloud.name": "site"}):
        assert stub.asked == []


async def test_files_only_asks_nobody_and_live_does(
    opened: Opened, session: Session, tmp_path: Path, stub: Stub
) -> None:
    write(tmp_path, session, site=stub.url, other=stub.url)
    async with opened({"cloud.mode": "files"}) as desk:
        await desk.press("1", "f5")
        assert stub.asked == []
        await desk.press("left")
        assert stub.count(LOGIN) == 2


async def test_the_list_to_pick_from_shows_the_same(
    opened: Opened, session: Session, tmp_path: Path, stub: Stub, closed: str
) -> None:
    write(tmp_path, session, site=stub.url, gone=closed)
    async with opened() as desk:
        await desk.press("1", "down", "f4")
        assert "✓ ok" in row(desk, "site")
        assert "✗ unreachable" in row(desk, "gone")
        await desk.press("enter")
        assert session.effective.text("cloud.name") == "site"


async def test_the_environment_has_a_row_of_its_own(
    opened: Opened, session: Session, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    environ = {
        "OS_AUTH_URL": f"{closed}/v3",
        "OS_USERNAME": "boss",
        "OS_PASSWORD": PASSWORD,
        "OS_PROJECT_NAME": "service",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    known = Session(session.options.__class__(session.options.deploy_dir, environ=environ))
    known.read_host()
    session.facts = known.facts
    async with opened() as desk:
        await desk.press("1", "down")
        assert "✗ unreachable" in row(desk, "environment")
        assert PASSWORD not in desk.text()


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36)])
async def test_the_screen_can_be_used_at_every_size(
    opened: Opened, session: Session, tmp_path: Path, closed: str, size: tuple[int, int]
) -> None:
    write(tmp_path, session, gone=closed, other=closed)
    async with opened(size=size) as desk:
        await desk.press("1", "down")
        assert isinstance(desk.app.screen, CloudScreen)
        await desk.pilot.resize_terminal(60, 15)
        await desk.settle()
        await desk.paste("gone")
        await desk.press("f6", "escape", "enter", "escape")
        assert isinstance(desk.app.screen, HubScreen)


async def test_the_release_is_picked_from_all_there_are(opened: Opened, session: Session) -> None:
    async with opened({"cloud.name": "site"}) as desk:
        await desk.press("1", "down", "down", "down")
        assert "describe --tags" in desk.text()
        await desk.press("f4")
        assert "2026.1 Gazpacho" in desk.text()
        await desk.type("yoga")
        await desk.press("enter")
        assert session.effective.release.series == "yoga"
        assert "deploys Octavia 10.1" in desk.text()
