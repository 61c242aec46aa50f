import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { WRITER_POLICY_NAME } from "../../contract/names.ts";
import type { IamCalls } from "../../lambda-src/adapters/iam.ts";
import { AwsServer } from "../fakes/aws-server.ts";
import { FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";
import type { LocalLambda } from "../support/lambda-runtime/local-lambda.ts";
import {
  reconcilerLambda,
  unpackReconciler,
  type ReconcilerLambdaOptions,
} from "../support/lambda-runtime/reconciler-lambda.ts";
import { temporaryDirectory } from "../support/temporary/directory.ts";

// The archive that is deployed, in a process of its own, behind a Runtime API on loopback. At the same time, because a
// call that hangs is waited for as long as in AWS.

const REGIONS = ["eu-west-1", "us-east-1"];
const directory = temporaryDirectory();
const code = await unpackReconciler(directory);

interface Stage {
  readonly account: FakeAccount;
  readonly lambda: LocalLambda;
}

/** An account and a function over it, stopped afterwards whatever happens. */
async function onStage(
  options: Partial<ReconcilerLambdaOptions>,
  play: (stage: Stage) => Promise<void>,
  folder = code,
): Promise<void> {
  const account = new FakeAccount();
  const server = new AwsServer(account);
  const endpoint = await server.start();
  const lambda = reconcilerLambda(folder, {
    entry: "role-management",
    endpoint,
    regions: REGIONS,
    ...options,
  });
  await lambda.start();
  try {
    await play({ account, lambda });
  } finally {
    await lambda.stop();
    await server.stop();
  }
}

function answered(counts: object) {
  return { state: "answered", value: { status: "ok", counts, problems: [] } };
}

function failed(...parts: string[]) {
  return {
    state: "error",
    errorType: "ReconcileError",
    errorMessage: expect.stringMatching(new RegExp(parts.join(".*"), "s")),
  };
}

const HANGING = new Promise<never>(() => undefined);

/** Makes each creation of a role, or of its policy, take so long. */
function slowCreation(account: FakeAccount, milliseconds: number): void {
  const createRole = account.iam.createRole.bind(account.iam);
  const putRolePolicy = account.iam.putRolePolicy.bind(account.iam);
  Object.assign(account.iam, {
    createRole: (input: Parameters<IamCalls["createRole"]>[0]) =>
      sleep(milliseconds).then(() => createRole(input)),
    putRolePolicy: (input: Parameters<IamCalls["putRolePolicy"]>[0]) =>
      sleep(milliseconds).then(() => putRolePolicy(input)),
  });
}

/** Roles that lack their writer policy, of all. */
function halfMade(account: FakeAccount): string[] {
  const roles = [...account.iam.roles.values()];
  return roles.filter(({ inline }) => !inline.has(WRITER_POLICY_NAME)).map(({ name }) => name);
}

function countCalls(account: FakeAccount, call: keyof IamCalls): number {
  return account.iam.calls.filter((one) => one.call === call).length;
}

describe("the function that is deployed, in Lambda's runtime", () => {
  test.concurrent("gives up a region that accepts calls and never answers, and does the others", () =>
    onStage({ settings: { ORPHAN_GRACE_HOURS: "0" } }, async ({ account, lambda }) => {
      account.addCluster("eu-west-1", "prod");
      const kept = account.addCluster("us-east-1", "prod");
      expect(await lambda.invoke({})).toEqual(answered({ create: 2 }));

      account.addCluster("eu-west-1", "new");
      account.eks("us-east-1").clusters.clear();
      Object.assign(account.eks("us-east-1"), { listClusters: () => HANGING });
      expect(await lambda.invoke({})).toEqual(
        failed('ended as "partial"', "Region us-east-1 could not be listed", "no answer in 20 s"),
      );
      expect(account.iam.roles.size).toBe(3);
      expect(account.iam.role(kept).inline.size).toBe(1);
    }),
  );

  test.concurrent("cuts a call of IAM that hangs, and makes it again", () =>
    onStage({}, async ({ account, lambda }) => {
      account.addCluster("eu-west-1", "prod");
      const putRolePolicy = account.iam.putRolePolicy.bind(account.iam);
      let calls = 0;
      Object.assign(account.iam, {
        putRolePolicy: (input: Parameters<IamCalls["putRolePolicy"]>[0]) =>
          ++calls === 1 ? HANGING : putRolePolicy(input),
      });
      expect(await lambda.invoke({})).toEqual(answered({ create: 1 }));
      expect(calls).toBe(2);
      expect(halfMade(account)).toEqual([]);
    }),
  );

  test.concurrent("ends as incomplete when its time is up, and later invocations do the rest", () =>
    onStage({}, async ({ account, lambda }) => {
      for (let index = 0; index < 60; index++) account.addCluster("eu-west-1", `cluster-${index}`);
      slowCreation(account, 30);
      // A minute is kept in reserve; what it leaves is too short for 120 writes.
      let time = 62_500;
      const first = await lambda.invoke({}, time);
      expect(first).toEqual(failed('ended as "incomplete"', "continue"));
      expect(account.iam.roles.size).toBeLessThan(60);
      let last = first;
      // More each time, so that a machine that is slow comes to an end too.
      while (last.state === "error" && time < 120_000) last = await lambda.invoke({}, (time += 500));
      expect(last).toMatchObject({ state: "answered", value: { status: "ok" } });
      expect(account.iam.roles.size).toBe(60);
      expect(halfMade(account)).toEqual([]);
      expect(countCalls(account, "createRole")).toBe(60);
    }),
  );

  test.concurrent("says so when its time is too short to look at anything", () =>
    onStage({}, async ({ account, lambda }) => {
      account.addCluster("eu-west-1", "prod");
      expect(await lambda.invoke({}, 30_000)).toEqual(
        failed('ended as "failed"', "Time ran short", "eu-west-1, us-east-1"),
      );
      expect(account.iam.writes).toEqual([]);
    }),
  );

  test.concurrent("goes on in a new process after Lambda ended one that took too long", () =>
    onStage({}, async ({ account, lambda }) => {
      account.addCluster("eu-west-1", "prod");
      const listRoles = account.iam.listRoles.bind(account.iam);
      Object.assign(account.iam, { listRoles: () => HANGING });
      expect(await lambda.invoke({}, 2_000)).toEqual({
        state: "ended",
        reason: "Task timed out after 2 seconds",
      });
      Object.assign(account.iam, { listRoles });
      expect(await lambda.invoke({})).toEqual(answered({ create: 1 }));
    }),
  );

  test.concurrent("outlasts throttles and failures of IAM and EKS", () =>
    onStage({}, async ({ account, lambda }) => {
      for (let index = 0; index < 3; index++) account.addCluster("eu-west-1", `cluster-${index}`);
      const seen = new Set<string>();
      account.iam.fault = (call) => {
        if (seen.has(call)) return undefined;
        seen.add(call);
        return seen.size % 2 === 0
          ? new FakeAwsError("ServiceFailureException", "try again", 500)
          : new FakeAwsError("Throttling", "Rate exceeded");
      };
      const eks = account.eks("eu-west-1");
      const describeCluster = eks.describeCluster.bind(eks);
      let throttled = 0;
      Object.assign(eks, {
        describeCluster: async (input: { name: string }) => {
          if (throttled++ < 2) throw new FakeAwsError("ThrottlingException", "Rate exceeded", 429);
          return describeCluster(input);
        },
      });
      expect(await lambda.invoke({})).toEqual(answered({ create: 3 }));
      expect([...seen].sort()).toEqual([
        "createRole",
        "listOpenIDConnectProviders",
        "listRoles",
        "putRolePolicy",
      ]);
      expect(halfMade(account)).toEqual([]);
    }),
  );

  test.concurrent("takes LimitExceeded for a quota: no second try, and the other roles are kept", () =>
    onStage({}, async ({ account, lambda }) => {
      for (let index = 0; index < 5; index++) account.addCluster("eu-west-1", `cluster-${index}`);
      account.iam.roleQuota = 3;
      expect(await lambda.invoke({})).toEqual(
        failed('ended as "failed"', "Cannot create role", "LimitExceeded", "not tried after LimitExceeded"),
      );
      expect(countCalls(account, "createRole")).toBe(4);
      expect(account.iam.roles.size).toBe(3);
      expect(halfMade(account)).toEqual([]);
    }),
  );

  test.concurrent("answers each invocation in a warm process from what is there then", () =>
    onStage({ settings: { ORPHAN_GRACE_HOURS: "0" } }, async ({ account, lambda }) => {
      account.addCluster("eu-west-1", "one");
      expect(await lambda.invoke({})).toEqual(answered({ create: 1 }));
      const { pid } = lambda;
      account.addCluster("us-east-1", "two");
      expect(await lambda.invoke({})).toEqual(answered({ create: 1, unchanged: 1 }));
      account.eks("eu-west-1").failure = new FakeAwsError("AccessDeniedException", "denied");
      expect(await lambda.invoke({})).toEqual(failed("Region eu-west-1 could not be listed", "denied"));
      account.eks("eu-west-1").failure = undefined;
      account.eks("eu-west-1").clusters.clear();
      expect(await lambda.invoke({})).toEqual(answered({ delete: 1, unchanged: 1 }));
      expect(lambda.pid).toBe(pid);
    }),
  );

  test.concurrent("names every setting that is missing or wrong", () =>
    onStage(
      { settings: { DEPLOYMENT_BUCKET: undefined, BOUNDARY_ARN: "x", ORPHAN_GRACE_HOURS: "-1" } },
      async ({ lambda }) => {
        expect(await lambda.invoke({})).toEqual({
          state: "error",
          errorType: "ConfigError",
          errorMessage: expect.stringMatching(/DEPLOYMENT_BUCKET.*BOUNDARY_ARN.*ORPHAN_GRACE_HOURS/),
        });
      },
    ),
  );

  test.concurrent("reports at its start that a file of the archive is missing", () => {
    const broken = join(directory, "broken");
    cpSync(code, broken, { recursive: true });
    rmSync(join(broken, "reconciler.js"));
    return onStage(
      {},
      async ({ lambda }) => {
        expect(await lambda.invoke({})).toMatchObject({
          state: "error",
          errorMessage: expect.stringContaining("Cannot find module './reconciler.js'"),
        });
      },
      broken,
    );
  });

  test.concurrent("heals what a process left that was ended in the middle of making roles", () =>
    onStage({}, async ({ account, lambda }) => {
      for (let index = 0; index < 6; index++) account.addCluster("eu-west-1", `cluster-${index}`);
      account.iam.fault = (call) => {
        if (call === "createRole" && countCalls(account, call) === 3) lambda.kill();
        return undefined;
      };
      expect(await lambda.invoke({})).toEqual({ state: "ended", reason: "killed" });
      expect(halfMade(account)).toHaveLength(1);
      expect(account.iam.roles.size).toBe(3);
      expect(await lambda.invoke({})).toEqual(answered({ create: 3, update: 1, unchanged: 2 }));
      expect(halfMade(account)).toEqual([]);
    }),
  );

  test.concurrent("finishes a destroy that was ended in the middle of a role", () =>
    onStage({ entry: "role-creation" }, async ({ account, lambda }) => {
      for (let index = 0; index < 4; index++) account.addCluster("eu-west-1", `cluster-${index}`);
      expect(await lambda.invoke({ tf: { action: "create" } })).toEqual(answered({ create: 4 }));
      account.iam.fault = (call) => {
        if (call === "deleteRolePolicy" && countCalls(account, call) === 2) lambda.kill();
        return undefined;
      };
      expect(await lambda.invoke({ tf: { action: "delete" } })).toEqual({ state: "ended", reason: "killed" });
      expect(halfMade(account)).toHaveLength(1);
      expect(await lambda.invoke({ tf: { action: "delete" } })).toEqual(answered({ delete: 3 }));
      expect(account.iam.roles.size).toBe(0);
    }),
  );
});
