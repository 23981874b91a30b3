"""What is said of a cloud that does not run."""

from __future__ import annotations

from octavia_wizard.rehearsal.layout import Layout, Service
from octavia_wizard.rehearsal.status import Condition, status


def test_a_cloud_that_was_never_started(layout: Layout) -> None:
    """Stopped, not installed; addresses and versions are known all the same."""
    seen = status(layout)
    assert seen.condition is Condition.STOPPED
    assert not seen.installed
    assert (seen.supervisor_pid, seen.memory_mib, seen.uptime, seen.reason) == (None, 0, 0, "")
    assert {service.name: service.url for service in seen.services} == {
        service: layout.url(service) for service in Service
    }
    assert all(service.version[0].isdigit() for service in seen.services)


def test_the_last_words_of_a_cloud_that_died_are_told(layout: Layout) -> None:
    """Without the addresses' passwords."""
    layout.logs.mkdir(parents=True)
    (layout.logs / "supervisor.out").write_text("one\nnova ended, http://a:b@127.0.0.1/\n")
    assert status(layout).reason == "nova ended, http://***@127.0.0.1/"
