"""How long all keys and certificates of a deployment take, beside openssl making the same keys.

    python -m tests.benchmarks.make_keys [--key-type rsa-4096] [--intermediates] [--rounds 40]

Each round makes the whole set in every way, the ways in turn: ours with encryption and
certificates; then `openssl genpkey` for as many keys, one after another and two at a time; and two
at a time once more with the same encryption (PBKDF2 with as many iterations), which is the same
work as ours but for the certificates. How long an RSA key takes is a matter of luck, so that
single rounds say nothing; the time of the processor is given beside the time on the wall, as it
does not depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from octavia_wizard.core.pki.keys import KeyType
from octavia_wizard.core.pki.making.authorities import Ordered, make, parse_subject
from octavia_wizard.core.pki.making.encryption import ITERATIONS
from octavia_wizard.core.pki.pem import Pem

SECRET = "not a secret but as long as one"


@dataclass
class Way:
    """One way to make the set, and what it took."""

    name: str
    work: Callable[[], object]
    walls: list[float] = field(default_factory=list)
    """Seconds."""
    processors: list[float] = field(default_factory=list)
    """Seconds of processor time, those of child processes included."""

    def once(self) -> None:
        """Make the set once."""
        processor, wall = processor_time(), time.perf_counter()
        self.work()
        self.walls.append(time.perf_counter() - wall)
        self.processors.append(processor_time() - processor)

    def told(self) -> str:
        """Return a line of figures."""
        wall, processor = statistics.median(self.walls), statistics.median(self.processors)
        mean = statistics.mean(self.walls)
        return (
            f"{self.name:34} median {wall:6.2f} s   mean {mean:6.2f} s   "
            f"processor: median {processor:6.2f} s   cores used: {self.cores:.2f}"
        )

    @property
    def cores(self) -> float:
        """How many cores worked at a time."""
        return sum(self.processors) / sum(self.walls)


def processor_time() -> float:
    """Return the seconds this process and its finished children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def order(kind: KeyType, intermediates: bool) -> Ordered:
    """Return the order of a deployment."""
    return Ordered(
        key_type=kind,
        server_ca=parse_subject("CN=Octavia Server CA"),
        client_ca=parse_subject("CN=Octavia Client CA"),
        client=parse_subject("CN=octavia-controller"),
        ca_days=3650,
        client_ca_days=3650,
        client_days=1825,
        intermediates=intermediates,
    )


def genpkey(kind: KeyType) -> bytes:
    """Make one key with openssl."""
    algorithm = ["RSA", "-pkeyopt", f"rsa_keygen_bits:{kind.rsa_bits}"]
    if kind.rsa_bits is None:
        curve = "P-256" if kind is KeyType.EC_P256 else "P-384"
        algorithm = ["EC", "-pkeyopt", f"ec_paramgen_curve:{curve}"]
    command = ["openssl", "genpkey", "-algorithm", *algorithm]
    return subprocess.run(command, check=True, capture_output=True).stdout


def encrypted(kind: KeyType) -> bytes:
    """Make one key with openssl and encrypt it as we do."""
    reader, writer = os.pipe()
    os.write(writer, SECRET.encode())
    os.close(writer)
    scheme = ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-iter", str(ITERATIONS)]
    command = ["openssl", "pkcs8", "-topk8", *scheme, "-passout", f"fd:{reader}"]
    try:
        return subprocess.run(
            command, input=genpkey(kind), check=True, capture_output=True, pass_fds=[reader]
        ).stdout
    finally:
        os.close(reader)


def together(jobs: Sequence[Callable[[], bytes]], at_once: int) -> None:
    """Run jobs, so many at a time."""
    with ThreadPoolExecutor(at_once) as pool:
        for waiting in [pool.submit(job) for job in jobs]:
            waiting.result()


def ways(kind: KeyType, intermediates: bool) -> list[Way]:
    """Return the ways that are compared, ours first."""
    passphrases = dict.fromkeys(Pem, SECRET)
    authorities = 4 if intermediates else 2
    plain = [partial(genpkey, kind)] * (authorities + 1)
    alike = [*[partial(encrypted, kind)] * authorities, partial(genpkey, kind)]
    return [
        Way(
            "wizard, encrypted and certified",
            partial(make, order(kind, intermediates), passphrases),
        ),
        Way("openssl, one after another", partial(together, plain, 1)),
        Way("openssl, two at a time", partial(together, plain, 2)),
        Way("openssl, two at a time, encrypted", partial(together, alike, 2)),
    ]


def say(line: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{line}\n")


def main() -> int:
    """Make the set in every way, and say how the ways compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--key-type", type=KeyType, choices=list(KeyType), default="rsa-4096")
    parser.add_argument("--intermediates", action="store_true")
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    compared = ways(options.key_type, options.intermediates)
    for number in range(options.rounds):
        turn = number % len(compared)
        for way in (*compared[turn:], *compared[:turn]):
            way.once()
    for way in compared:
        say(way.told())
    ours, *peers = compared
    ratios = [statistics.median(ours.walls) / statistics.median(peer.walls) for peer in peers]
    for peer, ratio in zip(peers, ratios, strict=True):
        say(f"wizard beside {peer.name}: {ratio:.2f} of its time")
    # Curves take no time; what is left is the encryption, which is part of the bargain.
    kept = ratios[-1] <= 1
    say(f"target: no slower than openssl at the same work: {'kept' if kept else 'MISSED'}")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
