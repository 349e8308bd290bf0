"""The schema's history, for Alembic. A revision that has been released never changes."""
