import assert from "node:assert/strict";
import { CLUSTER_EVENTS } from "../../../contract/cluster-events.ts";
import { clusterEvent } from "../../support/cluster-events.ts";
import { openEmulatedAws } from "../account/aws.ts";
import type { Checks } from "../checks.ts";
import { EMULATED_ACCOUNT, startMinistack, type Emulator } from "../ground/ministack.ts";
import { addModules, openEstate, removeModules, TARGETS, type Estate } from "./estate.ts";
import { EventBus } from "./event-bus.ts";
import { assertDecisions } from "./planned.ts";
import { checkSent, SOURCES } from "./sent.ts";

const RULE = "nops-container-cost-cluster-events";
const HOME = "eu-west-1";
const ELSEWHERE = "us-east-1";

/** What the checks of this part share. */
interface Ground {
  readonly emulator: Emulator;
  readonly estate: Estate;
  /** EventBridge in the region of the account stack, and in the one whose events are forwarded. */
  readonly home: EventBus;
  readonly elsewhere: EventBus;
}

/**
 * The rules for what happens to clusters, applied from the example `other-regions`. The emulator tells of no call and, as
 * AWS, takes no event under AWS's names, so the patterns are asked of its matcher, and events are sent under other names.
 * It carries nothing from region to region: what the other region's rule forwards is put on the home bus by hand.
 */
export async function eventsPhases(checks: Checks, directory: string): Promise<void> {
  let emulator: Emulator | undefined;
  try {
    const ground = await checks.phase("events: build, start the AWS emulator", async (): Promise<Ground> => {
      emulator = await startMinistack(directory, { enforce: false });
      const estate = await openEstate(directory, emulator);
      const [home, elsewhere] = [HOME, ELSEWHERE].map((region) => new EventBus(emulator?.url ?? "", region));
      assert.ok(home && elsewhere);
      return { emulator, estate, home, elsewhere };
    });
    if (!ground) return;
    await checks.phase("events: apply", () => checkApply(checks, ground));
    await checks.phase("events: patterns", () => checkPatterns(checks, ground));
    await checks.phase("events: sent", () => checkSentEvents(checks, ground));
    await checks.phase("events: the module's end", () => checkModule(checks, ground));
  } finally {
    await emulator?.stop();
  }
}

async function checkApply(checks: Checks, { estate }: Ground): Promise<void> {
  const { terraform } = estate;
  await checks.check("the plan only adds, and apply does it", async () => {
    const { text } = await terraform.plan(["-out=first.tfplan", ...TARGETS]);
    assert.match(text, /Plan: \d+ to add, 0 to change, 0 to destroy\./);
    await terraform.run(["apply", "-no-color", "first.tfplan"]);
  });
  let rows = 0;
  await checks.check(
    "the planned documents decide as the table of decisions says of the module",
    async () => {
      rows = await assertDecisions((await terraform.run(["show", "-json", "first.tfplan"])).stdout);
    },
    () => `${rows} rows`,
  );
  await checks.check("the second plan is empty", async () => {
    const { text, changes } = await terraform.plan(TARGETS);
    assert.equal(changes, false, text);
  });
}

async function checkPatterns(checks: Checks, { home, elsewhere }: Ground): Promise<void> {
  await checks.check(
    "the home region's rule matches every event of the account, and no refused call",
    async () => {
      const { EventPattern: pattern, State } = await home.readRule(RULE);
      assert.equal(State, "ENABLED");
      for (const event of CLUSTER_EVENTS.map(clusterEvent)) {
        assert.equal(await home.matches(pattern, event), true);
        const china = { ...event, "detail-type": "Amazon API Call via CloudTrail" };
        assert.equal(await home.matches(pattern, china), true);
        const refused = { ...event, detail: { ...event.detail, errorCode: "AccessDenied" } };
        assert.equal(await home.matches(pattern, refused), false);
        assert.equal(await home.matches(pattern, { ...event, account: "210987654321" }), false);
      }
    },
  );
  await checks.check(
    "the other region's rule matches what happened there, and sends it to the home bus",
    async () => {
      const { EventPattern: pattern } = await elsewhere.readRule(RULE);
      assert.equal(await elsewhere.matches(pattern, clusterEvent("CreateOpenIDConnectProvider")), true);
      const created = clusterEvent("CreateCluster");
      assert.equal(await elsewhere.matches(pattern, { ...created, region: ELSEWHERE }), true);
      assert.equal(await elsewhere.matches(pattern, { ...created, region: HOME }), false);
      const [target, ...others] = await elsewhere.readTargets(RULE);
      assert.deepEqual(others, []);
      assert.equal(target?.Arn, `arn:aws:events:${HOME}:${EMULATED_ACCOUNT}:event-bus/default`);
      assert.equal(
        target.RoleArn,
        `arn:aws:iam::${EMULATED_ACCOUNT}:role/nops-container-cost-events-${ELSEWHERE}`,
      );
    },
  );
}

async function checkSentEvents(checks: Checks, { emulator, home }: Ground): Promise<void> {
  const rule = await home.readRule(RULE);
  const event = { Source: "aws.eks", DetailType: "AWS API Call via CloudTrail", Detail: "{}" };
  await checks.check("nobody but AWS sends under AWS's names", async () =>
    assert.equal(await home.send(event), "NotAuthorizedForSourceException"),
  );
  const pattern = Object.entries(SOURCES).reduce(
    (text, [aws, test]) => text.replace(`"${aws}"`, `"${test}"`),
    rule.EventPattern,
  );
  await home.changePattern(rule, pattern);
  await checkSent(checks, { emulator, aws: openEmulatedAws(emulator.url), home });
  await home.changePattern(rule, rule.EventPattern);
}

async function checkModule(checks: Checks, { estate }: Ground): Promise<void> {
  const { terraform } = estate;
  for (const [name, refused] of Object.entries(REFUSED)) {
    await checks.check(`${name} is refused at plan`, () => assertRefused(estate, refused));
  }
  await checks.check("destroy takes the module away, and nothing else", async () => {
    const [target] = TARGETS;
    await terraform.run(["destroy", "-auto-approve", "-no-color", target]);
    const { stdout } = await terraform.run(["state", "list"]);
    assert.doesNotMatch(stdout, /^module\.events_of_virginia\.aws_/m);
    assert.match(stdout, /^module\.container_insights\.aws_cloudwatch_event_target\.cluster_events\[0\]$/m);
  });
}

/** Asserts that one plan says of each home region why it is refused. */
async function assertRefused(estate: Estate, refused: Readonly<Record<string, string>>): Promise<void> {
  const names = await addModules(estate, Object.keys(refused));
  try {
    const planned = estate.terraform.plan(names.map((name) => `-target=module.${name}`));
    await assert.rejects(planned, (error: Error) => {
      const said = error.message.replaceAll(/[\s│]+/g, " ");
      for (const message of Object.values(refused)) assert.ok(said.includes(message), said);
      return true;
    });
  } finally {
    await removeModules(estate);
  }
}

/** Home regions of a module whose provider is of us-east-1, and what is said of each. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a home region that is none": {
    mars: 'home_region is "mars"; give the region of the account stack, such as "eu-west-1".',
  },
  "a home region that AWS does not have, or that is the provider's own,": {
    "eu-north-9":
      'home_region is "eu-north-9", which AWS does not have in this partition; give the region of the account stack.',
    [ELSEWHERE]:
      'The AWS provider of this module is of region "us-east-1", which is home_region; give it the provider of another region, because the account stack follows the events of its own.',
  },
};
