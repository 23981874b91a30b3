"""What every test of verifications takes for granted."""

from __future__ import annotations

import pytest

from octavia_wizard.core.verification import smoke_names


@pytest.fixture(autouse=True)
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the host that runs the tests have no address in a range for documentation."""
    monkeypatch.setattr(smoke_names, "own_addresses", lambda networks: ())
