"""Asks Octavia's own image driver for its image; runs with the interpreter of the services.

Arguments: octavia.conf, its directory of additions, the tag, the owner. Prints the id of the image
and how many Octavia had to choose from, as JSON.
"""

from __future__ import annotations

import json
import sys


def main() -> None:
    """Ask as a worker does that is about to boot an amphora."""
    from oslo_service import backend  # type: ignore[import-not-found]

    # The services run without eventlet, as the rehearsal installs them.
    backend.init_backend(backend.BackendType.THREADING)
    from octavia.common import config  # type: ignore[import-not-found]
    from octavia.image.drivers import glance_driver  # type: ignore[import-not-found]

    file, directory, tag, owner = sys.argv[1:]
    config.init(["--config-file", file, "--config-dir", directory])
    chosen: list[int] = []
    manager = glance_driver.ImageManager()
    real = manager.manager.list

    def counted(**query: object) -> list[object]:
        found = list(real(**query))
        chosen.append(len(found))
        return found

    manager.manager.list = counted
    image = manager.get_image_id_by_tag(tag, owner)
    sys.stdout.write(json.dumps({"image": image, "choice": chosen[0]}) + "\n")


if __name__ == "__main__":
    main()
