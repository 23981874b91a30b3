"""Lets several threads of several services write to SQLite files (in WAL mode) without failing.

oslo.db is made for MySQL and PostgreSQL. Three things are added to it:

* ``pool_timeout`` is left out for ``NullPool``, which does not take it; octavia always sets it.
* A transaction that is going to write takes the write lock when it begins. With SQLite's deferred
  BEGIN, one that read first and writes after another one has committed fails at once, whatever the
  busy timeout. Readers keep the deferred form: in WAL mode nothing blocks them. So does a second
  transaction of a thread that has the lock already, as octavia begins to look up quotas while it
  creates a listener: it would wait for itself.
* "database is locked" becomes ``DBDeadlock``, which the services answer by trying again.
"""

from __future__ import annotations

import threading
from typing import Any


class _Held(threading.local):
    """The write locks of this thread: database to the ``info`` of the connection that has it."""

    def __init__(self) -> None:
        self.by: dict[str, Any] = {}


_held = _Held()


def install(*, every_transaction_writes: bool) -> None:
    """Change oslo.db in this process, before the service creates its first engine.

    ``every_transaction_writes`` is for services whose sessions do not tell readers from writers.
    """
    import sqlalchemy
    from oslo_db.sqlalchemy import engines
    from sqlalchemy import event, pool

    original = sqlalchemy.create_engine

    def begin(connection: Any) -> None:
        # oslo.db has a listener of its own that follows and keeps still when it sees this mark
        if "in_transaction" in connection.info:
            return
        options = connection.get_execution_options()
        writes = every_transaction_writes or options.get("writes_to_sqlite", False)
        database = str(connection.engine.url)
        takes = writes and database not in _held.by
        connection.exec_driver_sql("BEGIN IMMEDIATE" if takes else "BEGIN")
        connection.info["in_transaction"] = True
        if takes:
            _held.by[database] = connection.info

    def end(connection: Any) -> None:
        database = str(connection.engine.url)
        if _held.by.get(database) is connection.info:
            del _held.by[database]

    def create_engine(url: Any, **options: Any) -> Any:
        if options.get("poolclass") is pool.NullPool:
            options.pop("pool_timeout", None)
        engine = original(url, **options)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "begin", begin)
            event.listen(engine, "commit", end)
            event.listen(engine, "rollback", end)
        return engine

    engines.sqlalchemy = _Overlay(sqlalchemy, create_engine=create_engine)
    _mark_writers()
    _translate_locked()


class _Overlay:
    """A module seen through with some of its names replaced."""

    def __init__(self, module: Any, **replaced: Any) -> None:
        self._module = module
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def _mark_writers() -> None:
    """Have enginefacade's writer sessions carry the mark that ``begin`` looks for."""
    from oslo_db.sqlalchemy import enginefacade

    factory = enginefacade._AbstractTransactionFactory
    original = factory._create_session

    def create_session(self: Any, mode: Any, bind: Any = None) -> Any:
        if not self._started:
            self._start()
        if (
            bind is None
            and mode is enginefacade._WRITER
            and self._writer_engine.dialect.name == "sqlite"
        ):
            bind = self._writer_engine.execution_options(writes_to_sqlite=True)
        return original(self, mode, bind)

    factory._create_session = create_session


def _translate_locked() -> None:
    """Have "database is locked" raised as the deadlock the services know how to retry."""
    from oslo_db import exception
    from oslo_db.sqlalchemy import exc_filters
    from sqlalchemy import exc

    @exc_filters.filters("sqlite", exc.OperationalError, r".*database is locked.*")
    def locked(error: Any, match: Any, engine_name: str, is_disconnect: bool) -> None:
        raise exception.DBDeadlock(error)
