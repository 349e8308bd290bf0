"""Imported before Prefect wherever Prefect is imported: it reads its settings there and then."""

from flows.environment import prepare

prepare()
