"""Builds one SQLite database from SQLAlchemy models, as a service's migrations would leave it."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import sqlalchemy as sa

Fill = Callable[[sa.Connection], None]


def build(data: Path, name: str, metadata: sa.MetaData, heads: Iterable[str], *fills: Fill) -> None:
    """Create one database under a passing name, so that a file with its own name is whole."""
    unfinished = data / f"{name}.db.new"
    for leftover in data.glob(f"{name}.db.new*"):
        leftover.unlink()
    engine = sa.create_engine(f"sqlite:///{unfinished}", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        # the journal mode stays with the file: no service has to set it, none can forget it
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        metadata.create_all(connection, checkfirst=False)
        versions = sa.Table(
            "alembic_version",
            sa.MetaData(),
            sa.Column("version_num", sa.String(32), primary_key=True, nullable=False),
        )
        versions.create(connection)
        connection.execute(versions.insert(), [{"version_num": head} for head in heads])
        for fill in fills:
            fill(connection)
        connection.commit()
    engine.dispose()
    unfinished.chmod(0o600)
    unfinished.rename(data / f"{name}.db")


def heads(package: str, *where: str) -> list[str]:
    """Return the newest revisions of an alembic script directory inside a package."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(folder(package).joinpath(*where)))
    return list(ScriptDirectory.from_config(config).get_heads())


def written_heads(package: str, *where: str) -> list[str]:
    """Return the newest revisions as keystone and neutron keep them in two files."""
    versions = folder(package).joinpath(*where)
    return [
        (versions / name).read_text(encoding="ascii").strip()
        for name in ("EXPAND_HEAD", "CONTRACT_HEAD")
    ]


def folder(package: str) -> Path:
    """Return the directory of an installed package."""
    return Path(os.fspath(importlib.import_module(package).__path__[0]))
