"""Checksums of each column of Parquet files, as three readers read them.

The argument is the path of a JSON file: [{"path": ..., "columns": {name: type}}].
"""

import json
import sys

import duckdb
import polars
import pyarrow as arrow
import pyarrow.parquet as parquet

from checksums import checksum


def with_pyarrow(path, columns):
    table = parquet.read_table(path, partitioning=None)

    def values(name, kind):
        column = table[name]
        return (column.cast(arrow.int64()) if kind == "timestamp" else column).to_pylist()

    return {name: checksum(kind, values(name, kind)) for name, kind in columns.items()}


def with_polars(path, columns):
    table = polars.read_parquet(path, hive_partitioning=False)

    def values(name, kind):
        column = table[name]
        return (column.dt.timestamp("ms") if kind == "timestamp" else column).to_list()

    return {name: checksum(kind, values(name, kind)) for name, kind in columns.items()}


def with_duckdb(path, columns):
    connection = duckdb.connect()

    def values(name, kind):
        wanted = f'epoch_ms("{name}")' if kind == "timestamp" else f'"{name}"'
        query = f"select {wanted} from read_parquet(?, hive_partitioning=false)"
        return (value for (value,) in connection.execute(query, [path]).fetchall())

    return {name: checksum(kind, values(name, kind)) for name, kind in columns.items()}


READERS = {"pyarrow": with_pyarrow, "polars": with_polars, "duckdb-python": with_duckdb}

with open(sys.argv[1], encoding="utf-8") as file:
    asked = json.load(file)
answers = [
    {name: read(one["path"], one["columns"]) for name, read in READERS.items()} for one in asked
]
print(json.dumps(answers))
