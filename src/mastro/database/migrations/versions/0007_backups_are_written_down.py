"""backups are written down"""

import sqlalchemy as sa
from alembic import op

from mastro.database.columns import PlainText

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backups",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False, comment="grows with time"),
        sa.Column("created_at", PlainText(), nullable=False, comment="the moment that it shows"),
        sa.Column("path", PlainText(), nullable=False, comment="empty for one that was made to be taken away"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("error", PlainText(), nullable=False, comment="why it was not made"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backups")),
    )


def downgrade() -> None:
    op.drop_table("backups")
