"""bank statements are matched"""

import sqlalchemy as sa
from alembic import op

from mastro.database.columns import JsonBody, PlainText

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

REFILL = True
"""Clients and suppliers are found by their IBAN, too."""


def upgrade() -> None:
    op.create_table(
        "bank_lines",
        sa.Column("company_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("date", PlainText(), nullable=False),
        sa.Column("description", PlainText(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", PlainText(), nullable=False),
        sa.Column("body", JsonBody(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_bank_lines")),
        sa.UniqueConstraint(
            "company_id", "account_id", "fingerprint", name=op.f("uq_bank_lines_company_id_account_id_fingerprint")
        ),
    )
    with op.batch_alter_table("bank_lines", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bank_lines_company_id_state_statement_id"),
            ["company_id", "state", "statement_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_bank_lines_company_id_statement_id_state_date_id"),
            ["company_id", "statement_id", "state", "date", "id"],
            unique=False,
        )

    op.create_table(
        "bank_matches",
        sa.Column("company_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", PlainText(), nullable=False, comment="as of the entry of the cashbook"),
        sa.Column("source_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="id of that"),
        sa.Column(
            "line", sa.BigInteger(), autoincrement=False, nullable=False, comment="id of the installment, else 0"
        ),
        sa.Column("bank_line_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "account_id", "kind", "source_id", "line", name=op.f("pk_bank_matches")),
    )
    with op.batch_alter_table("bank_matches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bank_matches_company_id_bank_line_id"), ["company_id", "bank_line_id"], unique=False
        )

    op.create_table(
        "bank_statements",
        sa.Column("company_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", PlainText(), nullable=False),
        sa.Column("payment_account_id", sa.BigInteger(), nullable=True),
        sa.Column("date_to", PlainText(), nullable=True),
        sa.Column("body", JsonBody(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_bank_statements")),
    )
    with op.batch_alter_table("installments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_installments_company_id_status_amount"), ["company_id", "status", "amount"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_installments_company_id_status_entity_id"),
            ["company_id", "status", "entity_id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("installments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_installments_company_id_status_entity_id"))
        batch_op.drop_index(batch_op.f("ix_installments_company_id_status_amount"))

    op.drop_table("bank_statements")
    with op.batch_alter_table("bank_matches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_matches_company_id_bank_line_id"))

    op.drop_table("bank_matches")
    with op.batch_alter_table("bank_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_lines_company_id_statement_id_state_date_id"))
        batch_op.drop_index(batch_op.f("ix_bank_lines_company_id_state_statement_id"))

    op.drop_table("bank_lines")
