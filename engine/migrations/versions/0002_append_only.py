"""The ledger is append-only: the database refuses to delete an entry, or to change a sealed one or a deadline."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RULES = (
    ("entry_kept", "DELETE", "entry", "", "entries of the ledger are never deleted"),
    ("entry_fixed", "UPDATE", "entry", "OLD.hash IS NOT NULL", "a sealed entry of the ledger is never changed"),
    ("deadline_kept", "DELETE", "deadline", "", "versions of a deadline are never deleted"),
    ("deadline_fixed", "UPDATE", "deadline", "", "versions of a deadline are never changed"),
)


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, event, table, condition, words in RULES:
        when = f"WHEN ({condition})" if condition else ""
        if postgresql:
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
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, _, table, _, _ in RULES:
        op.execute(f"DROP TRIGGER {name} ON {table}" if postgresql else f"DROP TRIGGER {name}")
        if postgresql:
            op.execute(f"DROP FUNCTION {name}()")
