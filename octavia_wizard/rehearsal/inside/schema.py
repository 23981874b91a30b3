"""Creates the services' databases from their models, as the migrations would leave them.

Running years of migrations takes most of a minute on SQLite, and neutron's and octavia's do not run
there at all (ALTER of constraints). So the tables are created from the models, the rows that
migrations insert are inserted, and the newest revisions are written down.

Compared once with the migrated databases of the pinned versions: every table and column the
services use is there with the same type. What differs: nova's and keystone's tables that no model
names any more are missing, some indexes of keystone have other names, and keystone's models state a
few foreign keys that SQLite does not enforce.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from database import build, folder, heads, written_heads


def create(service: str, data: Path) -> bool:
    """Create what is missing of a service's databases; tell whether anything was missing."""
    missing = [name for name in DATABASES[service] if not (data / f"{name}.db").exists()]
    for name in missing:
        DATABASES[service][name](data)
    return bool(missing)


def _keystone(data: Path) -> None:
    """keystone: its models are spread over the SQL back ends of its subsystems."""
    import keystone
    from keystone.common import sql

    for module in pkgutil.iter_modules(keystone.__path__):
        folder = Path(keystone.__path__[0], module.name)
        for found in folder.glob("*backends/*.py"):
            if "sql" in found.stem:
                importlib.import_module(
                    ".".join(("keystone", module.name, found.parent.name, found.stem))
                )
    newest = written_heads("keystone.common.sql", "migrations", "versions")
    build(data, "keystone", sql.ModelBase.metadata, newest, _keystone_root_domain)


def _keystone_root_domain(connection: sa.Connection) -> None:
    """The domain above all domains, which keystone's first migration inserts."""
    from keystone.resource.backends.sql_model import Project

    root = "<<keystone.domain.root>>"
    row = {"id": root, "name": root, "enabled": False, "description": "", "extra": {}}
    connection.execute(
        Project.__table__.insert(), {**row, "domain_id": root, "is_domain": True, "parent_id": None}
    )


def _glance(data: Path) -> None:
    """glance: images and metadata definitions, two sets of models in one database."""
    from glance.db.sqlalchemy import models, models_metadef

    metadata = sa.MetaData()
    for base in (models.BASE, models_metadef.BASE_DICT):
        for table in base.metadata.tables.values():
            if table.name not in metadata.tables:
                table.to_metadata(metadata)
    build(data, "glance", metadata, heads("glance.db.sqlalchemy.alembic_migrations"))


def _placement(data: Path) -> None:
    """placement: standard traits and resource classes are added by the service as it starts."""
    from placement.db.sqlalchemy import models

    build(data, "placement", models.BASE.metadata, heads("placement.db.sqlalchemy", "alembic"))


def _nova_api(data: Path) -> None:
    """nova's API database: knows the two cells."""
    from nova.db.api import models

    def cells(connection: sa.Connection) -> None:
        mappings = models.CellMapping.__table__
        for name, uuid, transport in (
            ("cell0", "00000000-0000-0000-0000-000000000000", "none:///"),
            ("cell1", "c0ffee00-0000-4000-8000-000000000001", "fake://"),
        ):
            url = f"sqlite:///{data / f'nova_{name}.db'}?timeout=60"
            connection.execute(
                mappings.insert(),
                {
                    "name": name,
                    "uuid": uuid,
                    "transport_url": transport,
                    "database_connection": url,
                    "disabled": False,
                },
            )

    build(data, "nova_api", models.BASE.metadata, heads("nova.db.api", "migrations"), cells)


def _nova_cell(name: str) -> Callable[[Path], None]:
    """A cell's database: the models and the tables deleted rows are archived into."""

    def create_cell(data: Path) -> None:
        from nova.db.main import models

        metadata = sa.MetaData()
        for table in models.BASE.metadata.sorted_tables:
            table.to_metadata(metadata)
        for table in models.BASE.metadata.sorted_tables:
            if "deleted" in table.columns and table.name != "console_auth_tokens":
                columns = [_plain_copy(column) for column in table.columns]
                sa.Table(f"shadow_{table.name}", metadata, *columns)
        build(data, name, metadata, heads("nova.db.main", "migrations"))

    return create_cell


def _plain_copy(column: sa.Column[Any]) -> sa.Column[Any]:
    """Copy a column without its foreign keys, unique constraints and indexes."""
    return sa.Column(
        column.name,
        column.type,
        primary_key=column.primary_key,
        nullable=column.nullable,
        server_default=column.server_default.arg if column.server_default is not None else None,
    )


def _neutron(data: Path) -> None:
    """neutron: with the default security group rules its 2023.2 migration inserts."""
    from neutron.db.migration.models import head

    metadata = head.get_metadata()

    def rules(connection: sa.Connection) -> None:
        module = _load_neutron_rules()
        attributes = metadata.tables["standardattributes"]
        templates = metadata.tables[module.table_name]
        for rule in module.default_template_rules:
            values = dict(rule)
            inserted = connection.execute(
                attributes.insert().values(
                    description=values.pop("description"),
                    resource_type=module.table_name,
                    revision_number=0,
                )
            )
            key = inserted.inserted_primary_key[0]
            connection.execute(templates.insert().values(standard_attr_id=key, **values))

    newest = written_heads("neutron.db.migration", "alembic_migrations", "versions")
    build(data, "neutron", metadata, newest, rules)


def _load_neutron_rules() -> Any:
    """Load the migration that holds the default rules; "2023.2" cannot be an import's name."""
    from importlib import util

    source = folder("neutron.db.migration").joinpath(
        "alembic_migrations/versions/2023.2/expand/c33da356b165_security_group_default_rules.py"
    )
    spec = util.spec_from_file_location("default_rules", source)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {source}")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _octavia(data: Path) -> None:
    """octavia: with the names its lookup tables hold and the placeholders for deleted things."""
    from octavia.db import models

    tables = models.LoadBalancer.metadata
    newest = heads("octavia.db.migration", "alembic_migrations")
    build(data, "octavia", tables, newest, _octavia_lookups, _octavia_placeholders)


def _octavia_lookups(connection: sa.Connection) -> None:
    """The allowed values of octavia's foreign keys."""
    from octavia.common import constants as known
    from octavia.db import models

    for model, names in (
        (models.ProvisioningStatus, known.SUPPORTED_PROVISIONING_STATUSES),
        (models.OperatingStatus, known.SUPPORTED_OPERATING_STATUSES),
        (models.Protocol, known.SUPPORTED_PROTOCOLS),
        (models.Algorithm, known.SUPPORTED_LB_ALGORITHMS),
        (models.SessionPersistenceType, known.SUPPORTED_SP_TYPES),
        (models.HealthMonitorType, known.SUPPORTED_HEALTH_MONITOR_TYPES),
        (models.AmphoraRoles, known.SUPPORTED_AMPHORA_ROLES),
        (models.LBTopology, known.SUPPORTED_LB_TOPOLOGIES),
        (models.VRRPAuthMethod, known.SUPPORTED_VRRP_AUTH),
        (models.L7RuleType, known.SUPPORTED_L7RULE_TYPES),
        (models.L7RuleCompareType, known.SUPPORTED_L7RULE_COMPARE_TYPES),
        (models.L7PolicyAction, known.SUPPORTED_L7POLICY_ACTIONS),
        (models.ClientAuthenticationMode, known.SUPPORTED_CLIENT_AUTH_MODES),
    ):
        connection.execute(model.__table__.insert(), [{"name": name} for name in names])
    connection.execute(models.AmphoraBuildSlots.__table__.insert(), {"id": 1, "slots_used": 0})


def _octavia_placeholders(connection: sa.Connection) -> None:
    """What deleted load balancers refer to instead of a deleted flavor or zone."""
    from octavia.common import constants as known
    from octavia.db import models

    gone = {"name": "DELETED-PLACEHOLDER", "provider_name": known.DELETED, "id": known.NIL_UUID}
    text = "Placeholder for DELETED LBs with DELETED {}"
    for model, row in (
        (models.FlavorProfile, {**gone, "flavor_data": "{}"}),
        (models.AvailabilityZoneProfile, {**gone, "availability_zone_data": "{}"}),
        (
            models.Flavor,
            {
                "id": known.NIL_UUID,
                "name": gone["name"],
                "flavor_profile_id": known.NIL_UUID,
                "description": text.format("flavors"),
                "enabled": False,
            },
        ),
        (
            models.AvailabilityZone,
            {
                "name": known.NIL_UUID,
                "availability_zone_profile_id": known.NIL_UUID,
                "description": text.format("availability zones"),
                "enabled": False,
            },
        ),
    ):
        connection.execute(model.__table__.insert(), row)


DATABASES: dict[str, dict[str, Callable[[Path], None]]] = {
    "keystone": {"keystone": _keystone},
    "glance": {"glance": _glance},
    "placement": {"placement": _placement},
    "nova": {
        "nova_api": _nova_api,
        "nova_cell0": _nova_cell("nova_cell0"),
        "nova_cell1": _nova_cell("nova_cell1"),
    },
    "neutron": {"neutron": _neutron},
    "octavia": {"octavia": _octavia},
}
"""Service to its databases, each with the function that creates it."""
