"""Octavia is found in checkouts, mirrors and by URL, at branches, tags and commits."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.errors import Interrupted, StepError, UsageError
from octavia_wizard.core.image.build.git import Git
from octavia_wizard.core.image.build.locations import locate
from octavia_wizard.core.image.build.source import Source, ensure_source
from octavia_wizard.core.places import cache_root
from tests.core.image.build.preparing import Heard, commit, git, never, octavia, order


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home-cache"))


def get(root: Path, heard: Heard | None = None, **changes: Any) -> Source:
    return ensure_source(order(root, **changes), Heard() if heard is None else heard, never())


def built_from(source: Source, root: Path) -> str:
    """Clone and fetch as diskimage-builder does; returns the commit."""
    copy = root / "as-dib-does"
    shutil.rmtree(copy, ignore_errors=True)
    subprocess.run(["git", "clone", "-q", source.repository, copy], check=True, capture_output=True)
    name = source.agent_ref
    refs = ([f"+{name}:{name}"], ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"])
    for some in refs:
        with contextlib.suppress(subprocess.CalledProcessError):
            git(copy, "fetch", "-q", "--update-head-ok", source.repository, *some)
            break
    return git(copy, "rev-parse", f"{name}^{{commit}}")


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("ref", ["stable/2026.1", "stein-eol", "18.0.0", "master"])
def test_branches_and_tags_are_taken_from_a_checkout_or_a_mirror(
    bare: bool, ref: str, tmp_path: Path
) -> None:
    checkout = octavia(tmp_path)
    place = checkout
    if bare:
        place = tmp_path / "octavia.git"
        git(tmp_path, "clone", "-q", "--mirror", str(checkout), str(place))
    source = get(tmp_path, repository=str(place), refs=(ref,))
    wanted = git(checkout, "rev-parse", f"{ref}^{{commit}}")
    assert (source.ref, source.commit) == (ref, wanted)
    text = git(checkout, "show", f"{ref}:diskimage-create/diskimage-create.sh")
    assert source.script.read_text().strip() == text
    assert (source.script.parent.parent / "elements" / "amphora-agent" / "element-deps").exists()
    assert os.access(source.script, os.X_OK)
    assert built_from(source, tmp_path) == wanted


def test_of_several_refs_the_first_that_is_there_is_taken(tmp_path: Path) -> None:
    octavia(tmp_path)
    refs = ("stable/stein", "unmaintained/stein", "stein-eol", "stein-eom")
    assert get(tmp_path, refs=refs).ref == "stein-eol"


def test_tags_come_along_so_that_the_agent_knows_its_version(tmp_path: Path) -> None:
    checkout = octavia(tmp_path)
    source = get(tmp_path, repository=checkout.as_uri())
    mirror = Path(source.repository.removeprefix("file://"))
    assert git(mirror, "describe", "--tags", "stable/2026.1") == "18.0.0"


@pytest.mark.parametrize("length", [40, 10])
@pytest.mark.parametrize("by_url", [False, True])
def test_a_commit_is_taken_whole_or_shortened(length: int, by_url: bool, tmp_path: Path) -> None:
    checkout = octavia(tmp_path)
    wanted = git(checkout, "rev-parse", "stable/2026.1")
    place = checkout.as_uri() if by_url else str(checkout)
    source = get(tmp_path, repository=place, refs=(wanted[:length],))
    assert source.commit == wanted
    assert built_from(source, tmp_path) == wanted


def test_a_checkout_at_the_wanted_commit_is_used_as_it_lies_there(tmp_path: Path) -> None:
    checkout = octavia(tmp_path)
    script = checkout / "diskimage-create" / "diskimage-create.sh"
    heard = Heard()
    for refs in ((), ("HEAD",), ("master",)):
        assert get(tmp_path, heard, refs=refs).script == script
    assert "not committed" not in heard.text
    script.write_text(script.read_text() + "# tried out\n")
    assert get(tmp_path, heard, refs=()).script == script
    assert "not committed" in heard.text


def test_a_checkout_is_never_touched(tmp_path: Path) -> None:
    checkout = octavia(tmp_path)
    (checkout / "elements" / "mine").write_text("kept\n")
    before = (git(checkout, "status", "--porcelain"), git(checkout, "for-each-ref"))
    source = get(tmp_path, refs=("stein-eol",))
    assert not source.script.is_relative_to(checkout)
    assert (git(checkout, "status", "--porcelain"), git(checkout, "for-each-ref")) == before


def test_a_branch_a_checkout_only_knows_from_its_origin_is_found(tmp_path: Path) -> None:
    upstream = octavia(tmp_path, "upstream")
    git(tmp_path, "clone", "-q", str(upstream), str(tmp_path / "octavia"))
    source = get(tmp_path)
    assert source.commit == git(upstream, "rev-parse", "stable/2026.1")
    assert built_from(source, tmp_path) == source.commit


def test_a_head_that_is_on_no_branch_can_be_built(tmp_path: Path) -> None:
    checkout = octavia(tmp_path)
    git(checkout, "checkout", "-q", "--detach")
    wanted = commit(checkout, (checkout / "diskimage-create/diskimage-create.sh").read_text())
    source = get(tmp_path, refs=())
    assert source.commit == wanted
    assert built_from(source, tmp_path) == wanted


def test_a_branch_that_moved_is_fetched_again_and_builds_keep_their_tree(tmp_path: Path) -> None:
    checkout = octavia(tmp_path)
    before = get(tmp_path)
    git(checkout, "checkout", "-q", "stable/2026.1")
    wanted = commit(checkout, before.script.read_text() + "# newer\n")
    git(checkout, "checkout", "-q", "master")
    after = get(tmp_path)
    assert after.commit == wanted != before.commit
    assert before.script.exists()
    assert before.script != after.script


def test_a_branch_that_was_rewritten_is_followed(tmp_path: Path) -> None:
    checkout = octavia(tmp_path)
    get(tmp_path)
    git(checkout, "branch", "-f", "stable/2026.1", "stein-eol")
    assert get(tmp_path).commit == git(checkout, "rev-parse", "stein-eol^{commit}")


def test_a_missing_ref_is_told_with_those_that_are_near(tmp_path: Path) -> None:
    octavia(tmp_path)
    with pytest.raises(StepError, match=r"has no stable/2062\.1") as caught:
        get(tmp_path, refs=("stable/2062.1",))
    assert "stable/2026.1" in caught.value.hint
    with pytest.raises(StepError, match="none of stable/nothing, nothing-eol"):
        get(tmp_path, refs=("stable/nothing", "nothing-eol"))


@pytest.mark.parametrize("ref", ["--upload-pack=touch /tmp/x", "a b", "a..b", "x^{commit}"])
def test_what_is_no_name_of_a_ref_never_reaches_git(ref: str, tmp_path: Path) -> None:
    octavia(tmp_path)
    with pytest.raises(UsageError, match="no branch, tag or commit"):
        get(tmp_path, refs=(ref,))


def test_a_repository_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(StepError, match="no directory"):
        get(tmp_path)
    (tmp_path / "octavia").mkdir()
    with pytest.raises(StepError) as caught:
        get(tmp_path)
    assert "git repository" in caught.value.hint


def test_a_repository_without_the_script_is_told(tmp_path: Path) -> None:
    checkout = tmp_path / "octavia"
    checkout.mkdir()
    git(checkout, "init", "-q")
    git(checkout, "commit", "-q", "--allow-empty", "-m", "nothing")
    with pytest.raises(StepError, match=r"has no diskimage-create"):
        get(tmp_path, refs=("master",))


def test_without_a_network_what_was_fetched_before_is_used_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = octavia(tmp_path)
    url = "http://127.0.0.1:9/octavia"
    # Nobody listens there; the first time git is led to the checkout instead.
    config = tmp_path / "gitconfig"
    config.write_text(f'[url "{checkout.as_uri()}"]\n\tinsteadOf = {url}\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    first = get(tmp_path, repository=url)
    config.write_text("")
    heard = Heard()
    assert get(tmp_path, heard, repository=url) == first
    assert "as it was fetched before" in heard.text
    with pytest.raises(StepError, match="127") as caught:
        get(tmp_path, repository=url, refs=("stable/2025.2",))
    assert "network" in caught.value.hint


def test_credentials_of_a_url_are_nowhere_to_be_seen(tmp_path: Path) -> None:
    heard = Heard()
    url = "http://me:s3cret@127.0.0.1:9/octavia"
    with pytest.raises(StepError) as caught:
        get(tmp_path, heard, repository=url)
    assert "s3cret" not in heard.text + str(caught.value) + caught.value.hint
    for file in cache_root().rglob("*"):
        if file.is_file():
            assert b"s3cret" not in file.read_bytes(), file


def test_git_is_given_credentials_out_of_sight(tmp_path: Path) -> None:
    heard = Heard()
    known = Git(locate("https://me:s3cret@git.example/octavia"), tmp_path, heard, never())
    ran = known.run("config", "--get-regexp", "^credential", keep=True)
    assert "credential.https://git.example.helper" in ran.output
    assert "s3cret" not in ran.output
    environment = known._environment()
    asked = subprocess.run(
        ["git", "credential", "fill"],
        input="protocol=https\nhost=git.example\n\n",
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "username=me\npassword=s3cret\n" in asked.stdout
    elsewhere = subprocess.run(
        ["git", "credential", "fill"],
        input="protocol=https\nhost=other.example\n\n",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "s3cret" not in elsewhere.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="giving files away needs root")
def test_a_repository_of_another_user_is_no_hindrance(tmp_path: Path) -> None:
    checkout = octavia(tmp_path)
    for place in (checkout, *checkout.rglob("*")):
        os.chown(place, 12345, 12345, follow_symlinks=False)
    source = get(tmp_path)
    assert built_from(source, tmp_path) == source.commit
    assert get(tmp_path, refs=()).script == checkout / "diskimage-create/diskimage-create.sh"


def test_half_made_and_damaged_copies_are_made_again(tmp_path: Path) -> None:
    octavia(tmp_path)
    first = get(tmp_path)
    mirror = Path(first.repository.removeprefix("file://"))
    (mirror / "HEAD").unlink()
    (mirror / "config").write_text("[core\n")
    shutil.rmtree(first.script.parent)
    assert get(tmp_path) == first
    assert first.script.exists()


def test_a_branch_that_goes_on_does_not_move_what_an_earlier_build_takes(tmp_path: Path) -> None:
    checkout = octavia(tmp_path)
    first = get(tmp_path)
    git(checkout, "branch", "-f", "stable/2026.1", "master")
    second = get(tmp_path)
    assert first.commit != second.commit
    assert built_from(first, tmp_path) == first.commit
    assert built_from(second, tmp_path) == second.commit


def test_locks_of_a_killed_git_do_not_stand_in_the_way(tmp_path: Path) -> None:
    checkout = octavia(tmp_path)
    mirror = Path(get(tmp_path).repository.removeprefix("file://"))
    (mirror / "refs" / "heads" / "stable" / "2026.1.lock").touch()
    git(checkout, "branch", "-f", "stable/2026.1", "master")
    assert get(tmp_path).commit == git(checkout, "rev-parse", "master")


def test_the_library_is_taken_at_the_same_branch(tmp_path: Path) -> None:
    octavia(tmp_path)
    library = octavia(tmp_path, "octavia-lib")
    source = get(tmp_path, library_repository=str(library))
    assert source.library.startswith("file://")
    assert source.library_ref == f"wizard-{git(library, 'rev-parse', 'stable/2026.1')}"
    with pytest.raises(StepError, match="octavia-lib"):
        get(tmp_path, library_repository=str(tmp_path / "nowhere"))


def test_a_wish_to_stop_is_heeded(tmp_path: Path) -> None:
    octavia(tmp_path)
    cancel = never()
    cancel.set()
    with pytest.raises(Interrupted):
        ensure_source(order(tmp_path), Heard(), cancel)
