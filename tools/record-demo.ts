import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { PrometheusQuery } from "../contract/datasets/column.ts";
import { DATASETS } from "../contract/datasets/index.ts";
import { dateOf, hourOfDay, hoursBetween, type Hour } from "../contract/hours.ts";
import { evaluationTime, renderPromql } from "../agent-src/export/promql.ts";
import { encodeRecording, type RecordedAnswer } from "../demo/recording.ts";

// The hours of the recorded cluster; OpenCost's answers for them are in demo/recorded, too.
const FROM = Date.UTC(2026, 10, 22, 9) / 1000;
const UNTIL = Date.UTC(2026, 10, 22, 12) / 1000;

/**
 * Records what a Prometheus answers to every query of the dictionary, for the demo to replay.
 * `npx tsx tools/record-demo.ts --prometheus-url http://127.0.0.1:9090 --ksm-job kube-state-metrics`
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      "prometheus-url": { type: "string", default: "http://127.0.0.1:9090" },
      "ksm-job": { type: "string", default: "kube-state-metrics" },
      out: { type: "string", default: fileURLToPath(new URL("../demo/recorded", import.meta.url)) },
    },
  });
  await mkdir(values.out, { recursive: true });
  const buildInfo = await ask(values["prometheus-url"], "/api/v1/status/buildinfo");
  for (const hour of hoursBetween(FROM, UNTIL)) {
    const answers: RecordedAnswer[] = [];
    for (const dataset of DATASETS.filter(({ job }) => job === undefined)) {
      for (const query of dataset.queries) {
        const series = await askHour(values["prometheus-url"], query, values["ksm-job"], hour);
        if (series.length === 0) console.log(`  no series: ${dataset.name} ${query.id}`);
        answers.push({ dataset: dataset.name, id: query.id, promql: query.promql, series });
      }
    }
    const bytes = encodeRecording({ hour, buildInfo, answers });
    const file = join(values.out, `prometheus-${dateOf(hour)}T${hourOfDay(hour)}Z.jsonl.gz`);
    await writeFile(file, bytes);
    console.log(`${file}: ${answers.length} answers, ${bytes.length} bytes`);
  }
}

async function askHour(
  url: string,
  query: PrometheusQuery,
  ksmJob: string,
  hour: Hour,
): Promise<RecordedAnswer["series"]> {
  const form = new URLSearchParams({
    query: renderPromql(query.promql, { kubeStateMetricsJob: ksmJob }),
    time: String(evaluationTime(hour)),
  });
  const body = (await ask(url, "/api/v1/query", form)) as {
    readonly data: {
      readonly result: readonly { metric: Record<string, string>; value: [number, string] }[];
    };
  };
  return body.data.result.map(({ metric, value }) => ({ labels: metric, value: value[1] }));
}

async function ask(url: string, path: string, form?: URLSearchParams): Promise<unknown> {
  const response = await fetch(`${url}${path}`, form ? { method: "POST", body: form } : {});
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

await main();
