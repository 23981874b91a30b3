"""A download ends with the whole, verified file in place, or with a reason and a part to go on."""

from __future__ import annotations

import ctypes
import hashlib
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from octavia_wizard.core.checksums import Checksum, parse_checksum
from octavia_wizard.core.errors import FileError, Interrupted, LockedError
from octavia_wizard.core.image import download as module
from octavia_wizard.core.image.download import (
    Downloaded,
    discard_partial,
    download,
)
from octavia_wizard.core.releases import find_release
from octavia_wizard.core.urls import shown_url
from tests.core.image.support import qcow2
from tests.core.image.web import MODIFIED, Site, cut, elsewhere, serving, silence, status

MIB = 1024**2


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of this host is asked, and nobody waits long."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(module, "PAUSES", (0.01, 0.01, 0.01, 0.01))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A server with an image of about 3 MiB."""
    path = qcow2(tmp_path / "offered", data_clusters=43)
    with serving(Site(path.read_bytes())) as one:
        yield one


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the file is to go."""
    (tmp_path / "here").mkdir()
    return tmp_path / "here" / "amphora.qcow2"


def left(target: Path) -> list[str]:
    """Return what lies beside the target."""
    return sorted(path.name for path in target.parent.iterdir())


def brought(target: Path, site: Site) -> bool:
    """Say whether the target is the whole file, and nothing else is left."""
    return target.read_bytes() == site.data and left(target) == [target.name]


def test_a_file_is_brought_whole(site: Site, target: Path) -> None:
    """With its hashes, its progress, and the time the server says it was made."""
    told: list[tuple[int, int]] = []
    found = download(site.url, target, progress=lambda done, total: told.append((done, total)))
    assert brought(target, site)
    size = len(site.data)
    assert found == Downloaded(
        sha512=hashlib.sha512(site.data).hexdigest(),
        md5=hashlib.md5(site.data, usedforsecurity=False).hexdigest(),
        size=size,
        etag='"one"',
        final_url=site.url,
        format="qcow2",
    )
    assert told[-1] == (size, size)
    assert told == sorted(told)
    assert target.stat().st_mtime == 1_700_000_000
    assert target.stat().st_mode & 0o777 == 0o666 & ~_umask() & 0o644
    assert site.requests[0]["Accept-Encoding"] == "identity"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_without_a_length(site: Site, target: Path) -> None:
    """Then there is no total, and the end is where the server ends."""
    site.length = False
    told: list[int] = []
    download(site.url, target, progress=lambda done, total: told.append(total))
    assert brought(target, site)
    assert set(told) == {0}


def test_an_old_file_is_replaced_only_by_a_whole_one(site: Site, target: Path) -> None:
    """Until then it stays as it was."""
    target.write_text("old")
    site.faults = [status(404)]
    with pytest.raises(FileError):
        download(site.url, target)
    assert target.read_text() == "old"
    download(site.url, target)
    assert brought(target, site)


def test_a_link_is_followed(site: Site, target: Path) -> None:
    """The file it leads to is replaced, not the link."""
    link = target.with_name("link")
    link.symlink_to(target)
    download(site.url, link)
    assert link.is_symlink()
    assert target.read_bytes() == site.data


def test_broken_connections_are_taken_up_where_they_broke(site: Site, target: Path) -> None:
    """Only what is missing is asked for again, however often it breaks."""
    site.faults = [cut(900_000), cut(800_000), status(503), cut(300_000)]
    lines: list[str] = []
    download(site.url, target, log=lines.append)
    assert brought(target, site)
    ranges = [request.get("Range", "") for request in site.requests]
    starts = [int(one[6:-1]) if one else 0 for one in ranges]
    assert starts == sorted(starts)
    assert starts[-1] > 1_500_000
    assert site.requests[1]["If-Range"] == '"one"'
    assert any("trying again in" in line for line in lines)
    assert any("going on from" in line for line in lines)


def test_it_gives_up_in_the_end(site: Site, target: Path) -> None:
    """Five tries without headway are enough; what came is kept for another day."""
    site.faults = [cut(500_000), *[status(500)] * 20]
    with pytest.raises(FileError, match=r"the server answered 500; tried 5 times") as caught:
        download(site.url, target)
    assert len(site.requests) == 5
    assert "are kept" in caught.value.hint
    assert target.with_name("amphora.qcow2.part").stat().st_size >= 400_000
    site.faults.clear()
    download(site.url, target)
    assert brought(target, site)
    assert site.requests[-1]["Range"]


def test_another_file_on_the_server_begins_anew(site: Site, target: Path) -> None:
    """A half of the old and a half of the new would be worth nothing."""
    site.faults = [cut(500_000), *[status(500)] * 4]
    with pytest.raises(FileError):
        download(site.url, target)
    site.faults = []
    site.etag, site.modified = '"two"', ""
    lines: list[str] = []
    download(site.url, target, log=lines.append)
    assert brought(target, site)
    assert any("another one now" in line for line in lines)


def test_a_server_that_knows_no_parts(site: Site, target: Path) -> None:
    """Then all is brought again."""
    site.ranges = False
    site.faults = [cut(500_000)]
    download(site.url, target)
    assert brought(target, site)


@pytest.mark.parametrize("validators", [("", ""), ('W/"weak"', "")])
def test_a_file_that_cannot_be_recognised_again(
    validators: tuple[str, str], site: Site, target: Path
) -> None:
    """Without a strong mark of its version nothing is put together from two answers."""
    site.etag, site.modified = validators
    site.faults = [cut(500_000)]
    download(site.url, target)
    assert brought(target, site)
    assert "Range" not in site.requests[1]


def test_a_time_is_mark_enough(site: Site, target: Path) -> None:
    """Many servers tell nothing else."""
    site.etag = ""
    site.faults = [cut(500_000)]
    download(site.url, target)
    assert brought(target, site)
    assert site.requests[1]["If-Range"] == MODIFIED


def test_an_answer_with_another_part_is_not_appended(site: Site, target: Path) -> None:
    """A broken proxy must not put a file together wrongly."""
    site.faults = [cut(500_000), elsewhere]
    download(site.url, target)
    assert brought(target, site)
    assert "Range" not in site.requests[-1]


def test_a_part_that_is_whole_already(site: Site, target: Path) -> None:
    """Stopped between the last byte and the check, nothing is brought again."""
    part = target.with_name("amphora.qcow2.part")
    site.faults = [cut(500_000), *[status(500)] * 4]
    with pytest.raises(FileError):
        download(site.url, target)
    site.faults = []
    part.write_bytes(site.data)
    download(site.url, target)
    assert brought(target, site)


def test_a_part_of_another_url_is_not_used(site: Site, target: Path) -> None:
    """Nor one of which nothing is known, nor one whose note is damaged."""
    part = target.with_name("amphora.qcow2.part")
    for note in ("", "{", '{"url": "http://other/", "etag": "x", "last_modified": "", "size": 1}'):
        part.write_bytes(b"something else")
        part.with_name(f"{part.name}.json").write_text(note)
        download(site.url, target)
        assert brought(target, site)


def test_the_checksum_decides(site: Site, target: Path) -> None:
    """The right one lets the file in; a wrong one removes it and says both."""
    right = hashlib.sha256(site.data).hexdigest()
    download(site.url, target, checksum=parse_checksum(right))
    assert brought(target, site)
    target.unlink()
    wrong = Checksum("sha256", right[::-1])
    with pytest.raises(FileError, match=f"expected {wrong}, got sha256:{right}"):
        download(site.url, target, checksum=wrong)
    assert left(target) == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<!DOCTYPE html><title>Sign in</title>", "a web page"),
        (b'{"error": 1}', "it is text"),
        (b"\x1f\x8b\x08".ljust(600, b"\0"), "gzip; unpack it first"),
        (b"", "it is empty"),
    ],
)
def test_what_is_no_image_is_refused(data: bytes, reason: str, site: Site, target: Path) -> None:
    """A log-in page with status 200 is the classic; nothing of it is kept."""
    site.data = data
    with pytest.raises(FileError, match=reason):
        download(site.url, target)
    assert left(target) == []


def test_an_image_that_is_cut_on_the_server(site: Site, target: Path) -> None:
    """Whole as it came, but not as it was made."""
    site.data = site.data[:-70_000]
    with pytest.raises(FileError, match="cut short"):
        download(site.url, target)
    assert left(target) == []
    with pytest.raises(FileError, match="not raw"):
        download(site.url, target, disk_format="raw")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (401, "asks for a user and password"),
        (403, "refuses to give it"),
        (404, "has no such file"),
        (410, "has no such file any more"),
        (418, "answers 418"),
    ],
)
def test_refusals_are_explained_at_once(code: int, reason: str, site: Site, target: Path) -> None:
    """There is no use in trying those again."""
    site.faults = [status(code)] * 5
    with pytest.raises(FileError, match=reason):
        download(site.url, target)
    assert len(site.requests) == 1
    assert left(target) == []


def test_the_server_says_how_long_to_wait(site: Site, target: Path) -> None:
    """Retry-After is heeded."""
    site.faults = [status(429, Retry_After="1")]
    lines: list[str] = []
    began = time.monotonic()
    download(site.url, target, log=lines.append)
    assert time.monotonic() - began >= 1
    assert lines[0] == "the server answered 429; trying again in 1 s"


def test_redirects_are_followed(site: Site, target: Path) -> None:
    """The last address is told."""
    site.faults = [status(302, Location="/mirror/amphora.qcow2?token=abc")]
    found = download(site.url, target)
    assert brought(target, site)
    assert found.final_url == f"{site.address}/mirror/amphora.qcow2?token=…"


def test_redirects_in_a_circle_end(site: Site, target: Path) -> None:
    """And are called so."""
    site.faults = [status(302, Location="/amphora.qcow2")] * 100
    with pytest.raises(FileError, match="leads in a circle"):
        download(site.url, target)


def test_credentials_reach_the_server_and_nobody_else(site: Site, target: Path) -> None:
    """Neither messages nor what lies on disk nor another server see the password."""
    lines: list[str] = []
    with serving(Site(site.data)) as other:
        site.faults = [cut(500_000), status(302, Location=other.url), status(403)]
        url = site.url.replace("http://", "http://me:geheim@")
        download(url, target, log=lines.append)
        assert site.requests[0]["Authorization"].startswith("Basic ")
        assert all("Authorization" not in request for request in other.requests)
        with pytest.raises(FileError) as caught:
            download(url, target)
    assert "geheim" not in f"{lines} {caught.value.message} {caught.value.hint}"
    site.faults = [cut(500_000), *[status(500)] * 4]
    with pytest.raises(FileError) as caught:
        download(url, target, log=lines.append)
    note = target.with_name("amphora.qcow2.part.json")
    assert "geheim" not in f"{lines} {caught.value.message} {note.read_text()}"
    assert note.stat().st_mode & 0o777 == 0o600
    discard_partial(target)
    assert left(target) == ["amphora.qcow2"]
    assert shown_url(url) == site.url


def test_nobody_there(target: Path) -> None:
    """The message names the host and what it did."""
    with pytest.raises(FileError, match=r"127\.0\.0\.1 broke: Connection refused; tried 5 times"):
        download("http://127.0.0.1:9/amphora.qcow2", target)
    with pytest.raises(FileError, match=r"there is no host called nowhere\.invalid"):
        download("http://nowhere.invalid/amphora.qcow2", target)
    with pytest.raises(FileError, match=r"h\.example/a: it names a packed file|\.gz"):
        download("http://h.example/amphora.qcow2.gz", target)
    assert left(target) == []


def test_a_stop_is_heeded_within_a_second_and_nothing_is_lost(site: Site, target: Path) -> None:
    """Also while the server is silent; the next run goes on."""
    site.pause = 0.3
    cancel = threading.Event()
    timer = threading.Timer(0.8, cancel.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        download(site.url, target, cancel=cancel)
    assert time.monotonic() - began < 1.8
    timer.join()
    kept = target.with_name("amphora.qcow2.part").stat().st_size
    assert kept > 0
    site.pause = 0.0
    download(site.url, target)
    assert brought(target, site)
    assert site.requests[-1]["Range"] == f"bytes={kept}-"


def test_a_stop_is_heeded_while_waiting_for_an_answer(site: Site, target: Path) -> None:
    """A server that says nothing at all is left as quickly."""
    site.faults = [silence]
    cancel = threading.Event()
    timer = threading.Timer(0.3, cancel.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        download(site.url, target, cancel=cancel)
    assert time.monotonic() - began < 1.3
    timer.join()
    assert left(target) == []


def test_a_stop_while_waiting_to_try_again(
    site: Site, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pause ends at once."""
    monkeypatch.setattr(module, "PAUSES", (60.0,))
    site.faults = [status(500)]
    cancel = threading.Event()
    with pytest.raises(Interrupted):
        download(site.url, target, log=lambda line: cancel.set(), cancel=cancel)


def test_two_downloads_to_one_place(site: Site, target: Path) -> None:
    """The second is told so, and leaves the first alone."""
    site.pause = 0.02
    errors: list[str] = []

    def second(done: int, total: int) -> None:
        if not errors:
            with pytest.raises(LockedError) as caught:
                download(site.url, target)
            errors.append(caught.value.message)

    download(site.url, target, progress=second)
    assert "another download writes" in errors[0]
    assert brought(target, site)


def test_a_partial_file_that_is_none(site: Site, target: Path, tmp_path: Path) -> None:
    """A link or a second name could lead to a file that is not ours."""
    part, victim = target.with_name("amphora.qcow2.part"), tmp_path / "victim"
    victim.write_text("precious")
    part.symlink_to(victim)
    with pytest.raises(FileError, match="cannot write"):
        download(site.url, target)
    part.unlink()
    os.link(victim, part)
    with pytest.raises(FileError, match="is not a file of a download"):
        download(site.url, target)
    assert victim.read_text() == "precious"
    part.unlink()
    with pytest.raises(FileError, match="No such file or directory"):
        download(site.url, target.parent / "none" / "a")
    with pytest.raises(FileError, match="is a directory"):
        download(site.url, target.parent)


def test_a_file_of_this_host(site: Site, target: Path, tmp_path: Path) -> None:
    """A file URL is copied under the same rules."""
    offered = tmp_path / "offered"
    checksum = parse_checksum(hashlib.sha512(site.data).hexdigest())
    found = download(f"file://{offered}", target, checksum=checksum)
    assert brought(target, site)
    assert found.final_url == f"file://{offered}"
    for url, reason in (
        (f"file://{tmp_path}/none", "No such file"),
        (f"file://{tmp_path}", "is not a regular file"),
        ("file:///dev/zero", "is not a regular file"),
        (f"file://{target}", "is where the file is to be brought to"),
        ("file://elsewhere/a", "names a file of this host"),
    ):
        with pytest.raises(FileError, match=reason):
            download(url, target)
    assert brought(target, site)


@contextmanager
def _small_disk(path: Path, mib: int) -> Iterator[Path]:
    """Mount a tmpfs of so many MiB."""
    if os.geteuid():
        pytest.skip("mounting takes root")
    path.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", bytes(path), b"tmpfs", 0, f"size={mib}m".encode()):
        pytest.skip("mounting is not permitted here")
    try:
        yield path
    finally:
        libc.umount2(bytes(path), 2)


@pytest.mark.parametrize("length", [True, False])
def test_a_full_disk_keeps_what_came(length: bool, site: Site, tmp_path: Path) -> None:
    """With a length it is known before the first byte how much is lacking."""
    site.length = length
    with _small_disk(tmp_path / "small", 2) as place:
        target = place / "amphora.qcow2"
        with pytest.raises(FileError, match=r"small lacks \d+ MiB for the download") as caught:
            download(site.url, target)
        assert "make room" in caught.value.hint
        if not length:
            assert target.with_name("amphora.qcow2.part").stat().st_size > 1_500_000
        else:
            assert left(target) == []


def test_killed_and_taken_up(site: Site, target: Path) -> None:
    """A wizard that is killed loses nothing of what came."""
    site.pause = 0.03
    script = f"""
        from pathlib import Path
        from octavia_wizard.core.image.download import download
        download({site.url!r}, Path({str(target)!r}))
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)])
    part = target.with_name("amphora.qcow2.part")
    end = time.monotonic() + 30
    while time.monotonic() < end and not (part.exists() and part.stat().st_size > 500_000):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = part.stat().st_size
    site.pause = 0.0
    download(site.url, target)
    assert brought(target, site)
    assert site.requests[-1]["Range"] == f"bytes={kept}-"


def test_memory_stays_flat(tmp_path: Path) -> None:
    """100 MiB pass through a process that grows by a fraction of that."""
    path = qcow2(tmp_path / "offered", data_clusters=1600)
    target = tmp_path / "amphora.qcow2"
    script = f"""
        import resource
        from pathlib import Path
        from octavia_wizard.core.image import download, transfer
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found = download.download({{url!r}}, Path({str(target)!r}))
        print(found.size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """
    with serving(Site(path.read_bytes())) as site:
        code = textwrap.dedent(script).format(url=site.url)
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
        )
    size, grown = map(int, done.stdout.split())
    assert size > 100 * MIB
    assert grown < 40 * 1024


def test_the_usual_image() -> None:
    """It is the one the role of the release would have brought."""
    url = find_release("33.0.1").rules.default_image_url
    assert url is not None
    assert "test-only-amphora" in url
