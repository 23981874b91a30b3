"""Writes recorded lines, each so long after the one before as when it was recorded."""

import sys
import time

path, speed = sys.argv[1], float(sys.argv[2])
owed = 0.0
with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
    for line in lines:
        delay, _, text = line.partition("\t")
        owed += int(delay) / 1000 / speed
        if owed > 0.01:
            sys.stdout.flush()
            time.sleep(owed)
            owed = 0.0
        sys.stdout.write(text)
sys.stdout.flush()
