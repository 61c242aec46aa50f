import { isoSeconds, SECONDS_PER_HOUR } from "../../contract/hours.ts";
import type { DemoHour } from "../daily-curve.ts";
import { factorsOf, scaleAllocation } from "../scaling.ts";
import { json, text, type Answer } from "./answer.ts";
import type { RecordedAllocations, RecordedData } from "./recorded-data.ts";

/** Answers requests to OpenCost's API. */
export type AnswerOpenCost = (path: string, parameters: URLSearchParams) => Promise<Answer>;

/** What the recorded answers were asked with. */
const RECORDED_WITH = {
  aggregate: "cluster,namespace,controllerKind,controller,pod,container",
  includeIdle: "true",
  step: "1h",
} as const;

/** An OpenCost that knows the recorded hours and nothing else; to other parameters it says 400 instead of guessing. */
export function replayOpenCost(data: RecordedData, hours: readonly DemoHour[]): AnswerOpenCost {
  async function answerAllocation(parameters: URLSearchParams): Promise<Answer> {
    for (const [name, recorded] of Object.entries(RECORDED_WITH)) {
      const asked = parameters.get(name);
      if (asked !== recorded) {
        return text(400, `the demo was recorded with ${name}="${recorded}", not "${asked ?? ""}"\n`);
      }
    }
    const at = hours.find(({ hour }) => parameters.get("window") === `${hour},${hour + SECONDS_PER_HOUR}`);
    // OpenCost, too, says 200 with one empty object to a window it has no data for.
    if (!at) return json(200, { code: 200, data: [{}] });
    return json(200, { code: 200, data: [replayHour(await data.openCost(at.recorded), at)] });
  }
  return async (path, parameters) => {
    if (path === "/allocation/compute") return answerAllocation(parameters);
    if (path === "/installInfo") {
      return { status: 200, contentType: "application/json", body: await data.installInfo() };
    }
    if (path === "/healthz") return text(200, "");
    return text(404, "404 page not found\n");
  };
}

function replayHour(recorded: RecordedAllocations, at: DemoHour): RecordedAllocations {
  const factors = factorsOf(at.load);
  const shift = at.hour - at.recorded;
  return Object.fromEntries(
    Object.entries(recorded).map(([name, allocation]) => {
      const scaled = scaleAllocation(allocation, factors);
      const window = scaled["window"] as { readonly start: string; readonly end: string };
      const moved = {
        ...scaled,
        window: { start: move(window.start, shift), end: move(window.end, shift) },
        start: move(String(scaled["start"]), shift),
        end: move(String(scaled["end"]), shift),
      };
      return [name, moved];
    }),
  );
}

function move(instant: string, seconds: number): string {
  return isoSeconds(Date.parse(instant) / 1000 + seconds);
}
