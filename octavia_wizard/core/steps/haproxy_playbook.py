"""Step: the playbook that adds the API of Octavia to HAProxy."""

from __future__ import annotations

from typing import ClassVar

from octavia_wizard.core.steps.playbook import PlaybookStep


class HAProxyPlaybookStep(PlaybookStep):
    """Adds the API of Octavia to HAProxy."""

    id = "haproxy_playbook"
    title = "Playbook: HAProxy"
    purpose = "haproxy"
    rule = "haproxy"
    needs: ClassVar[tuple[str, ...]] = ("octavia_playbook",)
    without = "the API of Octavia cannot be reached through HAProxy"
