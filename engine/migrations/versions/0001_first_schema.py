"""First schema."""

import sqlalchemy as sa
from alembic import op

import engine.models.instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "agency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("province", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('agency', 'open_group')", name="agency_kind"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("demo_now", engine.models.instant.Instant(timezone=True), nullable=True),
        sa.Column("gatherings", sa.Integer(), nullable=False),
        sa.CheckConstraint("demo OR demo_now IS NULL", name="installation_clock"),
        sa.CheckConstraint("id = 1", name="installation_one"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "mailbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("address"),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("started_at", engine.models.instant.Instant(timezone=True), nullable=False),
        sa.Column("finished_at", engine.models.instant.Instant(timezone=True), nullable=True),
        sa.Column("effective", engine.models.instant.Instant(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint("via IN ('prefect', 'direct', 'command')", name="run_via"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index("run_by_duty", ["duty", "started_at"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("role IN ('office', 'head', 'deputy')", name="contact_role"),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"],
            ["mailbox.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency_id", "role", name="contact_once"),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_mailbox_id"), ["mailbox_id"], unique=False)

    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", engine.models.instant.Instant(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", engine.models.instant.Instant(timezone=True), nullable=True),
        sa.Column("fetched_at", engine.models.instant.Instant(timezone=True), nullable=True),
        sa.Column("client", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_sha256"),
    )
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", engine.models.instant.Instant(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_until", engine.models.instant.Instant(timezone=True), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("sent_at", engine.models.instant.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'sending') = (claimed_by IS NOT NULL)", name="message_claimed"),
        sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="message_sent"),
        sa.CheckConstraint("status IN ('pending', 'sending', 'sent', 'failed', 'withdrawn')", name="message_status"),
        sa.ForeignKeyConstraint(
            ["mailbox_id"],
            ["mailbox.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_mailbox_id"), ["mailbox_id"], unique=False)
        batch_op.create_index("message_due", ["status", "next_try"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("mailbox_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("role IN ('coordinator', 'agency', 'supervisor', 'inspector')", name="person_role"),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"],
            ["mailbox.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("issue_date", sa.Date(), nullable=True),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("roll", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("coordinator_id", sa.Integer(), nullable=True),
        sa.Column("supervisor_id", sa.Integer(), nullable=True),
        sa.Column("activated_on", sa.Date(), nullable=True),
        sa.Column("swept_through", sa.Date(), nullable=True),
        sa.Column("loaded_at", engine.models.instant.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("before IN ('strict', 'inclusive')", name="plan_before"),
        sa.CheckConstraint("roll IN ('none', 'next')", name="plan_roll"),
        sa.CheckConstraint("state = 'draft' OR activated_on IS NOT NULL", name="plan_activated"),
        sa.CheckConstraint("state IN ('draft', 'active', 'suspended', 'closed')", name="plan_state"),
        sa.ForeignKeyConstraint(
            ["coordinator_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_number"), ["number"], unique=False)

    op.create_table(
        "chain",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
        ),
        sa.PrimaryKeyConstraint("plan_id"),
    )
    op.create_table(
        "recurrence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("frequency", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("bound", sa.String(), nullable=False),
        sa.Column("printed", sa.String(), nullable=False),
        sa.Column("agency_ids", sa.JSON(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("accepted_by", sa.Integer(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "frequency IN ('monthly', 'quarterly', 'half-yearly', 'yearly')", name="recurrence_frequency"
        ),
        sa.CheckConstraint("day BETWEEN 1 AND 31", name="recurrence_day"),
        sa.ForeignKeyConstraint(
            ["accepted_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_id", "ref", name="recurrence_once"),
    )
    with op.batch_alter_table("recurrence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recurrence_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("owner_text", sa.String(), nullable=False),
        sa.Column("collaborators_text", sa.String(), nullable=False),
        sa.Column("deadline_text", sa.String(), nullable=False),
        sa.Column("deadline", sa.JSON(), nullable=False),
        sa.Column("deliverable", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("rollup", sa.String(), nullable=False),
        sa.Column("rollup_n", sa.Integer(), nullable=False),
        sa.CheckConstraint("rollup IN ('all', 'any', 'n_of_m', 'lead_only')", name="task_rollup"),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_id", "ref", name="task_ref_once"),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_before", sa.String(), nullable=True),
        sa.Column("state_since", sa.Date(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unclear", sa.Boolean(), nullable=False),
        sa.Column("submitted_day", sa.Date(), nullable=True),
        sa.Column("held_until", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", engine.models.instant.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'suspended') = (state_before IS NOT NULL)", name="assignment_suspended"),
        sa.CheckConstraint("state <> 'submitted' OR submitted_day IS NOT NULL", name="assignment_submitted"),
        sa.CheckConstraint(
            "state IN ('assigned', 'in_progress', 'submitted', 'completed', 'returned', 'suspended', 'cancelled')",
            name="assignment_state",
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("task_id", "agency_id", name="assignment_once"),
        sa.UniqueConstraint("uid"),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index("assignment_by_agency", ["agency_id", "state"], unique=False)
        batch_op.create_index(
            "assignment_held",
            ["plan_id", "held_until"],
            unique=False,
            sqlite_where=sa.text("held_until IS NOT NULL"),
            postgresql_where=sa.text("held_until IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_assignment_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_submitted_day"), ["submitted_day"], unique=False)

    op.create_table(
        "collaborator",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("task_id", "agency_id"),
    )
    with op.batch_alter_table("collaborator", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collaborator_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("printed", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("blocks", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", engine.models.instant.Instant(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.String(), nullable=False),
        sa.CheckConstraint("blocks IN ('deadline', 'owner', 'nothing')", name="question_blocks"),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_id", "key", name="question_once"),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "deadline",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("force_day", sa.Date(), nullable=False),
        sa.Column("late_from", sa.Date(), nullable=False),
        sa.Column("nominal", sa.Date(), nullable=False),
        sa.Column("bound", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.CheckConstraint("bound IN ('before', 'by', 'in')", name="deadline_bound"),
        sa.CheckConstraint("late_from >= last_day AND late_from >= force_day", name="deadline_late_from"),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
        ),
        sa.PrimaryKeyConstraint("assignment_id", "version"),
    )
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_force_day"), ["force_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_deadline_last_day"), ["last_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_deadline_late_from"), ["late_from"], unique=False)

    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("at", engine.models.instant.Instant(timezone=True), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("prev", sa.String(), nullable=True),
        sa.Column("hash", sa.String(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('notice', 'reminder', 'escalation', 'act', 'ack', 'hold', 'delivery', 'bounce', 'withdrawn', 'plan')",
            name="entry_kind",
        ),
        sa.CheckConstraint("(seq IS NULL) = (hash IS NULL)", name="entry_sealed"),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("assignment_id", "version", "round", "rung", name="entry_once"),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index("entry_chain", ["plan_id", "seq"], unique=True)
        batch_op.create_index(
            "entry_unsealed",
            ["plan_id", "id"],
            unique=False,
            sqlite_where=sa.text("hash IS NULL"),
            postgresql_where=sa.text("hash IS NULL"),
        )

    op.create_table(
        "event_block",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
        ),
        sa.PrimaryKeyConstraint("assignment_id"),
    )
    op.create_table(
        "recipient",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn", sa.String(), nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'head', 'collaborators', 'coordinator', 'supervisor', 'stand_in')", name="recipient_role"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["entry.id"],
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"],
            ["mailbox.id"],
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("entry_id", "mailbox_id"),
    )
    with op.batch_alter_table("recipient", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recipient_message_id"), ["message_id"], unique=False)
        batch_op.create_index(
            "recipient_waiting",
            ["mailbox_id"],
            unique=False,
            sqlite_where=sa.text("message_id IS NULL"),
            postgresql_where=sa.text("message_id IS NULL"),
        )


def downgrade() -> None:

    with op.batch_alter_table("recipient", schema=None) as batch_op:
        batch_op.drop_index(
            "recipient_waiting",
            sqlite_where=sa.text("message_id IS NULL"),
            postgresql_where=sa.text("message_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_recipient_message_id"))

    op.drop_table("recipient")
    op.drop_table("event_block")
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_index(
            "entry_unsealed", sqlite_where=sa.text("hash IS NULL"), postgresql_where=sa.text("hash IS NULL")
        )
        batch_op.drop_index("entry_chain")

    op.drop_table("entry")
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deadline_late_from"))
        batch_op.drop_index(batch_op.f("ix_deadline_last_day"))
        batch_op.drop_index(batch_op.f("ix_deadline_force_day"))

    op.drop_table("deadline")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_plan_id"))

    op.drop_table("question")
    with op.batch_alter_table("collaborator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_collaborator_agency_id"))

    op.drop_table("collaborator")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_submitted_day"))
        batch_op.drop_index(batch_op.f("ix_assignment_plan_id"))
        batch_op.drop_index(
            "assignment_held",
            sqlite_where=sa.text("held_until IS NOT NULL"),
            postgresql_where=sa.text("held_until IS NOT NULL"),
        )
        batch_op.drop_index("assignment_by_agency")

    op.drop_table("assignment")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_plan_id"))

    op.drop_table("task")
    with op.batch_alter_table("recurrence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recurrence_plan_id"))

    op.drop_table("recurrence")
    op.drop_table("chain")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_number"))

    op.drop_table("plan")
    op.drop_table("person")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("message_due")
        batch_op.drop_index(batch_op.f("ix_message_mailbox_id"))

    op.drop_table("message")
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feed_agency_id"))

    op.drop_table("feed")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_mailbox_id"))

    op.drop_table("contact")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index("run_by_duty")

    op.drop_table("run")
    op.drop_table("mailbox")
    op.drop_table("installation")
    op.drop_table("agency")
