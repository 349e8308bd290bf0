"""An installation that ran before subscriptions had tokens of their own keeps them, and its mailboxes and plans."""

from alembic import command
from sqlalchemy import text

from engine.database import Database, alembic_config

OLD = (
    "INSERT INTO agency (id, key, name, kind, province) VALUES (1, 'so-a', 'Sở A', 'agency', '')",
    "INSERT INTO mailbox (id, address, name, language) VALUES (1, 'vanthu@so-a.example.vn', 'Văn thư', 'vi')",
    "INSERT INTO feed (id, token_sha256, agency_id, name, created_at, expires_on, revoked_at, fetched_at, client) "
    "VALUES (1, 'a1', 1, 'Máy văn thư', '2026-11-01 02:00:00', '2027-11-01', NULL, '2026-11-20 01:00:00', 'Khal'),"
    "(2, 'b2', 1, 'Máy cũ', '2026-11-02 02:00:00', NULL, '2026-11-03 02:00:00', NULL, '')",
)


def test_subscriptions_live_through_the_upgrade(empty_database: Database) -> None:
    """Their tokens go on opening them; one without an end gets a year; new ones get new numbers."""
    _to(empty_database, "0004")
    with empty_database.engine.begin() as connection:
        for statement in OLD:
            connection.execute(text(statement))
        if empty_database.dialect == "postgresql":
            connection.execute(text("SELECT setval('feed_id_seq', 2)"))
    empty_database.migrate()
    with empty_database.engine.begin() as connection:
        tokens = connection.execute(
            text("SELECT feed_id, sha256, CAST(expires_on AS VARCHAR), client FROM feed_token ORDER BY feed_id")
        )
        assert [tuple(row) for row in tokens] == [(1, "a1", "2027-11-01", "Khal"), (2, "b2", "2027-11-02", "")]
        feeds = connection.execute(
            text("SELECT id, name, agency_id, component, content, revoked_at IS NULL FROM feed ORDER BY id")
        )
        assert [(*row[:5], bool(row[5])) for row in feeds] == [
            (1, "Máy văn thư", 1, "event", "full", True),
            (2, "Máy cũ", 1, "event", "full", False),
        ]
        assert connection.execute(text("SELECT state, calendar_files FROM mailbox")).one() == ("ok", "off")
        new = "INSERT INTO feed (agency_id, name, search, part, component, alarms, finished, cancelled, history_days,"
        new += " content, created_at) VALUES (1, '', '', 'lead', 'event', '', 'marked', 'hidden', 365, 'full',"
        new += " '2026-11-25 02:00:00') RETURNING id"
        assert connection.execute(text(new)).scalar_one() == 3


def test_the_upgrade_can_be_taken_back(empty_database: Database) -> None:
    """And made again: the schema is whole each time."""
    empty_database.migrate()
    _to(empty_database, "0004", down=True)
    assert empty_database.revision() == "0004"
    empty_database.migrate()
    with empty_database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM feed_token")).scalar_one() == 0


def _to(database: Database, revision: str, *, down: bool = False) -> None:
    with database.engine.execution_options(dondoc_write=True).begin() as connection:
        (command.downgrade if down else command.upgrade)(alembic_config(connection), revision)
