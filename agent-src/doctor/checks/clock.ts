import { ok, problem, skipped, warning, type Check, type Finding } from "../check.ts";
import type { DoctorContext } from "../context.ts";

/** Date headers have whole seconds, and answers take their time on the way. */
const NOTICEABLE_SECONDS = 5;

/** S3 refuses a request signed more than 15 minutes off (RequestTimeTooSkewed). */
const S3_LIMIT_SECONDS = 900;

/** Within this, a clock that drifts is still harmless to S3; beyond it something is wrong with time synchronisation. */
const S3_WARNING_SECONDS = 60;

/** Whether this machine, Prometheus and what stands before it agree on the time. */
export const prometheusClock: Check = {
  id: "prometheus-clock",
  title: "Prometheus: the clocks agree",
  about: ["prometheus"],
  needs: ["prometheus-api"],
  run: async (context) => [
    judgeSource("Prometheus' time()", await context.prometheus.aheadSeconds(), context),
    ...judgeHeader("Prometheus'", (await context.prometheus.identify()).answer?.aheadSeconds, context),
  ],
};

/** Whether this machine and OpenCost agree on the time. */
export const openCostClock: Check = {
  id: "opencost-clock",
  title: "OpenCost: the clocks agree",
  about: ["opencost"],
  needs: ["opencost-api"],
  run: async (context) => {
    const answer = (await context.openCost?.identify())?.answer;
    const found = judgeHeader("OpenCost's", answer?.aheadSeconds, context);
    return found.length > 0 ? found : [skipped("OpenCost's answer has no Date header")];
  },
};

/** Whether S3 accepts this machine's clock. */
export const sinkClock: Check = {
  id: "sink-clock",
  title: "S3: the clocks agree",
  about: ["sink"],
  needs: ["sink-connection"],
  run: async ({ sink: { place } }) => {
    if (place.kind !== "s3") return [skipped("the sink is a folder")];
    const ahead = await place.bucket.aheadSeconds();
    return [ahead === undefined ? skipped("S3's answers have no Date header") : judgeS3(ahead)];
  },
};

function judgeHeader(whose: string, ahead: number | undefined, context: DoctorContext): Finding[] {
  return ahead === undefined ? [] : [judgeSource(`${whose} Date header`, ahead, context)];
}

/**
 * A clock that is ahead by more than the settle time lets the export take an hour before its last scrapes are in; one
 * that is behind only delays it, by as much.
 */
function judgeSource(what: string, ahead: number, { settings: { settleSeconds } }: DoctorContext): Finding {
  const text = `this machine's clock is ${describe(ahead)} ${what}`;
  const fix = "synchronise both machines' clocks (chrony, or the cloud's time service)";
  if (Math.abs(ahead) < NOTICEABLE_SECONDS) return ok(`within ${NOTICEABLE_SECONDS} s of ${what}`);
  if (ahead > settleSeconds) {
    return problem(
      `${text}; the limit is --settle, ${settleSeconds} s: beyond it hours are exported before their last scrapes are in`,
      fix,
    );
  }
  return warning(
    `${text}; ahead, the limit is --settle, ${settleSeconds} s; behind, exports are late by as much`,
    fix,
  );
}

function judgeS3(ahead: number): Finding {
  const text = `this machine's clock is ${describe(ahead)} S3's`;
  const fix = "synchronise this machine's clock (chrony, or the cloud's time service)";
  if (Math.abs(ahead) >= S3_LIMIT_SECONDS) {
    return problem(`${text}; from ${S3_LIMIT_SECONDS} s on S3 refuses every request`, fix);
  }
  if (Math.abs(ahead) >= S3_WARNING_SECONDS) {
    return warning(`${text}; from ${S3_LIMIT_SECONDS} s on S3 refuses every request`, fix);
  }
  return ok(`within ${S3_WARNING_SECONDS} s of S3's Date header`);
}

function describe(ahead: number): string {
  return `${Math.round(Math.abs(ahead))} s ${ahead >= 0 ? "ahead of" : "behind"}`;
}
