"""The variables that are maps shared with the operator's files: merged, never replaced."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from octavia_wizard.core.emit.entries import Entry, View, acts_on
from octavia_wizard.core.emit.merge import leaves, merged, picked
from octavia_wizard.core.emit.quotas import wanted_limits
from octavia_wizard.core.facts.deploy_host_files import OUR_VARIABLES
from octavia_wizard.core.facts.model import UserFile
from octavia_wizard.core.releases import QuotasBy, SparePool
from octavia_wizard.core.secrets import SERVER_CERTS_KEY_PASSPHRASE

CONF_OVERRIDES = "octavia_octavia_conf_overrides"
USER_IDENTITY = "openstack_user_identity"
MAPS = (CONF_OVERRIDES, USER_IDENTITY)

_KEPT = "Kept from this file as it was before octavia-wizard:"


def map_entries(view: View, answered: dict[str, object]) -> Iterator[Entry]:
    """Yield the shared maps; ``answered`` are those set by name, which win over everything."""
    for name, why, ours in (
        (CONF_OVERRIDES, *_conf_overrides(view)),
        (USER_IDENTITY, "", _user_identity(view)),
    ):
        if not acts_on(view.release, name):
            continue
        top = merged(ours, answered[name]) if name in answered else ours
        if top:
            yield _entry(view, name, why or _QUOTAS_WHY, top)


_QUOTAS_WHY = (
    "Quotas of the service project, which this release sets by openstack.osa.openstack_resources. "
    "Its keys are plural; the singular ones of the role's page are ignored."
)


def _entry(view: View, name: str, why: str, top: object) -> Entry:
    base: object = {}
    origins: list[str] = ["computed"]
    other = _last_of_others(view, name)
    if other is not None:
        file, value = other
        if isinstance(value, dict):
            base = merged(base, value)
            origins.append(f"merged with {file.path.name}, whose map this one replaces")
        else:
            origins.append(f"not merged with {file.path.name}, whose value is no map")
    kept = _kept(view, name)
    if kept:
        base = merged(base, kept)
        paths = ", ".join("/".join(path) for path in leaves(kept))
        origins.append(f"\n{_KEPT} {paths}")
    return Entry(name, merged(base, top), why, ", ".join(origins).replace(", \n", "\n"))


def _last_of_others(view: View, name: str) -> tuple[UserFile, object] | None:
    """Return the map that counts today: of several files, the last one's, as a whole.

    What is encrypted is left out: it must not be copied into a file that is not.
    """
    found = None
    for file in view.facts.host.user_files:
        theirs = file.path.name != OUR_VARIABLES and not file.values_hidden
        if theirs and name in file.variables:
            found = (file, file.variables[name].value)
    return found


def _kept(view: View, name: str) -> dict[str, object]:
    """Return what stood in a file of our name that was not ours, now or before the first run."""
    for file in view.facts.host.user_files:
        if file.path.name != OUR_VARIABLES or name not in file.variables:
            continue
        value = file.variables[name].value
        if not file.ours:
            return value if isinstance(value, dict) else {}
        return picked(value, _kept_paths(view, file.variables[name].line))
    return {}


def _kept_paths(view: View, line: int) -> tuple[tuple[str, ...], ...]:
    above = view.facts.host.texts.get(OUR_VARIABLES, "").splitlines()[: line - 1]
    comment = takewhile(lambda text: text.startswith("# "), reversed(above))
    # The list is the comment's last paragraph, wrapped between words.
    text = " ".join(line[2:] for line in reversed(list(comment)))
    _, found, paths = text.partition(f"{_KEPT} ")
    return tuple(tuple(path.split("/")) for path in paths.split(", ")) if found else ()


def _conf_overrides(view: View) -> tuple[str, dict[str, object]]:
    """Return why, and the sections of octavia.conf no variable reaches."""
    effective, reasons = view.effective, []
    sections: dict[str, object] = {}
    if view.release.rules.server_certs_key_passphrase_supported:
        reference = "{{ " + SERVER_CERTS_KEY_PASSPHRASE + " }}"
        sections["certificates"] = {"server_certs_key_passphrase": reference}
        reasons.append(
            "certificates/server_certs_key_passphrase encrypts amphora keys; the role leaves "
            "Octavia's published default, so it refers to a secret here."
        )
    spares = effective.maybe_number("capacity.spare_pool")
    if spares and view.release.rules.spare_pool is SparePool.OVERRIDE:
        sections["house_keeping"] = {"spare_amphora_pool_size": spares}
        reasons.append("house_keeping: spare amphorae, deprecated, and gone with the next upgrade.")
    cinder = _cinder(view)
    if cinder:
        sections["cinder"] = cinder
        reasons.append("cinder: volumes of amphorae, for which this release has no variables.")
    retries = effective.maybe_number("capacity.active_retries")
    own = effective.answered("capacity.active_retries")
    if own and not view.release.has("octavia_amp_active_retries"):
        sections["controller_worker"] = {"amp_active_retries": retries}
        reasons.append("controller_worker: how often Octavia asks whether an amphora has booted.")
    return "Settings of octavia.conf no variable reaches. " + " ".join(reasons), sections


def _cinder(view: View) -> dict[str, object]:
    effective = view.effective
    if view.release.has("octavia_cinder_volume_size"):
        return {}
    if not effective.is_on("capacity.volume_backed"):
        return {}
    size = effective.maybe_number("capacity.volume_size_gib")
    kind = effective.maybe_text("capacity.volume_type")
    return {
        name: value
        for name, value in (("volume_size", size), ("volume_type", kind))
        if value is not None
    }


def _user_identity(view: View) -> dict[str, object]:
    by_resources = view.release.rules.quotas_by is QuotasBy.OPENSTACK_RESOURCES
    limits = wanted_limits(view) if by_resources else {}
    if not limits:
        return {}
    project = view.effective.maybe_text("cloud.service_project") or "service"
    return {"quotas": [{"name": project, **limits}]}
