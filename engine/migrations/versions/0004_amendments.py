"""Amendments of running plans, the wordings they replaced, and the days from which rows, duties and questions count."""

import sqlalchemy as sa
from alembic import op

from engine.models.instant import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WRITTEN = "WHEN (CAST(OLD.changes AS TEXT) <> '[]')"
"""What an amendment changed is written once, when the rows that it adds have their numbers."""

RULES = (
    ("amendment_kept", "DELETE", "amendment", "", "amendments of a plan are never deleted"),
    ("amendment_fixed", "UPDATE", "amendment", WRITTEN, "amendments of a plan are never changed"),
    ("wording_kept", "DELETE", "wording", "", "earlier wordings of a task are never deleted"),
    ("wording_fixed", "UPDATE", "wording", "", "earlier wordings of a task are never changed"),
)
COLUMNS = (
    ("task", "amendment_id INTEGER REFERENCES amendment (id)"),
    ("task", "removed_on DATE"),
    ("assignment", "opened_on DATE"),
    ("question", "asked_on DATE"),
)


def upgrade() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued", sa.Date(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("applied_by", sa.Integer(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("applied_at", Instant(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.ForeignKeyConstraint(["applied_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_id", "number", "issued", name="amendment_once"),
        sa.UniqueConstraint("plan_id", "source_sha256", name="amendment_file_once"),
    )
    op.create_table(
        "wording",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("replaced", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("owner_text", sa.String(), nullable=False),
        sa.Column("collaborators_text", sa.String(), nullable=False),
        sa.Column("deadline_text", sa.String(), nullable=False),
        sa.Column("deadline", sa.JSON(), nullable=False),
        sa.Column("deliverable", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"]),
        sa.ForeignKeyConstraint(["amendment_id"], ["amendment.id"]),
        sa.ForeignKeyConstraint(["replaced"], ["amendment.id"]),
        sa.PrimaryKeyConstraint("task_id", "amendment_id"),
    )
    for table, column in COLUMNS:
        # Not as a batch: SQLite would copy the table, whose rows others hang on.
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    for name, event, table, when, words in RULES:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION {name}()")
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when} "
                f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )


def downgrade() -> None:
    for name, _, table, _, _ in RULES:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
        else:
            op.execute(f"DROP TRIGGER {name}")
    for table, column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
    op.drop_table("wording")
    op.drop_table("amendment")
