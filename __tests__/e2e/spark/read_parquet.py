"""Reads a dataset's folder with Spark. The argument is JSON: {"path": ..., "sums": [columns]}."""

import json
import sys

from pyspark.sql import SparkSession, functions

asked = json.loads(sys.argv[1])
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .getOrCreate()
)
table = spark.read.parquet(asked["path"])
totals = table.agg(
    functions.count("*").alias("rows"),
    *[functions.coalesce(functions.sum(name), functions.lit(0)).alias(name) for name in asked["sums"]],
).first()
print(
    json.dumps(
        {
            "rows": totals["rows"],
            "types": {field.name: field.dataType.simpleString() for field in table.schema.fields},
            "sums": {name: float(totals[name]) for name in asked["sums"]},
        }
    )
)
spark.stop()
