"""settings and indexes"""

import sqlalchemy as sa
from alembic import op

from mastro.database.columns import JsonBody, PlainText

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deletions",
        sa.Column("company_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("deleted_at", PlainText(), nullable=False),
        sa.Column(
            "purge_at", sa.BigInteger(), nullable=False, comment="seconds since 1970: until then it can be taken back"
        ),
        sa.Column("members", JsonBody(), nullable=False, comment="its memberships, which come back with it"),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_deletions")),
    )
    op.create_table(
        "facts",
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("value", PlainText(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    # what an index holds has an end, see database/collection.py
    op.execute("UPDATE issued_documents SET entity_name = substr(entity_name, 1, 255) WHERE length(entity_name) > 255")
    op.drop_index(op.f("ix_issued_documents_company_id_entity_id_date"), table_name="issued_documents")
    for party in ("entity_id", "entity_name"):
        name = op.f(f"ix_issued_documents_company_id_{party}_type_date_id")
        op.create_index(name, "issued_documents", ["company_id", party, "type", "date", "id"])


def downgrade() -> None:
    for party in ("entity_id", "entity_name"):
        op.drop_index(op.f(f"ix_issued_documents_company_id_{party}_type_date_id"), table_name="issued_documents")
    name = op.f("ix_issued_documents_company_id_entity_id_date")
    op.create_index(name, "issued_documents", ["company_id", "entity_id", "date"])
    op.drop_table("facts")
    op.drop_table("deletions")
