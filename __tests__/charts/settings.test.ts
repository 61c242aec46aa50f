import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Command } from "commander";
import { EXIT } from "../../cli/exit-codes.ts";
import { registerExport } from "../../cli/export.ts";

const TEMPLATES = join(import.meta.dirname, "../../charts/container-insights/templates");

function read(name: string): string {
  return readFileSync(join(TEMPLATES, name), "utf8");
}

function exportCommand(): Command {
  const program = new Command().option("--json");
  registerExport(program);
  const command = program.commands.find((candidate) => candidate.name() === "export");
  if (command === undefined) throw new Error("There is no export command");
  return command;
}

describe("what the chart tells the exporter", () => {
  const known = exportCommand().options.flatMap(({ envVar }) => (envVar === undefined ? [] : [envVar]));
  const set = [...read("configmap.yaml").matchAll(/^ {2}(CONTAINER_INSIGHTS_\w+):/gm)].map(
    ([, name]) => name,
  );

  test("every variable is a flag of the export command", () => {
    expect(set.filter((name) => !known.includes(name ?? ""))).toEqual([]);
  });

  test("the flags that a run cannot do without are set", () => {
    for (const flag of ["PROMETHEUS_URL", "OPENCOST_URL", "SINK", "CLUSTER_ARN", "KEY_PREFIX"]) {
      expect(set).toContain(`CONTAINER_INSIGHTS_${flag}`);
    }
  });

  test("the command is one that exists, with flags that exist", () => {
    const [, args] = /args: \[(.*)\]/.exec(read("_export-pod.tpl")) ?? [];
    const [name, ...rest] = (args ?? "").split(", ");
    const command = exportCommand();
    expect(name).toBe(command.name());
    const flags = [...command.options, ...(command.parent?.options ?? [])].map(({ long }) => long);
    expect(rest.filter((arg) => arg.startsWith("--") && !flags.includes(arg))).toEqual([]);
  });

  test("a wrong setting is not tried again", () => {
    expect(read("export-hourly.yaml")).toContain(`operator: In, values: [${EXIT.usage}]`);
  });
});
