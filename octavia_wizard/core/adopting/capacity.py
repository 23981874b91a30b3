"""Flavor and quotas as they are, so that none is made or changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from octavia_wizard.core.adopting.model import Found, Source
from octavia_wizard.core.adopting.reading import Answered, Reading
from octavia_wizard.core.capacity import raised_quotas
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import flavors_called
from octavia_wizard.core.facts.resources import Flavor
from octavia_wizard.core.findings.base import Situation
from octavia_wizard.core.findings.inspected import Inspected
from octavia_wizard.core.findings.sizes import check_pool

ID = "octavia_nova_flavor_uuid"
NAME = "octavia_amp_flavor_name"
_SPECS = "octavia_amp_extra_specs"
BALANCERS = "capacity.load_balancers"
SET_QUOTAS = "capacity.set_quotas"
USUAL = 100
"""Load balancers the interview proposes to plan for."""


def flavor_answers(reading: Reading) -> Answered:
    """Adopt the flavor the files name by its id; else it is made by what they say of it."""
    wanted = reading.text(ID)
    if wanted is not None:
        yield "capacity.flavor_source", reading.by_file(ID, "adopt")
        yield "capacity.flavor_existing", reading.by_file(ID, wanted)
    specs = reading.value(_SPECS)
    if isinstance(specs, Mapping):
        texts = {str(name): str(value) for name, value in specs.items()}
        yield "capacity.extra_specs", reading.by_file(_SPECS, texts)


def flavor_in_use(reading: Reading) -> Flavor | None:
    """Return the one flavor of the name the role looks for."""
    name = reading.text(NAME) or reading.holds(NAME)
    if reading.cloud is None or not isinstance(name, str):
        return None
    found = flavors_called(reading.cloud, name)
    return found[0] if len(found) == 1 else None


def adopted_by_id(flavor: Flavor) -> Answered:
    """Adopt a flavor that is not as the files have it: the role would make it anew."""
    where = f"{flavor.name} has other sizes than the files, or is public"
    yield "capacity.flavor_source", Found("adopt", Source.CLOUD, where)
    yield "capacity.flavor_existing", Found(flavor.id, Source.CLOUD, where)


def balancers_that_fit(
    reading: Reading, resolved: Callable[[int], Effective]
) -> tuple[str, Found] | None:
    """Return for how many load balancers quotas and addresses suffice, where not for the usual.

    ``resolved`` gives the effective values for a number of them.  Where they do not even suffice
    for one, quotas are left alone.
    """
    if reading.cloud is None or _fits(reading, resolved(USUAL)):
        return None
    if not _fits(reading, resolved(1)):
        return SET_QUOTAS, Found(False, Source.CHOSEN, "quotas stay as they are")
    enough, too_many = 1, USUAL
    while too_many - enough > 1:
        middle = (enough + too_many) // 2
        if _fits(reading, resolved(middle)):
            enough = middle
        else:
            too_many = middle
    where = "as many as its quotas and the addresses of the network suffice for"
    return BALANCERS, Found(enough, Source.CLOUD, where)


def _fits(reading: Reading, effective: Effective) -> bool:
    cloud = reading.cloud
    if cloud is not None and raised_quotas(effective, cloud):
        return False
    return not tuple(check_pool(Situation(effective, reading.facts, Inspected())))
