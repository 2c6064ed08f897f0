"""Alembic's environment: the steps from the first schema to the newest."""
