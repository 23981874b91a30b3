"""Deploy hosts as OpenStack-Ansible leaves them, each below a directory, for tests to work on."""

from __future__ import annotations

from tests.osa.era import ERAS, RELEASES, Encryption, Era
from tests.osa.host import DeployHost, Switch
from tests.osa.tree import build_tree

__all__ = ["ERAS", "RELEASES", "DeployHost", "Encryption", "Era", "Switch", "build_tree"]
