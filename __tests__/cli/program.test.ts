import { describe, expect, test } from "@jest/globals";
import { createProgram } from "../../cli/program.ts";

async function commandsFor(...args: string[]): Promise<string[]> {
  return (await createProgram(args)).commands.map((command) => command.name());
}

describe("the program", () => {
  test("has one command when one is named, wherever the global flags are", async () => {
    expect(await commandsFor("schema", "allocation")).toEqual(["schema"]);
    expect(await commandsFor("--json", "--quiet", "roles", "plan")).toEqual(["roles"]);
  });

  test("has all commands for the help, for suggestions and without arguments", async () => {
    const all = [
      "export",
      "backfill",
      "verify",
      "doctor",
      "query",
      "report",
      "schema",
      "roles",
      "import-blocks",
    ];
    for (const args of [[], ["--help"], ["help", "export"], ["exprot"], ["constructor"]]) {
      expect(await commandsFor(...args)).toEqual(all);
    }
  });
});
