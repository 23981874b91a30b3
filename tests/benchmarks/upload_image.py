"""How fast an image is uploaded, beside a plain HTTP PUT into the same Glance, and in what memory.

Runs by hand, with a cloud (the rehearsal's will do): each way uploads the same file in turn, in a
process of its own, and the images are deleted again. Both begin when the record is there and end
when Glance has answered; the wizard hashes the file meanwhile, the plain PUT does not.

    python -m tests.benchmarks.upload_image --clouds-file …/clouds.yaml --cloud rehearsal
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from octavia_wizard.core.cloud.sdk import SdkCloud, connect
from octavia_wizard.core.facts.resources import Image

MEGABYTE = 1_000_000
SIZE = 345
"""Megabytes of an amphora image (Ubuntu, qcow2) as Octavia's own script makes it."""
LEAST = 0.9
"""Part of the rate of a plain PUT that is to be reached."""
MOST = 120.0
"""Megabytes of memory that are not to be exceeded."""


def ours(cloud: SdkCloud, id: str, path: Path) -> float:
    """Upload as the wizard does; return seconds."""
    began = time.perf_counter()
    cloud.upload_image(id, path, lambda done, total: None, threading.Event())
    return time.perf_counter() - began


def known(cloud: SdkCloud, id: str, path: Path) -> float:
    """Upload as the wizard does with what it built or downloaded, and so has hashed."""
    began = time.perf_counter()
    cloud.upload_image(id, path, lambda done, total: None, threading.Event(), hashing=False)
    return time.perf_counter() - began


def plain(cloud: SdkCloud, id: str, path: Path) -> float:
    """Upload with curl; return seconds."""
    connection = cloud._connections.here()
    token = connection.auth_token
    url = f"{connection.image.get_endpoint()}".rstrip("/")
    url = url if url.endswith("/v2") else f"{url}/v2"
    command = ["curl", "--fail", "--silent", "--show-error", "--noproxy", "*"]
    command += ["--header", "Content-Type: application/octet-stream", "--header", "Expect:"]
    command += ["--header", "@-", "--upload-file", str(path), f"{url}/images/{id}/file"]
    began = time.perf_counter()
    subprocess.run(command, input=f"X-Auth-Token: {token}\n", text=True, check=True)
    return time.perf_counter() - began


WAYS: dict[str, Callable[[SdkCloud, str, Path], float]] = {
    "wizard": ours,
    "known": known,
    "plain PUT": plain,
}


def once(way: str, clouds_file: Path, name: str, path: Path) -> None:
    """Upload once and print seconds and the most memory in megabytes; delete the image."""
    with connect(name, extra_files=[clouds_file]) as cloud:
        record = Image("", "benchmark", "queued", "", disk_format="raw")
        id = cloud.create_image(record).id  # noqa: A001
        try:
            seconds = WAYS[way](cloud, id, path)
        finally:
            cloud.delete_image(id)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGABYTE
    say(json.dumps({"seconds": seconds, "memory": memory}))


def say(line: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{line}\n")


def fill(path: Path, size: int) -> None:
    """Write a file of so many megabytes that cannot be compressed."""
    with path.open("wb") as file:
        for _ in range(size):
            file.write(os.urandom(MEGABYTE))


def main() -> int:
    """Take turns, and say how the two compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--clouds-file", type=Path, required=True)
    parser.add_argument("--cloud", default="rehearsal")
    parser.add_argument("--size", type=int, default=SIZE, help="megabytes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--once", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        once(options.once, options.clouds_file, options.cloud, options.file)
        return 0
    directory = Path(tempfile.mkdtemp())
    try:
        path = directory / "image.raw"
        fill(path, options.size)
        return compare(options.clouds_file, options.cloud, path, options.size, options.rounds)
    finally:
        shutil.rmtree(directory)


def compare(clouds_file: Path, cloud: str, path: Path, size: int, rounds: int) -> int:
    """Run both in turn; return 0 where rate and memory are as they should be."""
    told: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            words = ["--clouds-file", str(clouds_file), "--cloud", cloud, "--file", str(path)]
            command = [sys.executable, "-m", "tests.benchmarks.upload_image", "--once", way]
            done = subprocess.run([*command, *words], capture_output=True, text=True, check=True)
            told[way].append(json.loads(done.stdout))
    rates = {}
    for way, found in told.items():
        seconds = sorted(one["seconds"] for one in found)
        rates[way] = size / seconds[0]
        median, last = statistics.median(seconds), seconds[-1]
        say(
            f"{way:10} {rates[way]:7.1f} MB/s in {seconds[0]:.2f} s; median {median:.2f} s of "
            f"{rounds}, slowest {last:.2f} s"
        )
    memory = max(one["memory"] for way in ("wizard", "known") for one in told[way])
    say(f"memory of the wizard: {memory:.0f} MB")
    parts = [rates[way] / rates["plain PUT"] for way in ("wizard", "known")]
    say(f"of the rate of a plain PUT: {parts[0]:.2f}; with hashes known: {parts[1]:.2f}")
    good = min(parts) >= LEAST and memory < MOST
    say(f"target: {LEAST} and {MOST:.0f} MB: {'kept' if good else 'MISSED'}")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
