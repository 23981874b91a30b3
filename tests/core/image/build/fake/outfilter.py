"""Stands in for diskimage-builder's filter: puts the time before each line."""

import datetime
import sys

for line in iter(sys.stdin.readline, ""):
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    sys.stdout.write(f"{now} | {line}")
    sys.stdout.flush()
