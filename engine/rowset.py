"""Statements over sets that are compiled once: rows as a parameter, and an INSERT … SELECT of what is not there yet.

A VALUES list would give every sweep a text of its own, which then has to be built and compiled anew (0.1 s); with one
parameter of JSON the statement is made once for the life of the process.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import CTE, Select, String, bindparam, cast, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from engine.models import columns

Columns = Mapping[str, type[TypeEngine[Any]]]


def rowset(name: str, shape: Columns, *, dialect: str) -> CTE:
    """A table whose rows come with the execution, as the parameter `<name>_rows` that `packed` makes.

    Args:
        name: what the table is called in the statement.
        shape: name and SQL type (Date, Integer or String) of each column.
        dialect: `sqlite` or `postgresql`.
    """
    given = bindparam(f"{name}_rows", type_=String)
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


def packed(rows: Iterable[Sequence[object]]) -> str:
    """Rows as the parameter of a rowset; days in ISO form."""
    return json.dumps([[value.isoformat() if isinstance(value, date) else value for value in row] for row in rows])


def insert_new(table: type[SQLModel], names: Sequence[str], rows: Select[Any]) -> ReturningInsert[tuple[Any]]:
    """An INSERT … SELECT of the rows whose keys are not there yet; it returns the keys of those that were not.

    The conflict clause stands at the end of the SELECT, which both databases read as the INSERT's own: SQLAlchemy keeps
    no compiled form of its own ON CONFLICT. SQLite needs `rows` to end in ORDER BY or GROUP BY, or takes ON for a join.
    """
    key = next(iter(columns(table)))
    return insert(key.table).from_select(list(names), rows.suffix_with("ON CONFLICT DO NOTHING")).returning(key)
