"""A stand-in for openstack-ansible on this host: it notes how it was called, and ends at once."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

_SCRIPT = """\
#!/bin/sh
export OSA_VERSION="33.0.1"
export OSA_CLONE_ROOT="{clone}"
case "$*" in *--list-tasks*)
    printf '  play #1 (all): Prepare\\tTAGS: []\\n    tasks:\\n      Look around\\tTAGS: []\\n'
    printf '  play #2 (all): Install\\tTAGS: []\\n    tasks:\\n      Drop config\\tTAGS: []\\n'
    exit 0
esac
printf '%s\\n' "$*" >> {calls}
printf 'PLAY [Prepare] ***\\nTASK [Look around] ***\\nok: [infra1]\\n'
printf 'PLAY [Install %s] ***\\nTASK [Drop config] ***\\n' "$1"
if [ -e {fails} ]; then
    printf 'fatal: [infra1]: FAILED! => {{"changed": false, "msg": "no such thing"}}\\n'
    printf 'PLAY RECAP ***\\ninfra1 : ok=1 changed=0 unreachable=0 failed=1\\n'
    exit 2
fi
printf '\\033[0;33mchanged: [infra1]\\033[0m\\n'
printf 'PLAY RECAP ***\\ninfra1 : ok=1 changed=1 unreachable=0 failed=0\\007\\n'
"""


@dataclass
class OsaStandIn:
    """Where it is, and what it was asked to do."""

    root: Path

    @classmethod
    def on_path(cls, root: Path, monkeypatch: pytest.MonkeyPatch) -> OsaStandIn:
        """Install it so that it is found first."""
        made = cls(root)
        (root / "bin").mkdir(parents=True)
        (root / "clone/playbooks").mkdir(parents=True)
        script = root / "bin/openstack-ansible"
        names = {"clone": root / "clone", "calls": made.calls_file, "fails": made.failing}
        script.write_text(
            _SCRIPT.format(**{name: shlex.quote(str(path)) for name, path in names.items()})
        )
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{script.parent}:/usr/bin:/bin")
        return made

    @property
    def calls_file(self) -> Path:
        """Where it notes its calls."""
        return self.root / "calls"

    @property
    def failing(self) -> Path:
        """While this is there, it fails."""
        return self.root / "fails"

    @property
    def calls(self) -> list[str]:
        """Return the command lines it was called with, without its name."""
        return self.calls_file.read_text().splitlines() if self.calls_file.exists() else []
