"""How Alembic runs a migration here: on the connection that it is given, within its transaction."""

from typing import Any, Literal

from alembic import context

from mastro.database.columns import JsonBody, PlainText


def _render(kind: str, value: Any, autogen: Any) -> str | Literal[False]:
    """Write our own column types by name in a new migration."""
    if kind == "type" and isinstance(value, (JsonBody, PlainText)):
        autogen.imports.add("from mastro.database.columns import JsonBody, PlainText")
        return f"{type(value).__name__}()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    render_item=_render,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
