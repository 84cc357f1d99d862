"""The hash of the text of each file, by which a print is found: it stands in the QR code."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Forward. Of the files that are there, the manifest of their ceremony says it."""
    op.add_column("ceremony_files", sa.Column("text_hash", sa.String(64)))
    connection = op.get_bind()
    for ceremony, manifest in connection.execute(sa.text("SELECT id, manifest FROM ceremonies")).all():
        for file in json.loads(manifest)["files"]:
            connection.execute(
                sa.text("UPDATE ceremony_files SET text_hash = :text WHERE ceremony = :ceremony AND id = :id"),
                {"text": file["text"], "ceremony": ceremony, "id": file["id"]},
            )
    op.create_index("ix_ceremony_files_text_hash", "ceremony_files", ["text_hash"])
    op.create_index("ix_agreements_text_hash", "agreements", ["text_hash"])
