"""reports are sums over indexes"""

import sqlalchemy as sa
from alembic import op

from mastro.database.columns import PlainText

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REFILL = True
"""The new columns and tables follow from the bodies that are there."""


def upgrade() -> None:
    op.create_table(
        "installments",
        sa.Column("company_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", PlainText(), nullable=False, comment="what it was born from"),
        sa.Column("source_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="id of that"),
        sa.Column(
            "line", sa.BigInteger(), autoincrement=False, nullable=False, comment="id of the installment, else 0"
        ),
        sa.Column(
            "direction", PlainText(), nullable=False, comment="in, out: of the money, where the amount is above zero"
        ),
        sa.Column("status", PlainText(), nullable=False, comment="not_paid, paid, reversed"),
        sa.Column("due_on", PlainText(), nullable=False),
        sa.Column("paid_on", PlainText(), nullable=False, comment="empty until it is paid"),
        sa.Column("type", PlainText(), nullable=False, comment="of the document"),
        sa.Column("date", PlainText(), nullable=False, comment="of the document"),
        sa.Column("entity_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "amount", sa.BigInteger(), nullable=False, comment="cents; below zero where a credit note gives back"
        ),
        sa.PrimaryKeyConstraint("company_id", "kind", "source_id", "line", name=op.f("pk_installments")),
    )
    with op.batch_alter_table("installments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_installments_company_id_direction_status_due_on"),
            ["company_id", "direction", "status", "due_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_installments_company_id_direction_entity_id_date"),
            ["company_id", "direction", "entity_id", "date"],
            unique=False,
        )

    op.create_table(
        "vat_entries",
        sa.Column("company_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", PlainText(), nullable=False, comment="what it was born from"),
        sa.Column("source_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="id of that"),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("register", PlainText(), nullable=False, comment="sales, purchases, receipts"),
        sa.Column(
            "date", PlainText(), nullable=False, comment="in the register; empty for tax that became due by a payment"
        ),
        sa.Column("due_on", PlainText(), nullable=False, comment="when its tax counts; empty for never, or not yet"),
        sa.Column("treatment", PlainText(), nullable=False, comment="split, deferred, reverse, to_integrate, or empty"),
        sa.Column("rate", PlainText(), nullable=False, comment="percent; empty where the document does not say"),
        sa.Column("natura", PlainText(), nullable=False, comment="N1 to N7"),
        sa.Column("taxable", sa.BigInteger(), nullable=False, comment="cents"),
        sa.Column("tax", sa.BigInteger(), nullable=False, comment="cents"),
        sa.Column("counted", sa.BigInteger(), nullable=False, comment="cents of the tax that are owed, or deducted"),
        sa.PrimaryKeyConstraint("company_id", "kind", "source_id", "line", name=op.f("pk_vat_entries")),
    )
    with op.batch_alter_table("vat_entries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_vat_entries_company_id_register_date_source_id"),
            ["company_id", "register", "date", "source_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_vat_entries_company_id_due_on"), ["company_id", "due_on"], unique=False)

    for table in ("issued_documents", "received_documents"):
        for name in ("euro_net", "euro_vat", "euro_gross"):
            op.add_column(table, sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("issued_documents", sa.Column("stamp_duty", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("issued_documents", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_issued_documents_company_id_ei_status_date"),
            ["company_id", "ei_status", "date"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("issued_documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issued_documents_company_id_ei_status_date"))
        batch_op.drop_column("stamp_duty")
    for table in ("issued_documents", "received_documents"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in ("euro_net", "euro_vat", "euro_gross"):
                batch_op.drop_column(name)
    op.drop_table("vat_entries")
    op.drop_table("installments")
