"""Ids of the rows that match filters, as three readers answer them with a file's statistics and without.

The argument is the path of a JSON file: [{"path": ..., "filters": [[[operator, type, text], ...], ...]}]. The terms of a
filter are joined by "and"; the text of "in" is a JSON list of texts. Columns are "id" and "x".
"""

import datetime
import json
import operator
import sys

import duckdb
import polars
import pyarrow.compute as compute
import pyarrow.parquet as parquet

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
COMPARE = {
    "$eq": operator.eq,
    "$ne": operator.ne,
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}
SQL = {"$eq": "=", "$ne": "<>", "$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}


def typed(kind, text):
    if kind == "int64":
        return int(text)
    if kind == "double":
        return float(text)
    if kind == "boolean":
        return text == "true"
    if kind == "timestamp":
        return EPOCH + datetime.timedelta(milliseconds=int(text))
    return text


def expression(column, terms):
    """For pyarrow and Polars, whose expressions are built alike but for these two names."""
    is_polars = isinstance(column, polars.Expr)
    combined = None
    for name, kind, text in terms:
        if kind == "null":
            term = column.is_null()
        elif name == "$in":
            values = json.loads(text)
            term = column.is_in(values) if is_polars else column.isin(values)
        else:
            term = COMPARE[name](column, typed(kind, text))
        combined = term if combined is None else combined & term
    return combined


def with_pyarrow(path, filters):
    whole = parquet.read_table(path, partitioning=None)
    for terms in filters:
        wanted = expression(compute.field("x"), terms)
        pruned = parquet.read_table(path, filters=wanted, partitioning=None)
        yield pruned["id"].to_pylist(), whole.filter(wanted)["id"].to_pylist()


def with_polars(path, filters):
    whole = polars.read_parquet(path, use_statistics=False)
    for terms in filters:
        wanted = expression(polars.col("x"), terms)
        pruned = polars.scan_parquet(path, use_statistics=True).filter(wanted).collect()
        yield pruned["id"].to_list(), whole.filter(wanted)["id"].to_list()


def with_duckdb(path, filters):
    connection = duckdb.connect()
    connection.execute("create table whole as select * from read_parquet(?)", [path])
    for terms in filters:
        conditions, values = [], []
        for name, kind, text in terms:
            if kind == "null":
                conditions.append("x is null")
            elif name == "$in":
                conditions.append("list_contains(?, x)")
                values.append(json.loads(text))
            else:
                conditions.append(f"x {SQL[name]} ?")
                values.append(typed(kind, text))
        condition = " and ".join(conditions)
        in_file = f"select id from read_parquet(?) where {condition} order by id"
        found = [id for (id,) in connection.execute(in_file, [path, *values]).fetchall()]
        looked = connection.execute(f"select id from whole where {condition} order by id", values)
        yield found, [id for (id,) in looked.fetchall()]


READERS = {"pyarrow": with_pyarrow, "polars": with_polars, "duckdb": with_duckdb}

with open(sys.argv[1], encoding="utf-8") as file:
    asked = json.load(file)
print(
    json.dumps(
        [
            {name: list(read(one["path"], one["filters"])) for name, read in READERS.items()}
            for one in asked
        ]
    )
)
