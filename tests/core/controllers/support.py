"""Controllers as the real role configures them, and the deployment they are configured for."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from octavia_wizard.core.adhoc.look import UNITS
from octavia_wizard.core.adhoc.reading import controller_of, read_sheet
from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.controllers import Controller, Controllers
from octavia_wizard.core.facts.inventory import Inventory, ManagedHost
from octavia_wizard.core.facts.model import CloudFacts, Facts, HostFacts
from octavia_wizard.core.facts.resources import Flavor, Network, SecurityGroup
from octavia_wizard.core.questions.resolve import resolve

CONFS = Path(__file__).parents[2] / "data" / "octavia_conf"
"""octavia.conf as the role of a release writes it, without its comments."""
RELEASES = tuple(sorted(path.stem for path in CONFS.glob("*.conf")))
SCRIPT = (
    Path(__file__).parents[3] / "octavia_wizard" / "core" / "adhoc" / "data" / "look.sh"
).read_text()
SALT = "salt-of-the-test"
KEY = "server_certs_key_passphrase = planted-fernet-key-of-32-chars00"

NETWORK_ID = "5f7a3c1e-0000-4000-8000-000000000001"
FLAVOR_ID = "5f7a3c1e-0000-4000-8000-000000000002"
PROJECT_ID = "5f7a3c1e000040008000000000000003"
NAMES = tuple(f"infra{n}_octavia_server_container-0000000{n}" for n in (1, 2, 3))
CLOUD = CloudFacts(
    name="site",
    region="RegionOne",
    service_project="service",
    service_project_id=PROJECT_ID,
    networks=(Network(NETWORK_ID, "lbaas-mgmt", PROJECT_ID, "flat", "lbaas", None, 1500),),
    flavors=(Flavor(FLAVOR_ID, "m1.amphora", 1, 1024, 20, is_public=False),),
    security_groups=(SecurityGroup("group-1", "octavia_sec_grp", PROJECT_ID),),
)


def conf(release: str, *changes: tuple[str, str]) -> str:
    """Return octavia.conf of a release with some text replaced; what is replaced must be there."""
    text = (
        (CONFS / f"{release}.conf").read_text().replace("[certificates]", f"[certificates]\n{KEY}")
    )
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


def told_by(etc: Path, *units: str, bridge: str = "br-lbaas", shell: str = "sh") -> str:
    """Run the script as a host does, and return what it tells."""
    done = subprocess.run(
        [shell, "-s", "--", etc, bridge, SALT, *(units or UNITS)],
        input=SCRIPT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


def controller(name: str, text: str, directory: Path, **changes: Any) -> Controller:
    """Return a controller with this octavia.conf, read as it is on a host."""
    etc = directory / name
    etc.mkdir(parents=True, exist_ok=True)
    (etc / "octavia.conf").write_text(text)
    (etc / "octavia.conf").chmod(0o640)
    sheet = read_sheet(told_by(etc))
    assert sheet is not None
    number = int(name[-1])
    known = {
        "services": dict.fromkeys(UNITS[:4], "active"),
        "addresses": {"eth14": (f"172.29.232.1{number}",)},
        "listening": frozenset({"tcp 9876", "udp 5555"}),
    }
    return replace(controller_of(name, sheet, SALT), **{**known, **changes})


def look(*hosts: Controller, **parts: Any) -> Controllers:
    """Return one look at controllers."""
    return Controllers(at="2026-11-23T04:00:00+00:00", hosts=hosts, **parts)


def three(release: str, directory: Path, *changes: tuple[str, str]) -> Controllers:
    """Return three controllers of a release, alike; ``changes`` are made on the last one alone."""
    texts = [conf(release), conf(release), conf(release, *changes)]
    return look(*(controller(n, t, directory) for n, t in zip(NAMES, texts, strict=True)))


def inventory(underscored: bool) -> Inventory:
    """Return OSA's inventory with three containers."""
    groups = [f"octavia{end}" for end in ("-api", "-worker", "-housekeeping", "-health-manager")]
    spelled = [group.replace("-", "_") if underscored else group for group in groups]
    managed = {
        name: ManagedHost(
            name,
            frozenset(spelled),
            address=f"172.29.236.5{number}",
            physical_host=f"infra{number}",
            networks={"lbaas_address": f"172.29.232.1{number}"},
        )
        for number, name in enumerate(NAMES, 1)
    }
    members = dict.fromkeys(("octavia_all", *spelled), NAMES)
    return Inventory(managed=managed, managed_groups=members)


def deployment(
    release: str, answers: Mapping[str, object] | None = None, **host: Any
) -> tuple[Effective, Facts]:
    """Return a deployment of a release: its role's defaults, but for these answers."""
    underscored = int(release.partition(".")[0]) >= 33
    known = HostFacts(
        Path("/etc/openstack_deploy"),
        exists=True,
        **{"inventory": inventory(underscored), **host},
    )
    facts = Facts(known, cloud=CLOUD)
    given = Answers()
    for key, value in {"cloud.release": release, **(answers or {})}.items():
        given = given.with_value(key, value, Provenance.PRESET)
    return resolve(given, facts), facts
