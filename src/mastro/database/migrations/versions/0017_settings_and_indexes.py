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


def downgrade() -> None:
    op.drop_table("facts")
    op.drop_table("deletions")
