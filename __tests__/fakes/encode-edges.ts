import { encodeRows } from "../../agent-src/export/parquet.ts";
import { allocationRows, CLUSTER_ARN, datasetNamed, TEN } from "./hours.ts";

// Run under Node and under Deno by a test that compares what they print: the checksum of the encoded rows.
const values = [0, -0, Number.NaN, Infinity, -Infinity, 0.1 + 0.2, 5e-324];
const texts = ["", "zwölf", "👩‍👩‍👧‍👦", "\ud800 alone", "日本語"];

async function* rows() {
  for (const [index, row] of allocationRows(TEN, 5000).entries()) {
    yield { ...row, cpu_cost: values[index % 7] ?? null, labels: texts[index % 5] ?? null };
  }
}

const subject = { dataset: datasetNamed("allocation"), clusterArn: CLUSTER_ARN, hour: TEN };
console.log((await encodeRows(subject, rows(), async () => {})).sha256);
