"""Warnings of a library never reach a screen."""

from __future__ import annotations

import warnings

import pytest

from octavia_wizard.core.pki.reading.quiet import quietly


def test_warnings_are_left_out_within_and_only_there() -> None:
    with quietly():
        warnings.warn("odd serial number", UserWarning, stacklevel=1)
    with pytest.raises(UserWarning):
        warnings.warn("odd serial number", UserWarning, stacklevel=1)
