import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import type { Program } from "../../e2e/ground/parts/part.ts";
import { isRunning, residentBytes, startProgram, stopProcess } from "../../e2e/ground/parts/processes.ts";

const directory = mkdtempSync(join(tmpdir(), "container-insights-processes-"));
const log = join(directory, "log");

afterAll(() => rmSync(directory, { recursive: true }));

function program(script: string, ports: readonly number[] = []): Program {
  return { name: "it", command: "sh", args: ["-c", script], ports, ready: () => Promise.resolve(true) };
}

describe("a program of the ground", () => {
  test("runs until it is stopped", async () => {
    const identity = await startProgram(program("exec sleep 60"), log);
    expect(isRunning(identity)).toBe(true);
    expect(residentBytes(identity.pid)).toBeGreaterThan(0);
    await stopProcess(identity);
    expect(isRunning(identity)).toBe(false);
    expect(residentBytes(identity.pid)).toBe(0);
  });

  test("is not mistaken for another process that got its pid later", async () => {
    const identity = await startProgram(program("exec sleep 60"), log);
    const earlier = { ...identity, startTicks: "1" };
    expect(isRunning(earlier)).toBe(false);
    await stopProcess(earlier);
    expect(isRunning(identity)).toBe(true);
    await stopProcess(identity);
  });

  test("that ends early is told with what it said, and with nothing that it said before", async () => {
    const early = (script: string): Promise<unknown> =>
      startProgram({ ...program(script), ready: () => Promise.resolve(false) }, log);
    await expect(early("echo first; exit 1")).rejects.toThrow(/it ended before it was ready\nfirst\n/);
    await expect(early("echo second; exit 1")).rejects.toThrow(/it ended before it was ready\nsecond\n/);
  });

  test("that cannot be started is told", async () => {
    const missing = { ...program(""), command: join(directory, "missing") };
    await expect(startProgram(missing, log)).rejects.toThrow(/Starting it: spawn .*missing ENOENT/);
  });

  test("is refused when something else has its port", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await expect(startProgram(program("exec sleep 60", [port]), log)).rejects.toThrow(
      `port "${port}" is taken by a program that the ground did not start`,
    );
    await new Promise((resolve) => server.close(resolve));
  });
});
