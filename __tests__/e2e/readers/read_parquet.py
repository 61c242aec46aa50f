"""Reads Parquet files with pyarrow and DuckDB. Each argument is JSON: {"path": ..., "sums": [columns]}."""

import json
import sys

import duckdb
import pyarrow.compute as compute
import pyarrow.parquet as parquet


def with_pyarrow(path, sums):
    table = parquet.read_table(path, partitioning=None)
    return {
        "rows": table.num_rows,
        "types": {field.name: str(field.type) for field in table.schema},
        "sums": {name: compute.sum(table[name]).as_py() or 0 for name in sums},
    }


def with_duckdb(path, sums):
    columns = duckdb.execute("describe select * from read_parquet(?, hive_partitioning=false)", [path]).fetchall()
    totals = ", ".join(["count(*)", *[f'coalesce(sum("{name}"), 0)' for name in sums]])
    row = duckdb.execute(f"select {totals} from read_parquet(?, hive_partitioning=false)", [path]).fetchone()
    return {
        "rows": row[0],
        "types": {column[0]: column[1] for column in columns},
        "sums": {name: float(value) for name, value in zip(sums, row[1:])},
    }


answers = []
for argument in sys.argv[1:]:
    asked = json.loads(argument)
    answers.append(
        {
            "path": asked["path"],
            "pyarrow": with_pyarrow(asked["path"], asked["sums"]),
            "duckdb-python": with_duckdb(asked["path"], asked["sums"]),
        }
    )
print(json.dumps(answers))
