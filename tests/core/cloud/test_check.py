"""Asking a cloud for a token: each way it can go, within bounds, and never with a secret."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from octavia_wizard.core.cloud.check import check_cloud, host_of, named_clouds
from octavia_wizard.core.facts.checks import ENVIRONMENT, CheckState, CloudCheck
from tests.conftest import RehearsalCloud
from tests.core.cloud.stub import Stub, running_stub

PASSWORD = "swordfish-7361"
ENTRY = """
  {name}:
    region_name: RegionOne
    {more}
    auth: {{auth_url: "{url}", username: admin, password: {password}, project_name: admin,
           user_domain_name: Default, project_domain_name: Default}}
"""


@pytest.fixture(autouse=True)
def clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tester's own clouds out of it."""
    for name in [name for name in os.environ if name.startswith("OS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("openstack.config.loader.CONFIG_FILES", [str(tmp_path / "none.yaml")])
    monkeypatch.setattr("openstack.config.loader.SECURE_FILES", [])


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A keystone that answers what it is told."""
    with running_stub() as stub:
        yield stub


def clouds(tmp_path: Path, url: str, *, more: str = "", password: str = PASSWORD) -> list[Path]:
    """Write a clouds.yaml with one cloud called site."""
    path = tmp_path / "clouds.yaml"
    entry = ENTRY.format(name="site", url=url, more=more, password=password)
    path.write_text(f"clouds:{entry}")
    return [path]


def check(files: list[Path], timeout: float = 10.0) -> CloudCheck:
    """Ask the cloud site."""
    found = check_cloud(CloudCheck("site"), extra_files=files, timeout=timeout)
    assert PASSWORD not in repr(found)
    return found


@contextmanager
def closed_port() -> Iterator[int]:
    """A port of loopback on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextmanager
def mute_port() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen(8)
        yield held.getsockname()[1]


@contextmanager
def self_signed_port(tmp_path: Path) -> Iterator[int]:
    """A port with a certificate that no authority known here has signed."""
    subject = ["-subj", "/CN=localhost", "-days", "2", "-nodes", "-newkey", "rsa:2048"]
    files = ["-keyout", str(tmp_path / "k.pem"), "-out", str(tmp_path / "c.pem")]
    subprocess.run(["openssl", "req", "-x509", *subject, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c.pem", tmp_path / "k.pem")
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                taken, _ = listener.accept()
            except TimeoutError:
                continue
            with taken:
                taken.settimeout(2)
                # The client turns away, as it should.
                with suppress(OSError):
                    context.wrap_socket(taken, server_side=True).close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        thread.join()
        listener.close()


def test_a_token_tells_user_project_region_and_that_it_took_two_requests(
    tmp_path: Path, stub: Stub
) -> None:
    found = check(clouds(tmp_path, f"{stub.url}/v3"))
    assert found.state is CheckState.OK
    assert (found.user, found.project, found.regions) == ("boss", "service", ("RegionOne",))
    assert found.keystone == stub.url.removeprefix("http://")
    assert found.message == ""
    assert stub.asked == ["GET /v3", "POST /v3/auth/tokens"]
    assert 0 < found.seconds < 10


def test_a_refused_password_is_tried_once_only_and_not_repeated_in_words(
    tmp_path: Path, stub: Stub
) -> None:
    """Keystone can lock a user out after some wrong passwords."""
    stub.token = (401, {"error": {"message": f"no user with {PASSWORD}", "code": 401}})
    found = check(clouds(tmp_path, f"{stub.url}/v3"))
    assert found.state is CheckState.REFUSED
    assert "refused the credentials of admin" in found.message
    assert "check user name, password" in found.hint
    assert stub.count("POST /v3/auth/tokens") == 1


def test_a_busy_keystone_is_not_asked_again(tmp_path: Path, stub: Stub) -> None:
    stub.token = (503, {"error": {"message": "busy", "code": 503}})
    found = check(clouds(tmp_path, f"{stub.url}/v3"))
    assert found.state is CheckState.UNREACHABLE
    assert stub.count("POST /v3/auth/tokens") == 1


@pytest.mark.parametrize("path", ["/v3", ""])
def test_a_closed_port_is_unreachable_at_once(tmp_path: Path, path: str) -> None:
    with closed_port() as port:
        found = check(clouds(tmp_path, f"http://127.0.0.1:{port}{path}"))
    assert found.state is CheckState.UNREACHABLE
    assert "connection refused" in found.message
    assert found.seconds < 5


def test_a_port_that_says_nothing_is_given_up_in_time(tmp_path: Path) -> None:
    with mute_port() as port:
        start = time.monotonic()
        found = check(clouds(tmp_path, f"http://127.0.0.1:{port}/v3"), timeout=1.5)
        took = time.monotonic() - start
    assert found.state is CheckState.UNREACHABLE
    assert took < 2.5


def test_a_name_that_does_not_resolve_is_unreachable(tmp_path: Path) -> None:
    found = check(clouds(tmp_path, "http://keystone.invalid:5000/v3"))
    assert found.state is CheckState.UNREACHABLE
    assert "resolve" in found.message or "did not answer" in found.message


def test_a_certificate_nobody_vouches_for_makes_it_unusable(tmp_path: Path) -> None:
    with self_signed_port(tmp_path) as port:
        found = check(clouds(tmp_path, f"https://127.0.0.1:{port}/v3"))
    assert found.state is CheckState.UNUSABLE
    assert "cannot be trusted" in found.message
    assert "cacert" in found.hint


def test_something_that_is_no_keystone_is_unusable(tmp_path: Path, stub: Stub) -> None:
    found = check(clouds(tmp_path, f"{stub.url}/elsewhere"))
    assert found.state is CheckState.UNUSABLE
    assert found.message


def test_settings_that_are_not_enough_are_unusable_and_nothing_is_asked(
    tmp_path: Path, stub: Stub
) -> None:
    path = tmp_path / "clouds.yaml"
    path.write_text(f'clouds: {{site: {{auth: {{auth_url: "{stub.url}/v3", username: a}}}}}}')
    found = check([path])
    assert found.state is CheckState.UNUSABLE
    assert "lacks" in found.message
    assert stub.asked == []


def test_a_login_that_uses_up_a_code_is_not_tried(tmp_path: Path, stub: Stub) -> None:
    path = tmp_path / "clouds.yaml"
    path.write_text(
        f"""clouds: {{site: {{auth_type: v3totp, auth: {{auth_url: "{stub.url}/v3", username: a,
        passcode: "123456", user_domain_name: Default, project_name: p,
        project_domain_name: Default}}}}}}"""
    )
    found = check([path])
    assert found.state is CheckState.UNCHECKED
    assert "used once" in found.message
    assert stub.asked == []


def test_what_files_and_environment_name_is_listed_without_asking(
    tmp_path: Path, stub: Stub
) -> None:
    files = clouds(tmp_path, f"http://boss:{PASSWORD}@127.0.0.1:5000/v3")
    environ = {"OS_AUTH_URL": f"https://u:{PASSWORD}@keystone:5000", "OS_REGION_NAME": "north"}
    named, checks = named_clouds(files, environ)
    assert [(one.value, one.source) for one in named] == [("site", str(files[0]))]
    assert checks["site"] == CloudCheck("site", regions=("RegionOne",), keystone="127.0.0.1:5000")
    assert checks[ENVIRONMENT].keystone == "keystone:5000"
    assert checks[ENVIRONMENT].regions == ("north",)
    assert PASSWORD not in repr((named, checks))


def test_an_address_that_is_none_has_no_host() -> None:
    assert host_of("http://[::1") == ""
    assert host_of("") == ""


@pytest.mark.integration
def test_a_real_keystone_lets_the_administrator_in_and_refuses_a_wrong_password(
    rehearsal_cloud: RehearsalCloud, tmp_path: Path
) -> None:
    real = rehearsal_cloud.clouds_file
    found = check_cloud(CloudCheck("rehearsal"), extra_files=[real])
    assert (found.state, found.admin, found.user) == (CheckState.OK, True, "admin")
    assert found.regions == ("RegionOne",)
    demo = check_cloud(CloudCheck("rehearsal-demo"), extra_files=[real])
    assert (demo.state, demo.admin) == (CheckState.OK, False)
    refused = check(clouds(tmp_path, f"http://{found.keystone}/v3"))
    assert refused.state is CheckState.REFUSED
