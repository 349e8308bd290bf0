"""Statements over sets that are compiled once: rows as a parameter, and an INSERT … SELECT of what is not there yet.

A VALUES list would give every sweep a text of its own, which then has to be compiled anew (0.1 s); one parameter of
JSON keeps the text the same for ever.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import CTE, Select, String, bindparam, cast, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine
from sqlmodel import Session, SQLModel

from engine.models import columns

Columns = Mapping[str, type[TypeEngine[Any]]]


def rowset(name: str, shape: Columns, rows: Iterable[Sequence[object]], *, dialect: str) -> CTE:
    """A table of the given rows.

    Args:
        name: what the table is called in the statement.
        shape: name and SQL type (Date, Integer or String) of each column.
        rows: the values, in the order of the columns; days as dates.
        dialect: `sqlite` or `postgresql`.
    """
    listed = [[value.isoformat() if isinstance(value, date) else value for value in row] for row in rows]
    given = bindparam(f"{name}_rows", json.dumps(listed), String)
    if dialect == "postgresql":
        elements = func.jsonb_array_elements(cast(given, JSONB)).column_valued(f"{name}_element")
        cells = [cast(elements.op("->>")(n), kind).label(title) for n, (title, kind) in enumerate(shape.items())]
    else:
        element = func.json_each(given).table_valued("value", name=f"{name}_element").c.value
        cells = [
            func.json_extract(element, f"$[{n}]", type_=kind()).label(title)
            for n, (title, kind) in enumerate(shape.items())
        ]
    return select(*cells).cte(name)


def insert_new(session: Session, table: type[SQLModel], names: Sequence[str], rows: Select[Any]) -> int:
    """Insert the rows whose keys are not there yet, and count them (RETURNING: psycopg gives no row count here)."""
    kind = _PostgresqlInsert if session.get_bind().dialect.name == "postgresql" else _SqliteInsert
    key = next(iter(columns(table)))
    statement = kind(key.table).from_select(names, rows).on_conflict_do_nothing().returning(key)
    return len(session.execute(statement).all())


class _SqliteInsert(sqlite.Insert):
    """SQLAlchemy keeps no compiled form of an INSERT with a conflict clause, for it may differ; here it never does."""

    inherit_cache = True


class _PostgresqlInsert(postgresql.Insert):
    """The same for PostgreSQL."""

    inherit_cache = True
