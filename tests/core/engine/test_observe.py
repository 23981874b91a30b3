"""Steps side by side do not lose what each other has read."""

from __future__ import annotations

import threading
from dataclasses import fields, replace
from pathlib import Path

import pytest

from octavia_wizard.core.engine.observe import FIELDS, Observer
from octavia_wizard.core.errors import CloudError
from octavia_wizard.core.facts.model import CloudFacts, Facts, HostFacts, Part
from octavia_wizard.core.facts.resources import Flavor, Network
from octavia_wizard.core.steps.base import Step
from tests.core.engine.support import host, makes
from tests.fakes import FakeCloud

HOST = host(Path("/x"))


def reading(*parts: Part, reads_host: bool = False) -> Step:
    return makes("one", reads=frozenset(parts), reads_host=reads_host)


def test_every_part_says_which_facts_it_fills() -> None:
    about_the_cloud_itself = {"name", "region", "service_project", "unread", "clock_offset"}
    filled = {name for names in FIELDS.values() for name in names}
    assert set(FIELDS) == set(Part)
    assert filled == {field.name for field in fields(CloudFacts)} - about_the_cloud_itself


def test_a_step_sees_what_others_have_read_since() -> None:
    cloud = FakeCloud()
    known = cloud.read(frozenset(Part))
    observer = Observer(Facts(HOST, cloud=known), cloud, lambda: HOST)
    cloud.networks = {"n": Network("n", "lbaas-mgmt", "service")}
    cloud.flavors = {"f": Flavor("f", "amphora", 1, 1024, 20)}
    observer.fresh(reading(Part.NETWORKS))
    seen = observer.fresh(reading(Part.FLAVORS)).cloud
    assert seen is not None
    assert [network.name for network in seen.networks] == ["lbaas-mgmt"]
    assert [flavor.name for flavor in seen.flavors] == ["amphora"]


def test_reads_at_the_same_time_are_laid_together() -> None:
    both = threading.Barrier(2, timeout=20)

    class Slow(FakeCloud):
        def read(self, parts: frozenset[Part], known: CloudFacts | None = None) -> CloudFacts:
            facts = super().read(parts, known)
            both.wait()
            return facts

    cloud = Slow(
        networks={"n": Network("n", "lbaas-mgmt", "service")},
        flavors={"f": Flavor("f", "amphora", 1, 1024, 20)},
    )
    observer = Observer(Facts(HOST, cloud=CloudFacts("fake", "R", "s")), cloud, lambda: HOST)
    other = threading.Thread(target=observer.fresh, args=(reading(Part.NETWORKS),))
    other.start()
    observer.fresh(reading(Part.FLAVORS))
    other.join(20)
    seen = observer.fresh(reading()).cloud
    assert seen is not None
    assert seen.networks
    assert seen.flavors


def test_a_step_of_this_host_reads_the_host_and_asks_no_cloud() -> None:
    cloud = FakeCloud()
    later = replace(HOST, exists=True)
    observer = Observer(Facts(HOST), cloud, lambda: later)
    assert observer.fresh(reading()).host == HOST
    assert observer.fresh(reading(reads_host=True)).host == later
    assert cloud.calls == []


def test_says_which_part_could_not_be_read_and_forgets_it_once_it_could() -> None:
    def never() -> HostFacts:
        raise AssertionError

    cloud = FakeCloud(unread={Part.IMAGES: "503 from glance"})
    observer = Observer(Facts(HOST, cloud=cloud.read(frozenset(Part))), cloud, never)
    observer.fresh(reading(Part.NETWORKS))
    with pytest.raises(CloudError, match="images could not be read: 503 from glance"):
        observer.fresh(reading(Part.IMAGES))
    cloud.unread = {}
    seen = observer.fresh(reading(Part.IMAGES)).cloud
    assert seen is not None
    assert seen.unread == {}
