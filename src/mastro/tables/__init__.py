"""A report as a table, and the files that it becomes: CSV and XLSX here, PDF in `mastro.pdf.table`. Pure."""

from mastro.tables.csv_file import write_csv
from mastro.tables.shape import Cell, Column, Kind, Section, Table, written
from mastro.tables.xlsx_file import stream_xlsx, write_xlsx

__all__ = ["Cell", "Column", "Kind", "Section", "Table", "stream_xlsx", "write_csv", "write_xlsx", "written"]
