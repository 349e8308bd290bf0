"""What a document offers beside its table, and the periods of what was accepted to come again."""

import sqlalchemy as sa
from alembic import op

from engine.models.instant import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OFTEN = "frequency IN ('daily', 'weekly', 'monthly', 'quarterly', 'half-yearly', 'yearly')"
OFTEN_BEFORE = "frequency IN ('monthly', 'quarterly', 'half-yearly', 'yearly')"


def upgrade() -> None:
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("printed", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("agency_text", sa.String(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("deliverable", sa.String(), nullable=False),
        sa.Column("agency_ids", sa.JSON(), nullable=False),
        sa.Column("collaborator_ids", sa.JSON(), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.CheckConstraint("kind IN ('obligation', 'report', 'row', 'target')", name="offer_kind"),
        sa.CheckConstraint("state IN ('offered', 'accepted', 'declined', 'withdrawn')", name="offer_state"),
        sa.CheckConstraint("(state = 'offered') = (decided_on IS NULL)", name="offer_decided"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_id", "key", name="offer_once"),
    )
    op.create_index("ix_offer_plan_id", "offer", ["plan_id"])

    with op.batch_alter_table("recurrence") as batch:
        batch.add_column(sa.Column("offer_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("dates", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("months_on", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("close_day", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("place", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("deliverable", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("collaborator_ids", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch.alter_column("day", existing_type=sa.Integer(), nullable=True)
        batch.drop_constraint("recurrence_frequency", type_="check")
        batch.create_check_constraint("recurrence_frequency", OFTEN)
        batch.create_check_constraint("recurrence_close_day", "close_day BETWEEN 1 AND 31")
        batch.drop_constraint("recurrence_once", type_="unique")
        batch.create_unique_constraint("recurrence_once", ["plan_id", "ref", "frequency"])
        batch.create_unique_constraint("recurrence_offer_id_key", ["offer_id"])
        batch.create_foreign_key("recurrence_offer_id_fkey", "offer", ["offer_id"], ["id"])

    for table in ("task", "question"):
        # Not as a batch: SQLite would copy the table, whose rows others hang on.
        op.execute(f"ALTER TABLE {table} ADD COLUMN offer_id INTEGER REFERENCES offer (id)")
        op.create_index(f"ix_{table}_offer_id", table, ["offer_id"])

    op.create_table(
        "instance",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("recurrence_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("data_from", sa.Date(), nullable=True),
        sa.Column("data_to", sa.Date(), nullable=True),
        sa.CheckConstraint("(data_from IS NULL) = (data_to IS NULL)", name="instance_data"),
        sa.ForeignKeyConstraint(["recurrence_id"], ["recurrence.id"]),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"]),
        sa.PrimaryKeyConstraint("task_id"),
        sa.UniqueConstraint("recurrence_id", "period", name="instance_once"),
    )
    op.create_index("instance_by_recurrence", "instance", ["recurrence_id"])


def downgrade() -> None:
    op.drop_table("instance")
    for table in ("question", "task"):
        op.drop_index(f"ix_{table}_offer_id", table)
        op.execute(f"ALTER TABLE {table} DROP COLUMN offer_id")
    with op.batch_alter_table("recurrence") as batch:
        batch.drop_constraint("recurrence_offer_id_fkey", type_="foreignkey")
        batch.drop_constraint("recurrence_offer_id_key", type_="unique")
        batch.drop_constraint("recurrence_once", type_="unique")
        batch.create_unique_constraint("recurrence_once", ["plan_id", "ref"])
        batch.drop_constraint("recurrence_close_day", type_="check")
        batch.drop_constraint("recurrence_frequency", type_="check")
        batch.create_check_constraint("recurrence_frequency", OFTEN_BEFORE)
        batch.alter_column("day", existing_type=sa.Integer(), nullable=False)
        for column in (
            "ended_on",
            "collaborator_ids",
            "deliverable",
            "place",
            "close_day",
            "months_on",
            "dates",
            "offer_id",
        ):
            batch.drop_column(column)
    op.drop_table("offer")
