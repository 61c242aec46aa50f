import { waitUntil } from "../ground/kubernetes/kubectl.ts";
import { VERSIONS } from "../ground/parts.ts";
import { SERVICE_PORTS } from "../ground/parts/ports.ts";
import { PROMETHEUS_3 } from "../ground/prometheus-3/build.ts";
import type { Capture, Taken } from "./capture.ts";
import type { Scrubber } from "./scrub.ts";
import { SUBJECT } from "./subject.ts";

/** A question to Prometheus. */
interface Question {
  readonly file: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: string;
  readonly data?: { readonly version?: string; readonly result?: readonly { value?: [number, string] }[] };
}

const BUILD: Question = { file: "buildinfo.json", path: "/api/v1/status/buildinfo", params: {} };
const BROKEN: Question = { file: "err-400-parse.json", path: "/api/v1/query", params: { query: "up{" } };

/** What Prometheus 2 says of the recorded cluster, and Prometheus 3 of a real pod that it discovered. */
export function prometheusCaptures(scrubber: Scrubber): Capture[] {
  const recorded = { query: 'kube_pod_info{namespace="data",pod="db-0"}', time: "1795341599.999" };
  const live = `container_memory_working_set_bytes{namespace="${SUBJECT.namespace}",container!=""}`;
  return [
    capture(
      "prometheus-2",
      VERSIONS.prometheus,
      SERVICE_PORTS.prometheus,
      "prometheus",
      [BUILD, { file: "query-recorded-pod.json", path: "/api/v1/query", params: recorded }, BROKEN],
      scrubber,
    ),
    capture(
      "prometheus-3",
      PROMETHEUS_3.version,
      SERVICE_PORTS.prometheusLive,
      "prometheus-live",
      [BUILD, { file: "query-real-pod.json", path: "/api/v1/query", params: { query: live } }, BROKEN],
      scrubber,
    ),
  ];
}

function capture(
  name: string,
  version: string,
  port: number,
  part: string,
  questions: readonly Question[],
  scrubber: Scrubber,
): Capture {
  const url = `http://127.0.0.1:${port}`;
  return {
    name,
    of: "its version, an instant query, and a query that it cannot parse",
    origin: "captured",
    version,
    command: questions
      .map(({ path, params }) => `curl '${url}${path}?${new URLSearchParams(params)}'`)
      .join("; "),
    needs: [part],
    async take() {
      const files: Record<string, string> = {};
      let found = "unknown";
      for (const question of questions) {
        const { status, answer } = await askUntilThere(url, question);
        if (question === BUILD) found = (answer.data?.version ?? found).replace(/\+ds$/, "");
        files[question.file] = scrubber.json({
          request: { path: question.path, params: question.params },
          status,
          body: withoutTimes(answer),
        });
      }
      return { version: found, files } satisfies Taken;
    },
  };
}

/** What is asked about a live pod may come with the next scrape only. */
async function askUntilThere(
  url: string,
  { path, params }: Question,
): Promise<{ status: number; answer: Answer }> {
  let last: { status: number; answer: Answer } | undefined;
  await waitUntil(`an answer to "${path}" with a result`, 90, async () => {
    const response = await fetch(`${url}${path}?${new URLSearchParams(params)}`);
    last = { status: response.status, answer: (await response.json()) as Answer };
    return last.answer.data?.result?.length !== 0;
  });
  if (!last) throw new Error(`"${url}" was never asked for "${path}"`);
  return last;
}

// The instant of an evaluation is another one each time.
function withoutTimes(answer: Answer): Answer {
  const { data } = answer;
  if (!data?.result) return answer;
  const result = data.result.map((series) =>
    series.value ? { ...series, value: [1767225600, series.value[1]] } : series,
  );
  return { ...answer, data: { ...data, result } } as Answer;
}
