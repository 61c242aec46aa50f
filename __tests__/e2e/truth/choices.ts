import { parseArgs } from "node:util";
import type { ClusterChoices } from "../ground/generator/plan.ts";
import { wholeNumber } from "../whole-number.ts";

/** A cluster whose rows are to be proved. */
export interface TruthChoices extends Required<Omit<ClusterChoices, "from">> {
  /** Of how many of its hours every dataset is exported; of the others only the costs. */
  readonly detailHours: number;
}

/** What every run of the end-to-end tests proves: 2,000 pods, 100 GPUs, six hours of costs, one of everything. */
export const SHORT: TruthChoices = { seed: "1", pods: 2000, hours: 6, detailHours: 1 };

const USAGE = `usage: truth/main.ts [--pods 2000] [--hours 6] [--detail-hours 6] [--seeds 1,2,3]
  Holds the exported datasets of generated clusters to lives and closed forms, one cluster a seed, and prints what each
  step took. Of all hours the costs are exported, of the detail hours every dataset. OPENCOST_URL puts a real OpenCost
  in the stand-in's place; its Prometheus needs the same history.`;

/** Reads the arguments of a run by hand. @throws Error that says how it is used */
export function parseChoices(args: readonly string[]): TruthChoices[] {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pods: { type: "string", default: String(SHORT.pods) },
      hours: { type: "string", default: String(SHORT.hours) },
      "detail-hours": { type: "string" },
      seeds: { type: "string", default: SHORT.seed },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  const [pods, hours] = [wholeNumber("--pods", values.pods), wholeNumber("--hours", values.hours)];
  const wanted = values["detail-hours"];
  const detailHours = wanted === undefined ? hours : Math.min(hours, wholeNumber("--detail-hours", wanted));
  return values.seeds.split(",").map((seed) => ({ seed, pods, hours, detailHours }));
}
