import { generatedClusterSettings } from "../env.ts";
import type { ClusterChoices } from "./plan.ts";

/** What the ground's generated cluster is when nothing else is asked for. */
const DEFAULT_PODS = 2000;
const DEFAULT_HOURS = 6;

/**
 * The generated cluster that the ground stands, by GROUND_SEED, GROUND_PODS and GROUND_HOURS.
 * @throws Error naming the variable that is no whole number above 0
 */
export function groundChoices(settings = generatedClusterSettings()): ClusterChoices {
  return {
    seed: settings.seed ?? "1",
    pods: wholeNumber("GROUND_PODS", settings.pods, DEFAULT_PODS),
    hours: wholeNumber("GROUND_HOURS", settings.hours, DEFAULT_HOURS),
  };
}

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  const number = text === undefined || text === "" ? otherwise : Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${name} is "${text}"; it must be a whole number above 0, as ${otherwise}`);
}
