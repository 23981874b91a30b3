"""From effective values to the texts OpenStack-Ansible reads; pure, nothing is written here."""

from __future__ import annotations

from octavia_wizard.core.emit.diff import unified
from octavia_wizard.core.emit.files import emit_files
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.emit.secrets import secrets_text
from octavia_wizard.core.emit.user_variables import variable_names

__all__ = ["EmittedFile", "emit_files", "secrets_text", "unified", "variable_names"]
