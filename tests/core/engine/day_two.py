"""A deployment that stands, playbooks and all, and what one change of it has planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.engine.plan import Plan, build_plan
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.facts.model import Facts, HostFacts, Tools
from octavia_wizard.core.pki.layout import layout_of
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.playbooks.kept import Kept, save
from octavia_wizard.core.steps.playbook_inputs import inputs_of
from tests.core.engine.deployment import Deployment

PURPOSES = ("containers", "neutron", "octavia", "haproxy", "lbaas", "quotas", "horizon")
STARTED = "2026-11-23T03:00:00+00:00"


@dataclass
class Standing:
    """A deployment of a release whose every step was applied."""

    root: Path
    release: str
    given: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.given = {
            "cloud.release": self.release,
            "deployment.verify": False,
            "certificates.key_type": "rsa-4096",
            "deployment.ansible_options": [],
            **self.given,
        }

    def make(self) -> Standing:
        """Apply all steps, and let all playbooks have run after that."""
        site = self._site({"deployment.run_playbooks": False})
        result = site.run()
        assert result.status is RunStatus.DONE, result.error
        site, facts = self._found({})
        effective = site.values(facts)
        for purpose in PURPOSES:
            _ran(site.deploy_dir, purpose, inputs_of(purpose, effective, facts))
        return self

    def plan(self, answers: Mapping[str, object] | None = None) -> Plan:
        """Plan with some answers changed."""
        site, facts = self._found(answers or {})
        return build_plan(site.values(facts), facts)

    def changes(self, answers: Mapping[str, object] | None = None) -> set[str]:
        """Return the steps a plan with some answers changed would do something in."""
        plan = self.plan(answers)
        obstacles = [(item.step, item.decision.reason) for item in plan.obstacles]
        assert obstacles == []
        return {item.step for item in plan.changes}

    @property
    def deploy_dir(self) -> Path:
        """Return the deploy directory."""
        return self.root / "openstack_deploy"

    @property
    def client_certificate(self) -> Path:
        """Return the certificate of the controllers."""
        site, facts = self._found({})
        layout = layout_of(site.values(facts))
        assert layout is not None
        return layout.files[Pem.CLIENT]

    def lose_network(self) -> None:
        """Have somebody delete the management network."""
        cloud = self._site({}).cloud
        (network,) = cloud.networks
        cloud.delete_network(network)

    def _found(self, answers: Mapping[str, object]) -> tuple[Deployment, Facts]:
        site = self._site({"deployment.run_playbooks": True, **answers})
        facts = site.facts()
        return site, replace(facts, host=self._with_tools(facts.host))

    def _with_tools(self, host: HostFacts) -> HostFacts:
        tools = Tools(wrapper=self.root / "openstack-ansible", clone=self.root / "clone")
        return replace(host, tools=tools)

    def _site(self, answers: Mapping[str, object]) -> Deployment:
        site = Deployment(self.root)
        site.answers = Answers(
            values=MappingProxyType({**site.answers.values, **self.given, **answers})
        )
        return site


def _ran(deploy_dir: Path, purpose: str, inputs: Mapping[str, str]) -> None:
    """Record a run of a playbook that ended well."""
    directory = DeploymentPlace.of(deploy_dir).playbooks / f"{purpose}-20261123T030000Z-0000"
    save(
        Kept(
            directory=directory,
            purpose=purpose,
            command=("openstack-ansible", purpose),
            inputs=inputs,
            started=STARTED,
            ended=STARTED,
        )
    )
    (directory / "exit").write_text("0\n")
