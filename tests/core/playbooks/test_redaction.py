"""What looks like a secret is not told, by the wizard or by its callback plugin."""

from __future__ import annotations

import ast
import importlib.util
import time
from pathlib import Path
from types import ModuleType

import pytest

import octavia_wizard.core.playbooks
from octavia_wizard.core.playbooks.redaction import Lines, redacted

PLUGIN = Path(octavia_wizard.core.playbooks.__file__).parent / "callback/octavia_wizard_events.py"


@pytest.fixture(scope="module")
def plugin() -> ModuleType:
    """The plugin, as Ansible loads it."""
    spec = importlib.util.spec_from_file_location("octavia_wizard_events", PLUGIN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("password=hunter2", "password=***"),
        ("the Password : hunter2 is bad", "the Password : *** is bad"),
        (
            '{"service_password": "hunter 2", "b": 1}',
            '{"service_password": ***, "b": 1}',
        ),
        ("{'token': u'hunter2'}", "{'token': ***"),
        ("heartbeat_key: hunter2", "heartbeat_key: ***"),
        ("mysql --password hunter2 -e x", "mysql --password *** -e x"),
        ("https://me:hunter2@example.org/x", "https://me:***@example.org/x"),
        ("Authorization: Bearer hunter2hunter2", "Authorization: Bearer ***"),
        ("x\n-----BEGIN RSA PRIVATE KEY-----\nhunter2", "x\n(a private key)"),
        ("KeyError: 'octavia_x'", "KeyError: 'octavia_x'"),
        ("'octavia_service_password' is undefined", "'octavia_service_password' is undefined"),
        ("monkey: eats", "monkey: eats"),
    ],
)
def test_secrets_are_left_out_and_the_rest_stays(plugin: ModuleType, text: str, told: str) -> None:
    assert redacted(text) == told
    assert plugin.redacted(text) == told
    assert plugin.redacted(text.encode()) == told


@pytest.mark.parametrize("piece", ["A", "a-", "--a", "key", "=: ", "://a:", '"'])
def test_no_line_takes_long(plugin: ModuleType, piece: str) -> None:
    line = piece * 20_000
    began = time.process_time()
    redacted(line)
    plugin.redacted(line)
    assert time.process_time() - began < 1.0


KEY = ("-----BEGIN RSA PRIVATE KEY-----", "Proc-Type: 4,ENCRYPTED", "", "MIIEpAIBAAKC/+x=")


@pytest.mark.parametrize("before", ["", "        ", "+", "> "])
def test_a_private_key_of_several_lines_is_left_out(before: str) -> None:
    lines = Lines()
    text = [
        "msg: |-",
        *(f"{before}{line}" for line in KEY),
        f"{before}-----END RSA PRIVATE KEY-----",
    ]
    told = [lines.take(line) for line in [*text, "TASK [after it]", "MIIEpAIBAAKC"]]
    assert told[0] == "msg: |-"
    assert told[1] == f"{before}(a private key)"
    assert told[2:5] == [None] * 3
    assert (told[5] or "").strip() == ""
    assert told[6:] == ["TASK [after it]", "MIIEpAIBAAKC"]


def test_an_output_seen_from_the_middle_of_a_key_on() -> None:
    lines = Lines(from_the_middle=True)
    assert [lines.take(line) for line in ("MIIEpA==", "ok: [a]", "MIIEpA==")] == [
        None,
        "ok: [a]",
        "MIIEpA==",
    ]


def test_a_key_within_a_line_hides_no_other_line() -> None:
    lines = Lines()
    assert lines.take('"-----BEGIN PRIVATE KEY-----\\nMII\\n-----END PRIVATE KEY-----"') == (
        '"(a private key)'
    )
    assert lines.take("ok") == "ok"


def test_messages_are_cut(plugin: ModuleType) -> None:
    assert len(plugin.redacted("x" * 5000)) == 600
    assert len(redacted("x" * 50_000)) == 2000


def test_the_plugin_is_silent_without_its_file(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OCTAVIA_WIZARD_EVENTS", raising=False)
    assert plugin.CallbackModule().disabled
    monkeypatch.setenv("OCTAVIA_WIZARD_EVENTS", str(tmp_path / "none" / "events"))
    quiet = plugin.CallbackModule()
    assert quiet.disabled
    quiet.v2_playbook_on_start(None)
    monkeypatch.setenv("OCTAVIA_WIZARD_EVENTS", str(tmp_path / "events"))
    # Whatever Ansible hands over, nothing comes of it but silence.
    plugin.CallbackModule().v2_runner_on_failed(object())
    assert (tmp_path / "events").read_text() == ""
    assert (tmp_path / "events").stat().st_mode & 0o077 == 0


def test_the_plugin_is_written_for_python_2_as_well() -> None:
    """Ansible of the oldest releases runs on Python 2.7."""
    tree = ast.parse(PLUGIN.read_text())
    newer = (
        ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Nonlocal, ast.YieldFrom,
        ast.Match, ast.AsyncFunctionDef,
    )  # fmt: skip
    for node in ast.walk(tree):
        assert not isinstance(node, newer), ast.dump(node)
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None
            assert not node.args.kwonlyargs
            assert not [a for a in node.args.args if a.annotation]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "super":
            assert node.args
    assert PLUGIN.read_text().isascii()


@pytest.mark.parametrize(
    ("stderr", "told"),
    [
        (
            "Job for octavia-api.service failed because the control process exited.\n"
            'See "systemctl status" for details.\n',
            "non-zero return code: Job for octavia-api.service failed because the control process "
            'exited. / See "systemctl status" for details.',
        ),
        (
            "Traceback (most recent call last):\n  File 'x', line 3\n    raise\nValueError: no\n",
            "non-zero return code: ValueError: no",
        ),
    ],
)
def test_of_what_a_command_said_the_cause_is_told(
    plugin: ModuleType, stderr: str, told: str
) -> None:
    result = {"msg": "non-zero return code", "stderr": stderr, "_ansible_no_log": False}
    assert plugin.message_of(None, result) == told
