"""Conditions on an entry: did mail to the owner come back, has the duty gone to another agency since."""

from typing import Any

from sqlalchemy import ColumnElement, Exists
from sqlalchemy import exists as sql_exists
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.elements import KeyedColumnElement

from engine.models import Entry, columns
from engine.rules.ladder import Kind

ENTRY = columns(Entry)


def unreached() -> Exists:
    """Whether mail to the agency that owns the duty came back, for the deadline version and round of the entry.

    Not where the coordinator has recorded another delivery since, nor where the report came when the agency was told
    otherwise already, or had the duty no more (`settled`).
    """
    bounce = ENTRY.id.table.alias("bounce").c
    return sql_exists().where(
        bounce.assignment_id == ENTRY.assignment_id,
        bounce.version == ENTRY.version,
        bounce.round == ENTRY.round,
        bounce.kind == "bounce",
        bounce.data["role"].as_string() == "owner",
        bounce.data["settled"].as_string().is_(None),
        ~_handed_over_after(bounce.id, bounce.assignment_id),
        ~_told_otherwise_after(bounce),
    )


def handed_over() -> Exists:
    """Whether the duty went to another agency after the entry: the new owner then got a notice of its own."""
    return _handed_over_after(ENTRY.id, ENTRY.assignment_id)


def _handed_over_after(entry: ColumnElement[int], assignment: ColumnElement[int]) -> Exists:
    handed = ENTRY.id.table.alias("handed").c
    return sql_exists().where(
        handed.assignment_id == assignment, handed.id > entry, handed.kind == Kind.NOTICE, handed.rung.like("N.%")
    )


def _told_otherwise_after(bounce: ReadOnlyColumnCollection[str, KeyedColumnElement[Any]]) -> Exists:
    """A delivery of one duty is a person's; those of mail are of a plan."""
    told = ENTRY.id.table.alias("told").c
    return sql_exists().where(
        told.assignment_id == bounce.assignment_id,
        told.version == bounce.version,
        told.round == bounce.round,
        told.kind == "delivery",
        told.id > bounce.id,
    )
