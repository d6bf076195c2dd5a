"""An upgrade fills what follows from rows that were there: old documents are in the reports, too."""

import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from mastro.api.call import Installation
from mastro.cli.common import upgrade
from mastro.database import migrations
from mastro.database.connection import connect
from mastro.demo import create
from mastro.doctor import run
from mastro.resources.tables import metadata
from mastro.settings import Settings

DERIVED = ("vat_entries", "installments")


def _rows(file: Path) -> dict[str, list[Any]]:
    with sqlite3.connect(file) as connection:
        rows = {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3, 4").fetchall() for name in DERIVED}
        amounts = "SELECT company_id, id, euro_net, euro_vat, stamp_duty FROM issued_documents ORDER BY 1, 2"
        return {**rows, "issued_documents": connection.execute(amounts).fetchall()}


def test_a_database_from_before_the_reports_has_its_documents_in_them(tmp_path: Path) -> None:
    file = tmp_path / "mastro.db"
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{file}")
    migrations.upgrade(settings.database, metadata)
    database = connect(settings.database)
    create(Installation(settings, database), seed=1, progress=lambda _: None)
    database.close()
    before = _rows(file)
    assert all(before.values())
    engine = create_engine(migrations.driver_url(settings.database), poolclass=NullPool)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes.update(connection=connection, metadata=metadata)
        command.downgrade(config, "0005")
    upgrade(settings)
    assert _rows(file) == before


def test_a_filling_that_was_broken_off_is_done_by_the_next_start_and_told_by_the_doctor(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    upgrade(settings)
    database = connect(settings.database)
    create(Installation(settings, database), seed=1, progress=lambda _: None)
    assert _told(settings) == "ok"
    with database.write() as session:
        session.run(text("UPDATE clients SET name = 'of an older version'"))
        session.run(text("DELETE FROM search_words"))
        session.run(text("UPDATE facts SET value = '0006.0' WHERE name = 'filled'"))
    assert _told(settings) == "broken"
    upgrade(settings)
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM clients WHERE name = 'of an older version'")) == 0
        assert session.scalar(text("SELECT count(*) FROM search_words"))
    assert _told(settings) == "ok"
    database.close()


def _told(settings: Settings) -> str:
    return next(check.state for check in run(settings) if check.name == "columns")


def test_a_start_that_has_nothing_to_fill_goes_through_no_row(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    upgrade(settings)
    database = connect(settings.database)
    create(Installation(settings, database), seed=1, progress=lambda _: None)
    with database.write() as session:
        session.run(text("UPDATE clients SET name = 'untouched'"))
    upgrade(settings)
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM clients WHERE name <> 'untouched'")) == 0
    database.close()
