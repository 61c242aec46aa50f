"""Types and checksums of each column of Parquet files or folders, as Spark reads them.

The argument is the path of a JSON file: [{"path": ..., "columns": {name: type}}].
"""

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession, functions

sys.path.insert(0, str(Path(__file__).parent.parent / "readers"))
from checksums import checksum  # noqa: E402

spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .getOrCreate()
)


def read(path, columns):
    table = spark.read.parquet(path)
    # Python's times end with the year 9999.
    wanted = [
        functions.unix_millis(name).alias(name) if kind == "timestamp" else functions.col(name)
        for name, kind in columns.items()
    ]
    rows = table.select(*wanted).collect()
    return {
        "types": {field.name: field.dataType.simpleString() for field in table.schema.fields},
        "checksums": {
            name: checksum(kind, (row[at] for row in rows)) for at, (name, kind) in enumerate(columns.items())
        },
    }


with open(sys.argv[1], encoding="utf-8") as file:
    asked = json.load(file)
print(json.dumps([read(one["path"], one["columns"]) for one in asked]))
spark.stop()
