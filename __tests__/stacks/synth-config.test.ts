import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { SynthConfigError } from "../../stacks/config-problems.ts";
import { loadSynthConfig, parseSynthConfig } from "../../stacks/synth-config.ts";
import { PROD } from "../support/clusters.ts";
import { temporaryDirectory } from "../support/temporary/directory.ts";

const CLUSTER = {
  clusterArn: PROD.arn,
  prometheusUrl: "http://prometheus-server.monitoring.svc",
  openCostUrl: "http://opencost.opencost.svc:9003",
};

const parse = (value: unknown) => parseSynthConfig(JSON.stringify(value), "some.json");

/** The message with which a configuration is refused. */
function refusal(value: unknown): string {
  try {
    parse(value);
  } catch (error) {
    if (error instanceof SynthConfigError) return error.message;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

describe("the configuration", () => {
  test("may be empty: an account stack, state beside the project, nothing that can be destroyed", () => {
    expect(parse({})).toEqual({
      backend: { kind: "local", statePrefix: "../../../terraform-state" },
      allowDestroy: false,
      importExisting: [],
      clusters: [],
    });
  });

  test("names clusters, a region and a state bucket", () => {
    const backend = { kind: "s3", bucket: "states", region: "eu-west-1" };
    expect(parse({ backend, region: "us-gov-west-1", clusters: [CLUSTER] })).toMatchObject({
      backend: { ...backend, statePrefix: "container-insights" },
      region: "us-gov-west-1",
      clusters: [CLUSTER],
    });
  });

  test("that is wrong in several places is refused with all of them", () => {
    const message = refusal({
      allowDestroy: "yes",
      regoin: "eu-west-1",
      backend: { kind: "s3", bucket: "states", region: "mars" },
      clusters: [{ ...CLUSTER, clusterArn: "prod", openCostUrl: "opencost:9003" }],
    });
    expect(message).toMatch(/^Cannot use the configuration "some.json": /);
    for (const part of [
      'allowDestroy is "yes"; ',
      '"regoin"',
      'backend.region is "mars"; give a region such as "eu-west-1"',
      'clusters.0.clusterArn: "prod" is not an EKS cluster ARN; expected the form "arn:aws:eks:',
      'clusters.0.openCostUrl is "opencost:9003"; give a URL such as "http',
    ]) {
      expect(message).toContain(part);
    }
    expect(message).not.toContain("\n");
  });

  test("that is not JSON is refused by its name", () => {
    expect(() => parseSynthConfig("{", "some.json")).toThrow(
      /^Cannot use the configuration "some.json": it is not JSON \(.+\)$/,
    );
  });
});

describe("loadSynthConfig", () => {
  const directory = temporaryDirectory();

  test("reads the file that it is given", () => {
    const file = join(directory, "config.json");
    writeFileSync(file, JSON.stringify({ allowDestroy: true }));
    expect(loadSynthConfig(file).allowDestroy).toBe(true);
  });

  test("says which file is missing, and how to name another", () => {
    expect(() => loadSynthConfig("/no/such/file.json")).toThrow(
      'Cannot read the configuration "/no/such/file.json"; set CONTAINER_INSIGHTS_CONFIG to a file that exists',
    );
  });

  test("has defaults where no file is named and none is there", () => {
    const before = process.cwd();
    process.chdir(mkdtempSync(join(directory, "working-")));
    try {
      expect(loadSynthConfig(undefined).clusters).toEqual([]);
      writeFileSync("container-insights.json", JSON.stringify({ clusters: [CLUSTER] }));
      expect(loadSynthConfig(undefined).clusters).toEqual([CLUSTER]);
    } finally {
      process.chdir(before);
    }
  });
});
