"""Variables of SSH access to amphorae."""

from __future__ import annotations

from pathlib import PurePath

from octavia_wizard.core.emit.entries import Row, View


def _enabled(view: View) -> bool:
    return view.effective.is_on("ssh.enabled")


def _key_directory(view: View) -> str | None:
    """Return where the role looks for the private key, where that is not its own place."""
    path = PurePath(view.effective.text("ssh.private_key"))
    if path.name != view.effective.maybe_text("ssh.key_name") or str(path.parent) == "~/.ssh":
        return None
    return str(path.parent)


ROWS = (
    Row(
        variable="octavia_ssh_enabled",
        key="ssh.enabled",
        why="Opens TCP 22 on the management network and gives amphorae the key.",
    ),
    Row(
        variable="octavia_ssh_key_name",
        key="ssh.key_name",
        why="Name of the key pair in Nova, where it belongs to the user octavia.",
        when=_enabled,
    ),
    Row(
        variable="octavia_ssh_key_manage",
        key="ssh.enabled",
        why="The key pair is not the role's to make or remove: octavia-wizard uploads it.",
        value=lambda _: False,
        when=_enabled,
    ),
    Row(
        variable="octavia_ssh_key_dir",
        key="ssh.private_key",
        why="Directory of the private key on the deploy host.",
        value=_key_directory,
        when=_enabled,
    ),
)
