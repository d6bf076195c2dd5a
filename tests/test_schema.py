"""The schema: what keeps companies apart, and what keeps money exact, on either database."""

import pytest
from sqlalchemy import Float, Numeric, Table, UniqueConstraint

from mastro.database.schema import INSTALLATION_TABLES
from mastro.resources.tables import metadata

COMPANY_TABLES = [table for table in metadata.sorted_tables if table.name not in INSTALLATION_TABLES]


def test_there_are_tables_of_both_kinds() -> None:
    assert len(COMPANY_TABLES) > 8
    assert INSTALLATION_TABLES - {"alembic_version"} <= set(metadata.tables)


@pytest.mark.parametrize("table", COMPANY_TABLES, ids=lambda table: table.name)
def test_every_key_of_a_companys_table_begins_with_the_company(table: Table) -> None:
    assert next(iter(table.primary_key.columns)).name == "company_id"
    for index in table.indexes:
        assert next(iter(index.columns)).name == "company_id", index.name
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            assert next(iter(constraint.columns)).name == "company_id", constraint.name


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_no_column_holds_a_binary_fraction_or_a_decimal_that_sqlite_would_turn_into_one(table: Table) -> None:
    assert [column.name for column in table.columns if isinstance(column.type, Float | Numeric)] == []


def test_an_installations_table_is_told_by_name() -> None:
    for table in metadata.sorted_tables:
        assert ("company_id" in table.primary_key.columns) == (table.name not in INSTALLATION_TABLES), table.name
