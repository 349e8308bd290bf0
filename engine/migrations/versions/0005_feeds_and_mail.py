"""Subscriptions by owner, filter and form; tokens of their own; what recipients wish; what comes back; templates."""

import sqlalchemy as sa
from alembic import op

from engine.models.instant import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMNS = (
    (
        "mailbox",
        "state VARCHAR NOT NULL DEFAULT 'ok' CONSTRAINT mailbox_state CHECK (state IN ('ok', 'failing', 'failed'))",
    ),
    ("mailbox", "state_since DATE"),
    ("mailbox", "state_words VARCHAR NOT NULL DEFAULT ''"),
    ("mailbox", "soft_bounces INTEGER NOT NULL DEFAULT 0"),
    (
        "mailbox",
        "gathering VARCHAR NOT NULL DEFAULT 'daily' "
        "CONSTRAINT mailbox_gathering CHECK (gathering IN ('daily', 'weekly'))",
    ),
    ("mailbox", "gathering_weekday INTEGER NOT NULL DEFAULT 0"),
    ("mailbox", "quiet_from TIME"),
    ("mailbox", "quiet_until TIME"),
    ("mailbox", "absent_from DATE"),
    ("mailbox", "absent_until DATE"),
    ("mailbox", "deputy_id INTEGER REFERENCES mailbox (id)"),
    (
        "mailbox",
        "calendar_files VARCHAR NOT NULL DEFAULT 'off' "
        "CONSTRAINT mailbox_calendar_files CHECK (calendar_files IN ('off', 'auto', 'always'))",
    ),
    ("person", "disabled_at {instant}"),
    ("plan", "restricted BOOLEAN NOT NULL DEFAULT false"),
    ("message", "thread VARCHAR NOT NULL DEFAULT ''"),
    ("message", "bounced_at {instant}"),
    ("message", "bounce VARCHAR NOT NULL DEFAULT ''"),
)
KEPT = (("mail_template_kept", "DELETE"), ("mail_template_fixed", "UPDATE"))
FEED = (
    ("person_id", sa.Integer(), None),
    ("plan_id", sa.Integer(), None),
    ("search", sa.String(), ""),
    ("part", sa.String(), "lead"),
    ("component", sa.String(), "event"),
    ("alarms", sa.String(), ""),
    ("finished", sa.String(), "marked"),
    ("cancelled", sa.String(), "hidden"),
    ("history_days", sa.Integer(), "365"),
    ("content", sa.String(), "full"),
)
CHECKS = (
    ("feed_owner", "(agency_id IS NULL) <> (person_id IS NULL)"),
    ("feed_part", "part IN ('lead', 'any')"),
    ("feed_component", "component IN ('event', 'todo')"),
    ("feed_finished", "finished IN ('hidden', 'marked')"),
    ("feed_cancelled", "cancelled IN ('hidden', 'marked')"),
    ("feed_content", "content IN ('full', 'title', 'reference')"),
)
YEAR = {"sqlite": "date(created_at, '+365 days')", "postgresql": "CAST(created_at AS DATE) + 365"}
"""The last day of a token that had none."""


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    instant = "TIMESTAMP WITH TIME ZONE" if dialect == "postgresql" else "DATETIME"
    for table, column in COLUMNS:
        # Not as a batch: SQLite would copy the table, whose rows others hang on.
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column.format(instant=instant)}")
    op.create_index("message_thread", "message", ["mailbox_id", "thread"])
    op.create_table(
        "opt_out",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("mail_class", sa.String(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"]),
        sa.PrimaryKeyConstraint("mailbox_id", "mail_class"),
    )
    _feeds(dialect)
    _mail(dialect)


def _feeds(dialect: str) -> None:
    op.create_table(
        "feed_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("fetched_at", Instant(), nullable=True),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("fetches", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sha256"),
    )
    op.execute(  # no value of anyone's stands in it
        "INSERT INTO feed_token (feed_id, sha256, created_at, expires_on, fetched_at, client, fetches) "  # noqa: S608
        f"SELECT id, token_sha256, created_at, COALESCE(expires_on, {YEAR[dialect]}), fetched_at, client, 0 FROM feed"
    )
    with op.batch_alter_table("feed") as feed:
        for column in ("token_sha256", "expires_on", "fetched_at", "client"):
            feed.drop_column(column)
        feed.alter_column("agency_id", existing_type=sa.Integer(), nullable=True)
        for name, kind, default in FEED:
            feed.add_column(sa.Column(name, kind, nullable=default is None, server_default=default))
        feed.create_foreign_key("feed_person", "person", ["person_id"], ["id"])
        feed.create_foreign_key("feed_plan", "plan", ["plan_id"], ["id"])
        for name, condition in CHECKS:
            feed.create_check_constraint(name, condition)
        feed.create_index("ix_feed_person_id", ["person_id"])
    with op.batch_alter_table("feed_token") as token:
        token.create_foreign_key("feed_token_feed", "feed", ["feed_id"], ["id"])
        token.create_index("ix_feed_token_feed_id", ["feed_id"])
    op.create_table(
        "feed_view",
        sa.Column("view", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("modified_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("view"),
    )
    op.drop_table("event_block")  # made anew at the next fetch
    op.create_table(
        "event_block",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"]),
        sa.PrimaryKeyConstraint("assignment_id", "form"),
    )
    op.create_table(
        "calendar_file",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"]),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"]),
        sa.PrimaryKeyConstraint("assignment_id", "mailbox_id"),
    )


def _mail(dialect: str) -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('bounce', 'delay', 'complaint', 'canary', 'other')", name="report_kind"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sha256"),
    )
    op.create_index("ix_report_message_id", "report", ["message_id"])
    op.create_table(
        "canary",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "mail_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", "version", name="mail_template_once"),
    )
    for name, event in KEPT:
        words = "versions of a template are added, never changed or deleted"
        if dialect == "postgresql":
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON mail_template FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON mail_template BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in ("mail_template", "canary", "report", "calendar_file", "feed_view", "event_block"):
        op.drop_table(table)
    if dialect == "postgresql":
        for name, _ in KEPT:
            op.execute(f"DROP FUNCTION {name}()")
    op.create_table(
        "event_block",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"]),
        sa.PrimaryKeyConstraint("assignment_id"),
    )
    op.drop_table("feed_token")
    op.drop_table("feed")  # a subscription of then had one token: they are issued anew
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("fetched_at", Instant(), nullable=True),
        sa.Column("client", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_sha256"),
    )
    op.create_index("ix_feed_agency_id", "feed", ["agency_id"])
    op.drop_table("opt_out")
    op.drop_index("message_thread", "message")
    for table, column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
