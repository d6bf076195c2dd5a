"""public links expire"""

import sqlalchemy as sa
from alembic import op

from mastro.database.columns import JsonBody

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_links",
        sa.Column("company_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("body", JsonBody(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_public_links")),
    )
    with op.batch_alter_table("public_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_links_company_id_document_id"), ["company_id", "document_id"])


def downgrade() -> None:
    op.drop_table("public_links")
