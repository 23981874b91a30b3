"""Checks of what amphorae are made of: image, network, group, flavor, key, room in the quotas."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.capacity import Amphorae, adopted_flavor, planned_amphorae
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import (
    UNLIMITED,
    flavors_called,
    groups_called,
    limits_of,
    networks_called,
    subnets_of,
)
from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.facts.resources import Flavor
from octavia_wizard.core.steps.base import Action, Decision, Step
from octavia_wizard.core.steps.flavor import FlavorStep
from octavia_wizard.core.steps.image_marks import carriers_of, image_owner
from octavia_wizard.core.steps.keypair import KeypairStep
from octavia_wizard.core.steps.network import NetworkStep
from octavia_wizard.core.steps.security_group import SecurityGroupStep
from octavia_wizard.core.steps.shapes import cloud_of
from octavia_wizard.core.steps.subnet import SubnetStep
from octavia_wizard.core.verification.causes import explained
from octavia_wizard.core.verification.model import Status, Verdict, passed, warned
from octavia_wizard.core.verification.scene import Scene

DEFAULT_TAG = "octavia-amphora-image"
"""octavia_amp_image_tag of the role."""
_STEPS: tuple[type[Step], ...] = (
    NetworkStep,
    SubnetStep,
    SecurityGroupStep,
    FlavorStep,
    KeypairStep,
)
_GOOD = (Action.KEEP, Action.ADOPT)
_SERVICES = {
    "instances": "compute",
    "cores": "compute",
    "ram": "compute",
    "server_groups": "compute",
    "ports": "network",
    "security_groups": "network",
    "volumes": "volume",
    "gigabytes": "volume",
}


def image(scene: Scene) -> Verdict:
    """Look for the image just as Octavia does: by tag, owner and state; it should be one."""
    effective, cloud = scene.effective, cloud_of(scene.facts)
    tag = effective.maybe_text("image.tag") or DEFAULT_TAG
    owner = image_owner(effective, cloud)
    found = carriers_of(cloud.images, tag, owner)
    whose = f"owner {owner}" if owner else "any owner"
    if not found:
        others = [
            f"{one.name} {one.id} has it, {one.status}, of project {one.owner}"
            for one in cloud.images
            if tag in one.tags
        ]
        line = f"there is no active image with tag {tag}, {whose}"
        return explained("image", (line, *others), ("no active image",))
    first = found[0]
    told = f"{first.name} {first.id}, tag {tag}, {whose}"
    if len(found) > 1:
        rest = tuple(f"{one.name} {one.id} has the tag too" for one in found[1:])
        return warned(
            told,
            *rest,
            cause="Octavia takes the newest of several, which may be another one tomorrow.",
            cure="take the tag from all but one; octavia-wizard image status shows them",
            section="image",
        )
    return passed(told)


def resources(scene: Scene) -> Verdict:
    """Let the steps look once more: there must be nothing left for any of them to do."""
    good: list[str] = []
    for step in (kind() for kind in _STEPS):
        decision = step.decide(scene.effective, scene.facts)
        if decision.action in _GOOD:
            good.append(f"{step.title}: {decision.subject}")
        elif decision.action is Action.SKIP:
            left = _left_to_others(step.id, scene.effective, cloud_of(scene.facts))
            if left is not None and left.status is Status.FAILED:
                return left
            good += left.detail if left is not None else ()
        else:
            return _lacking(step, decision)
    return passed(*good)


def _lacking(step: Step, decision: Decision) -> Verdict:
    said = decision.reason or f"the plan would {decision.action} it"
    lines = (f"{step.title}: {decision.subject}: {said}", *decision.diff)
    verdict = explained("resources", lines)
    cure = f"octavia-wizard replay PRESET --only {step.id} mends it"
    return Verdict(
        Status.FAILED,
        lines,
        verdict.cause or "What octavia.conf is to name is not in the cloud as it was answered.",
        verdict.cure or cure,
        verdict.section or step.section,
        verdict.look,
    )


def _left_to_others(step: str, effective: Effective, cloud: CloudFacts) -> Verdict | None:
    """Look for what the role was to make; None for what is not wanted at all."""
    name, count = "", 0
    if step == NetworkStep.id and effective.chosen("network.created_by", "role"):
        name = effective.text("network.name")
        found = networks_called(cloud, name)
        count = len(found) if any(subnets_of(cloud, one.id) for one in found) else 0
    elif step == SecurityGroupStep.id:
        name = effective.maybe_text("network.security_group") or ""
        count = len(groups_called(cloud, name)) if name else 1
    elif step == FlavorStep.id:
        name = effective.maybe_text("capacity.flavor_name") or ""
        count = len(flavors_called(cloud, name)) if name else 1
    else:
        return None
    if count == 1:
        return passed(f"{name} is there") if name else None
    line = f"{name}: {count} of that name are in the cloud; the os_octavia role was to make one"
    return Verdict(
        Status.FAILED,
        (line,),
        "The Octavia playbook, which makes it, did not come to its end.",
        "run the Octavia playbook",
        "network" if step != FlavorStep.id else "capacity",
    )


def quotas(scene: Scene) -> Verdict:
    """Look whether the service project has room for the amphorae of one load balancer."""
    cloud = cloud_of(scene.facts)
    flavor = adopted_flavor(scene.effective, cloud) or _own_flavor(scene.effective, cloud)
    needed = smoke_cost(planned_amphorae(scene.effective, flavor))
    short, free = [], []
    for key, room in _room(cloud):
        if room < needed.get(key, 0):
            short.append(f"{key}: {room} left, {needed[key]} needed")
        elif key == "instances":
            free.append(f"{room} instances left of the service project's quota")
    if short:
        return explained("quotas", short, ("quota exceeded",))
    return passed(*free) if free else passed("no quota of the service project is in the way")


def smoke_cost(plan: Amphorae) -> dict[str, int]:
    """Return what one load balancer takes at once, by the keys of the quotas.

    Each amphora has a port on the management network and one beside the address of the load
    balancer, which is a port itself and has a security group of its own.
    """
    amphorae = 2 if plan.pairs else 1
    return {**plan.cost_of_one(), "ports": 2 * amphorae + 1, "security_groups": 1}


def _own_flavor(effective: Effective, cloud: CloudFacts) -> Flavor | None:
    name = effective.maybe_text("capacity.flavor_name")
    found = flavors_called(cloud, name) if name else ()
    return found[0] if len(found) == 1 else None


def _room(cloud: CloudFacts) -> Iterator[tuple[str, int]]:
    """Yield what is left of each quota that has a limit and whose use is known."""
    for key, service in _SERVICES.items():
        limit, used = limits_of(cloud, service).get(key), cloud.quotas.used.get(key)
        if limit not in (None, UNLIMITED) and used is not None:
            yield key, int(limit or 0) - used
