"""One step, run by the real engine over a real deploy directory and a cloud in memory."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.cloud.api import Cloud
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.events import StepFailed
from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.steps.base import Decision, Step
from tests.core.engine.support import Bench
from tests.core.pki.support import SECRETS
from tests.fakes import FakeCloud


class StepBench(Bench):
    """A deployment of one step, with a deploy directory that holds secrets."""

    def __post_init__(self) -> None:
        """Put the secrets where OSA has them."""
        super().__post_init__()
        self.deploy_dir = self.root / "openstack_deploy"
        if not self.deploy_dir.exists():
            self.deploy_dir.mkdir()
            self.put_secrets(**SECRETS)

    def put_secrets(self, **values: str) -> None:
        """Write the secrets file."""
        lines = [f"{name}: {value}\n" for name, value in values.items()]
        (self.deploy_dir / "user_secrets.yml").write_text("---\n" + "".join(lines))

    def use(self, cloud: Cloud) -> None:
        """Work on a real cloud from now on."""
        self.cloud = cloud  # type: ignore[assignment]

    def facts(self) -> Facts:
        """Read everything; a real cloud is not watched for injected faults."""
        if isinstance(self.cloud, FakeCloud):
            return super().facts()
        return Facts(self.read_host(), cloud=self.cloud.read(self.steps[0].reads))

    def read_host(self) -> HostFacts:
        """Read the deploy directory."""
        return read_host(self.deploy_dir, environ={})

    def decision(self) -> Decision:
        """Return what the step would do."""
        return self.steps[0].decide(self.effective, self.facts())

    def failure(self) -> str:
        """Return the message of the step that failed."""
        return str(self.of(StepFailed)[-1].message)


def bench(root: Path, step: Step, effective: Effective) -> StepBench:
    """Return a bench of one step, without the steps it needs."""
    alone = type(f"Alone{type(step).__name__}", (type(step),), {"needs": ()})()
    return StepBench(root, (alone,), effective=effective)
