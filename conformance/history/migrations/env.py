"""Run by Alembic: migrates over the connection that `conformance.history.database` hands over, in its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
