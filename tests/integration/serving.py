"""Lets the Octavia of a rehearsal cloud work with an octavia.conf from a controller of a tree."""

from __future__ import annotations

import configparser
import sys
from pathlib import Path

from octavia_wizard.rehearsal import configuration, control, private
from octavia_wizard.rehearsal.layout import Layout

# Certificates are not among them: nobody runs in the amphorae of a rehearsal cloud.
TAKEN = {
    "controller_worker": ("amp_", "loadbalancer_topology"),
    "nova": ("enable_anti_affinity",),
    "health_manager": ("heartbeat_key",),
}


def program(layout: Layout) -> str:
    """Return a program that serves the file it is given."""
    return (
        f"#!{sys.executable}\n"
        "import sys\n"
        "from pathlib import Path\n"
        f"sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
        "from octavia_wizard.rehearsal.layout import Layout\n"
        "from tests.integration.serving import serve\n"
        f"layout = Layout.default({layout.port_offset}, root=Path({str(layout.root)!r}))\n"
        "serve(layout, Path(sys.argv[1]))\n"
    )


def serve(layout: Layout, path: Path) -> None:
    """Start the cloud anew with what the file says, unless it works with that already."""
    text = _taken(path)
    target = configuration.octavia_overrides(layout) / "tree.conf"
    if target.exists() and target.read_text() == text:
        return
    private.write(target, text)
    control.down(layout)
    control.up(layout, report=lambda progress: None)


def _taken(path: Path) -> str:
    parser = configparser.RawConfigParser(default_section="none", strict=False)
    parser.read(path)
    lines = []
    for section, beginnings in TAKEN.items():
        lines.append(f"[{section}]")
        options = parser[section].items()
        lines += [f"{name} = {value}" for name, value in options if name.startswith(beginnings)]
    return "\n".join([*lines, ""])
