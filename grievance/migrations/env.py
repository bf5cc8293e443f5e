"""Run migrations on the connection that `grievance.upgrade` hands over."""

from alembic import context

from grievance.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata(), transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
