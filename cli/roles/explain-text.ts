import type { Colors } from "../terminal.ts";
import type { Explanation } from "./explanation.ts";
import type { Step } from "./step.ts";

const SIGNS: Readonly<Record<Step["finding"], string>> = { ok: "+", stop: "x", unknown: "?" };

function stepLines({ question, finding, answer, details = [] }: Step, color: Colors): string[] {
  const paint = { ok: color.green, stop: color.red, unknown: color.yellow }[finding];
  return [
    `  ${paint(SIGNS[finding])} ${question} ${color.bold(answer)}`,
    ...details.map((line) => `      ${color.dim(line)}`),
  ];
}

/** An explanation as a person reads it. */
export function explanationText(explanation: Explanation, color: Colors): string {
  const { cluster, role, observedAt, steps, result, pod } = explanation;
  return [
    `${color.bold(cluster)} as of ${observedAt.slice(0, 16)}Z`,
    `Its role is ${color.bold(role)}`,
    "",
    ...steps.flatMap((step) => stepLines(step, color)),
    "",
    color.bold("A run now"),
    ...result.map((line) => `  ${line}`),
    "",
    color.bold("What the pods need"),
    ...pod.needs.map((line) => `  ${line}`),
    `  chart values: ${Object.entries(pod.chartValues)
      .map(([key, value]) => `${key}=${value}`)
      .join(" ")}`,
  ].join("\n");
}
