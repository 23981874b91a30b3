"""Looks up, by name and through openstacksdk, what the real role looks up for octavia.conf.

The cloud is "default" of the operator's clouds.yaml, as with the real role. On a tree that was
given no cloud an id is made of each name.
"""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path


def main() -> None:
    """Print the ids of a network, a flavor and a project, each given by name."""
    names = dict(zip(("network", "flavor", "project"), sys.argv[1:], strict=True))
    if not (Path(__file__).parent / "serve").exists():
        made = {kind: str(uuid.uuid5(uuid.NAMESPACE_DNS, name)) for kind, name in names.items()}
        print(json.dumps(made))  # noqa: T201 - the role reads it
        return
    import openstack

    with openstack.connect(cloud="default") as asked:
        found = {
            "network": asked.network.find_network(names["network"]),
            "flavor": asked.compute.find_flavor(names["flavor"]),
            "project": asked.get_project(names["project"]),
        }
    print(json.dumps({kind: one.id if one else "" for kind, one in found.items()}))  # noqa: T201


if __name__ == "__main__":
    main()
