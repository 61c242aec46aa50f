import { DATASETS } from "../../contract/datasets/index.ts";
import { evaluationTime, renderPromql, type QueryJobs } from "../../agent-src/export/promql.ts";
import type { DemoHour } from "../daily-curve.ts";
import { factorsOf, sampleRule, scaleSample } from "../scaling.ts";
import { json, text, type Answer } from "./answer.ts";
import type { RecordedData } from "./recorded-data.ts";

/** Answers requests to Prometheus' API. */
export type AnswerPrometheus = (path: string, parameters: URLSearchParams) => Promise<Answer>;

/**
 * A Prometheus that knows the recorded answers and nothing else. It is asked with the texts that the exporter renders
 * for `jobs`; any other query is refused as Prometheus refuses one it cannot parse, so that nothing is silently wrong.
 */
export function replayPrometheus(
  data: RecordedData,
  hours: readonly DemoHour[],
  jobs: QueryJobs,
): AnswerPrometheus {
  const queries = new Map(
    DATASETS.flatMap((dataset) => dataset.queries).map((query) => [renderPromql(query.promql, jobs), query]),
  );
  async function answerQuery(parameters: URLSearchParams): Promise<Answer> {
    const promql = parameters.get("query") ?? "";
    const query = queries.get(promql);
    if (!query) return badData(`the demo has no recorded answer to this query: ${promql}`);
    const time = Number(parameters.get("time"));
    const at = hours.find(({ hour }) => Math.abs(evaluationTime(hour) - time) < 1e-6);
    if (!at) return vector([]); // Prometheus, too, says 200 to a time it has no data for
    const recorded = (await data.prometheus(at.recorded)).answers.find(
      (answer) => renderPromql(answer.promql, jobs) === promql,
    );
    if (!recorded)
      return badData(`the query "${query.id}" has changed since it was recorded; run tools/record-demo.ts`);
    const rule = sampleRule(query.id);
    const factors = factorsOf(at.load);
    const shift = at.hour - at.recorded;
    return vector(
      recorded.series.map((series) => ({
        metric: series.labels,
        value: [time, scaleSample(series, rule, factors, shift)],
      })),
    );
  }
  return async (path, parameters) => {
    if (path === "/api/v1/query") return answerQuery(parameters);
    if (path === "/api/v1/query_range") return badData("the demo has no recorded range queries");
    const newest = hours.at(-1);
    if (path === "/api/v1/status/buildinfo" && newest) {
      return json(200, (await data.prometheus(newest.recorded)).buildInfo);
    }
    return text(404, "404 page not found\n");
  };
}

function vector(result: readonly object[]): Answer {
  return json(200, { status: "success", data: { resultType: "vector", result } });
}

function badData(error: string): Answer {
  return json(400, { status: "error", errorType: "bad_data", error });
}
