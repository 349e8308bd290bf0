"""Runs migrations on the connection that `engine.database` hands over."""

from alembic import context
from sqlmodel import SQLModel

import engine.models  # noqa: F401  the tables register themselves on import

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
