"""Checks of the load-balancer API itself."""

from __future__ import annotations

from octavia_wizard.core.releases import Release
from octavia_wizard.core.verification.causes import explained
from octavia_wizard.core.verification.model import Verdict, passed, skipped, warned
from octavia_wizard.core.verification.scene import Scene

AMPHORA_PROVIDERS = ("amphora", "amphorav2", "octavia")
"""Names of the amphora provider; ``octavia`` is its alias from before release Rocky."""
_DRIVERS = "octavia_enabled_provider_drivers"
_FIRST_WITH_PROVIDERS = 18
"""OSA of release Rocky, whose Octavia 3 has the first list of providers (API 2.1)."""
_FIRST_ONLY_V2, _LAST_ONLY_V2 = (28, 0, 1), (29, 0, 2)
"""From and to which release the role offers ``amphorav2`` and no ``amphora`` (os_octavia
defaults/main.yml at the pins of 28.0.1 to 28.4.2 and 29.0.0 to 29.0.2)."""


def api(scene: Scene) -> Verdict:
    """Ask the endpoint of the catalogue which versions it speaks."""
    versions = scene.cloud.load_balancer_versions()
    return passed(f"speaks {versions[0]} to {versions[-1]}" if versions else "answers")


def providers(scene: Scene) -> Verdict:
    """Look whether load balancers can have amphorae, by the names the release gives."""
    release = scene.effective.release
    if release.major < _FIRST_WITH_PROVIDERS:
        return skipped(f"OSA {release.name} has no providers: every load balancer has amphorae")
    found = scene.cloud.load_balancer_providers()
    known = [name for name in AMPHORA_PROVIDERS if name in found]
    told = f"providers: {', '.join(found) or 'none'}"
    if not known:
        return explained("providers", (told,), ("no provider of amphorae",))
    lacking = [name for name in wanted_providers(scene) if name not in found]
    if lacking:
        return warned(
            told,
            cause=f"The answers offer {', '.join(lacking)} as well, and the API does not know it.",
            cure="run the Octavia playbook on all controllers",
            section="variables",
        )
    if only_v2(release) and "amphora" not in found:
        note = (
            f"OSA {release.name} offers amphorav2 and no amphora: clients that ask for amphora by "
            "name, as Magnum does, are refused"
        )
        return passed(told, note)
    return passed(told)


def wanted_providers(scene: Scene) -> tuple[str, ...]:
    """Return the names that the answers, or else the role's own defaults, offer."""
    told = scene.effective.variables().get(_DRIVERS)
    drivers = told.value if told is not None else None
    if drivers is None:
        variable = scene.effective.release.variable(_DRIVERS)
        drivers = variable.default if variable is not None else None
    if not isinstance(drivers, list | tuple):
        # Written as a template, it depends on more than can be told from here.
        return ()
    names = (str(one).partition(":")[0].strip(" '\"") for one in drivers)
    return tuple(name for name in names if name and "{" not in name)


def only_v2(release: Release) -> bool:
    """Say whether the release's role offers no provider ``amphora``."""
    return _FIRST_ONLY_V2 <= release.version <= _LAST_ONLY_V2
