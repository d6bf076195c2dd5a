"""the audit is sealed"""

import sqlalchemy as sa
from alembic import op

from mastro.database.columns import PlainText

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_seals",
        sa.Column("company_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False, comment="of the block; the first is 1"),
        sa.Column(
            "last_id",
            sa.BigInteger(),
            nullable=False,
            comment="of its events: those after the last one of the block before",
        ),
        sa.Column("entries", sa.Integer(), nullable=False, comment="how many events it seals"),
        sa.Column("digest", PlainText(), nullable=False, comment="SHA-256 over the SHA-256 of each of its events"),
        sa.Column("hash", PlainText(), nullable=False, comment="SHA-256 of all this and of the hash before"),
        sa.Column("marks", PlainText(), nullable=False, comment="base64: id and begin of the hash of each event"),
        sa.Column("sealed_at", PlainText(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "number", name=op.f("pk_audit_seals")),
    )


def downgrade() -> None:
    op.drop_table("audit_seals")
