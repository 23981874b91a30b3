"""Stands in for OSA's strategy ``linear``, which is Ansible's with a little added."""

from __future__ import annotations

from ansible.plugins.strategy.linear import (  # type: ignore[import-untyped]
    StrategyModule as Linear,
)

DOCUMENTATION = """
name: linear
short_description: tasks one after the other, each on all hosts
description: As Ansible's own.
author: the tests
"""


class StrategyModule(Linear):  # type: ignore[misc]
    """Runs a play task by task."""
