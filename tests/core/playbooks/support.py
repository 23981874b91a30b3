"""Small deployments whose playbooks are run by real Ansible, on this host alone."""

from __future__ import annotations

import os
import signal
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.playbooks.kept import ID, Kept, load
from octavia_wizard.core.playbooks.play import PlayContext, play
from octavia_wizard.core.playbooks.record import PlaybookCall, PlaybookRun
from octavia_wizard.core.playbooks.runs import new_id
from octavia_wizard.core.playbooks.standing import PlayReport, PlayStanding
from octavia_wizard.core.vault import Vault

ANSIBLE = Path(sys.executable).parent
OTHERS = Path(os.environ.get("OCTAVIA_WIZARD_TEST_ANSIBLES", "/nonexistent"))
"""Directory with other Ansibles, one virtual environment each."""

# As OSA's of Pike: what it exports by default can be set before, the list of callbacks cannot.
WRAPPER = """\
#!/bin/bash
export PATH="{ansible}:$PATH"
export ANSIBLE_CALLBACK_PLUGINS="${{ANSIBLE_CALLBACK_PLUGINS:-/etc/ansible/roles/plugins/callback}}"
export ANSIBLE_CALLBACK_WHITELIST="profile_tasks"
export ANSIBLE_INVENTORY="${{ANSIBLE_INVENTORY:-{root}/inventory}}"
export ANSIBLE_HOST_KEY_CHECKING=False ANSIBLE_TIMEOUT=3 ANSIBLE_FORCE_HANDLERS=True
{more}
VARS="$(for i in $(ls {root}/user_*.yml 2>/dev/null); do echo -ne "-e @$i "; done)"
echo "Variable files: \\"${{VARS}}\\""
ansible-playbook ${{VARS}} "${{@}}"
ended="$?"
if [[ "$ended" -ne 0 ]]; then
  echo "EXIT NOTICE [Playbook execution failure]"
else
  echo "EXIT NOTICE [Playbook execution success]"
fi
exit "$ended"
"""
INVENTORY = """\
[octavia_all]
infra1
infra2
infra3

[away]
gone ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1

[empty]

[all:vars]
ansible_connection=local
ansible_python_interpreter={python}
"""


@dataclass
class Deployment:
    """A deploy host with a wrapper around Ansible, and the runs on it."""

    root: Path
    ansible: Path = ANSIBLE
    standings: list[PlayStanding] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    cancel: threading.Event = field(default_factory=threading.Event)
    on_standing: Callable[[PlayStanding], None] = lambda standing: None

    @property
    def runs(self) -> Path:
        """Where runs are kept."""
        return self.root / "state" / "playbooks"

    @property
    def wrapper(self) -> Path:
        """The ``openstack-ansible``."""
        return self.root / "openstack-ansible"

    def set_up(self, more: str = "") -> Deployment:
        """Write wrapper and inventory; ``more`` is what an operator's user.rc adds."""
        text = WRAPPER.format(ansible=self.ansible, root=self.root, more=more)
        self.wrapper.write_text(text)
        self.wrapper.chmod(0o755)
        (self.root / "inventory").write_text(INVENTORY.format(python=sys.executable))
        return self

    def playbook(self, text: str, name: str = "site.yml") -> str:
        """Write a playbook; returns its name."""
        return self.write(name, text)

    def write(self, name: str, text: str) -> str:
        """Write a file beside the playbooks; returns its name."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return name

    def call(self, *argv: str, purpose: str = "octavia", **more: object) -> PlaybookCall:
        """Ask for a run of ``site.yml``, or of what is named."""
        call = PlaybookCall(purpose, argv or ("site.yml",), self.wrapper, self.root)
        return replace(call, **more)  # type: ignore[arg-type]

    def context(self, vault: Vault | None = None) -> PlayContext:
        """What a run is given; standings and lines are kept here."""
        return PlayContext(self.runs, self._tell, self.lines.append, self.cancel, vault)

    def play(
        self, call: PlaybookCall | None = None, id: str = "", vault: Vault | None = None
    ) -> tuple[PlaybookRun, PlayReport]:
        """Run a playbook to its end."""
        call = call or self.call()
        return play(call, id or new_id(call.purpose), self.context(vault))

    def kept(self) -> list[Kept]:
        """Return what is written down of runs."""
        found = [load(path) for path in self.runs.iterdir() if ID.fullmatch(path.name)]
        return [kept for kept in found if kept is not None]

    def take_down(self) -> None:
        """End whatever a test left behind."""
        for kept in self.kept() if self.runs.is_dir() else ():
            for process in sessions.members(kept):
                with suppress(psutil.Error):
                    process.send_signal(signal.SIGKILL)

    def _tell(self, standing: PlayStanding) -> None:
        self.standings.append(standing)
        self.on_standing(standing)


def eventually(true: Callable[[], object], seconds: float = 20.0, what: str = "it") -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"waited {seconds:.0f} seconds in vain for {what}"
        time.sleep(0.05)
