"""documents recur"""

import sqlalchemy as sa
from alembic import op

from mastro.database.columns import JsonBody, PlainText

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recurrence_runs",
        sa.Column("company_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recurrence_id", sa.BigInteger(), nullable=False),
        sa.Column("type", PlainText(), nullable=False),
        sa.Column("date", PlainText(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", PlainText(), nullable=False),
        sa.Column("body", JsonBody(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_recurrence_runs")),
        sa.UniqueConstraint(
            "company_id", "recurrence_id", "date", name=op.f("uq_recurrence_runs_company_id_recurrence_id_date")
        ),
    )
    with op.batch_alter_table("recurrence_runs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recurrence_runs_company_id_document_id"), ["company_id", "document_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_recurrence_runs_company_id_state"), ["company_id", "state"], unique=False)

    op.create_table(
        "recurrences",
        sa.Column("company_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("type", PlainText(), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=True),
        sa.Column("entity_name", PlainText(), nullable=False),
        sa.Column("amount_gross", sa.BigInteger(), nullable=True),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("next_date", PlainText(), nullable=True),
        sa.Column("to_do", sa.BigInteger(), nullable=False),
        sa.Column("created_at", PlainText(), nullable=False),
        sa.Column("updated_at", PlainText(), nullable=False),
        sa.Column("wake_on", PlainText(), nullable=True),
        sa.Column("scope", PlainText(), nullable=False),
        sa.Column("body", JsonBody(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_recurrences")),
    )
    with op.batch_alter_table("recurrences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recurrences_company_id_wake_on"), ["company_id", "wake_on"], unique=False)


def downgrade() -> None:
    op.drop_table("recurrences")
    op.drop_table("recurrence_runs")
