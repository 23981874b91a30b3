"""From a deployment that runs to answers under which nothing of it changes."""

from __future__ import annotations

from octavia_wizard.core.adopting import capacity, certificates, image, network, ssh
from octavia_wizard.core.adopting.capacity import adopted_by_id, balancers_that_fit, flavor_in_use
from octavia_wizard.core.adopting.deployment import deployment_answers
from octavia_wizard.core.adopting.fitting import Fitting
from octavia_wizard.core.adopting.model import Adoption, Found, Source
from octavia_wizard.core.adopting.reading import Answered, Reading
from octavia_wizard.core.adopting.rows import direct_answers
from octavia_wizard.core.adopting.telling import asides, deviations, lines, todo, twice, unseen
from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.entries import View
from octavia_wizard.core.emit.reservations import reservation
from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.findings.existing import signs
from octavia_wizard.core.questions.resolve import resolve
from octavia_wizard.core.releases import Release
from octavia_wizard.core.steps.base import Action
from octavia_wizard.core.steps.flavor import FlavorStep

_CERTIFICATES = "certificates."


def adopt(facts: Facts, given: Answers) -> Adoption:
    """Work out the answers; looks at the files of certificates, and changes nothing.

    ``given`` holds whatever is found, the release and the cloud among it.  Raises UsageError
    where nothing of Octavia was found, and where no release is known.
    """
    release = _release(facts, given)
    reading = Reading.of(release, facts)
    if not signs(release, facts):
        raise UsageError(
            f"no sign of Octavia was found in {facts.host.deploy_dir}"
            f"{' or in the cloud' if facts.cloud is not None else ''}",
            hint="there is nothing to import; the interview brings Octavia up: octavia-wizard"
            + ("" if facts.cloud is not None else ", or name the cloud it runs in: --cloud NAME"),
        )
    fitting = Fitting(reading, given)
    effective = _fitted(fitting)
    return Adoption(
        release=release,
        answers=fitting.answers(),
        lines=tuple(lines(fitting)),
        asides=tuple(asides(fitting)),
        deviations=tuple(deviations(fitting, effective)),
        twice=tuple(twice(reading, effective)),
        unseen=tuple(unseen(fitting)),
        todo=tuple(todo(fitting, effective)),
    )


def service_project(facts: Facts, release: Release) -> str | None:
    """Return the project the files name for Octavia's resources; None where they name none."""
    return Reading.of(release, facts).text("octavia_service_project_name")


def _release(facts: Facts, given: Answers) -> Release:
    effective = resolve(given, facts)
    if "cloud.release" in effective.missing:
        raise UsageError(
            "the release of OpenStack-Ansible cannot be told on this host",
            hint="name it: --set cloud.release=RELEASE",
        )
    return effective.release


def _fitted(fitting: Fitting) -> Effective:
    """Take what was found section by section, and mend it until it fits."""
    reading = fitting.reading
    for section in (
        _cloud(reading, fitting.given),
        direct_answers(reading),
        network.network_answers(reading),
        image.image_answers(reading),
        ssh.ssh_answers(reading),
        capacity.flavor_answers(reading),
        deployment_answers(reading),
    ):
        fitting.take(section)
    fitting.take(certificates.certificate_answers(reading, fitting.effective()))
    _settle_network(fitting)
    _settle_flavor(fitting)
    fit = balancers_that_fit(reading, lambda n: fitting.effective(capacity__load_balancers=n))
    fitting.take(iter(() if fit is None else (fit,)))
    effective = fitting.settle()
    if reservation(View(effective, reading.facts)):
        why = "nothing of yours is edited; yes adds what openstack_user_config.yml lacks"
        fitting.take(iter([("network.edit_inventory", Found(False, Source.CHOSEN, why))]))
        effective = fitting.settle()
    return effective


def _cloud(reading: Reading, given: Answers) -> Answered:
    evidence, cloud = reading.facts.host.release, reading.cloud
    if evidence is not None:
        yield "cloud.release", Found(reading.release.name, Source.HOST, evidence.source)
    if cloud is None:
        yield "cloud.mode", Found("files", Source.CHOSEN, "no cloud was read")
        return
    yield "cloud.mode", Found("live", Source.CLOUD, f"{cloud.name} was read")
    if cloud.name != "environment":
        yield "cloud.name", Found(cloud.name, Source.CLOUD, "the cloud that was read")


def _settle_network(fitting: Fitting) -> None:
    """Mind what differs by adopting, where the role could not tell which network is meant."""
    if network.is_ambiguous(fitting.reading):
        fitting.why["network.existing"] = "several networks have the name the role looks for"
    if fitting.reading.text(network.ID) is not None and fitting.reading.cloud is not None:
        follows = fitting.reading.release.rules.security_group_rule_cidr_is_management_cidr
        if not follows:
            fitting.why["network.cidr"] = (
                "what the network has; this release reads it nowhere where the network has an id"
            )


def _settle_flavor(fitting: Fitting) -> None:
    """Adopt a flavor by its id where the role, and so the wizard, would make it anew."""
    flavor = flavor_in_use(fitting.reading)
    if flavor is None or "capacity.flavor_source" in fitting.found:
        return
    decision = FlavorStep().decide(fitting.effective(), fitting.reading.facts)
    if decision.action in (Action.CONFLICT, Action.CREATE, Action.CHANGE):
        fitting.take(adopted_by_id(flavor))
        fitting.why["capacity.flavor_existing"] = (
            "its id, since the flavor has other sizes than the files say: by those the role would "
            "delete it and make it anew"
        )
