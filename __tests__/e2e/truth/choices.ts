import { parseArgs } from "node:util";
import type { ClusterChoices } from "../ground/generator/plan.ts";
import { wholeNumber } from "../whole-number.ts";

/** A cluster whose costs are to be proved, and how many of its hours the dataset `container` is. */
export interface TruthChoices extends Required<Omit<ClusterChoices, "from">> {
  readonly containerHours: number;
}

/** What every run of the end-to-end tests proves: 2,000 pods, 100 GPUs, six hours. */
export const SHORT: TruthChoices = { seed: "1", pods: 2000, hours: 6, containerHours: 1 };

const USAGE = `usage: truth/main.ts [--pods 2000] [--hours 6] [--container-hours 1] [--seeds 1,2,3]
  Holds exported costs and usage of generated clusters to closed forms, one cluster a seed, and prints what each step
  took. OPENCOST_URL puts a real OpenCost in the stand-in's place; its Prometheus needs the same history.`;

/** Reads the arguments of a run by hand. @throws Error that says how it is used */
export function parseChoices(args: readonly string[]): TruthChoices[] {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pods: { type: "string", default: String(SHORT.pods) },
      hours: { type: "string", default: String(SHORT.hours) },
      "container-hours": { type: "string", default: String(SHORT.containerHours) },
      seeds: { type: "string", default: SHORT.seed },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  const whole = (name: "pods" | "hours" | "container-hours"): number =>
    wholeNumber(`--${name}`, values[name]);
  const [pods, hours] = [whole("pods"), whole("hours")];
  const containerHours = Math.min(hours, whole("container-hours"));
  return values.seeds.split(",").map((seed) => ({ seed, pods, hours, containerHours }));
}
