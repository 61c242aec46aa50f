import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { containerfileConfig } from "../../e2e/ground/kubernetes/containerfile.ts";

const CONTAINERFILE = readFileSync(join(import.meta.dirname, "../../../agent-src/Containerfile"), "utf8");

describe("the agent's image on the ground", () => {
  test("starts as the Containerfile says", () => {
    expect(containerfileConfig(CONTAINERFILE)).toEqual({
      Entrypoint: [
        "/nodejs/bin/node",
        "--max-semi-space-size=4",
        "--heap-growing-percent=30",
        "/app/container-insights.mjs",
      ],
      Cmd: ["--help"],
      User: "65532:65532",
      Env: ["PATH=/usr/bin:/bin", "NODE_ENV=production", "HOME=/tmp"],
      WorkingDir: "/tmp",
    });
  });

  test("a Containerfile without one of its lines is refused", () => {
    expect(() => containerfileConfig(CONTAINERFILE.replace(/^USER .*$/m, ""))).toThrow(
      'Reading the Containerfile: it has no "USER" line',
    );
  });
});
