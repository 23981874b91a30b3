"""Writes the image a build would make: a small one that is sound."""

import sys
from pathlib import Path

from made_by_hand import qcow2  # type: ignore[import-not-found]

path, size, kind = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
if kind == "qcow2":
    qcow2(path, virtual_size=size << 30, l1_size=2 * size)
else:
    path.write_bytes(bytes(4 << 20))
