import { FakeAwsError } from "../fakes/fake-iam.ts";
import type { FakeAccount, Intercept } from "../fakes/fake-account.ts";
import { setLife } from "./build.ts";
import { isWrite, type CallInput, type RunWatch } from "./run-watch.ts";
import { lifeAt, type FaultCase, type RegionState, type RunCase, type World } from "./world.ts";

const ANSWERS: Readonly<Record<string, readonly [message: string, status: number]>> = {
  ServiceFailureException: ["Service unavailable", 500],
  TimeoutError: ["socket hang up", 0],
};

function errorOf(code: string): FakeAwsError {
  const [message, status] = ANSWERS[code] ?? ["injected", 400];
  return new FakeAwsError(code, message, status);
}

/** What a region that is out of order answers. */
function regionError(state: RegionState, call: string, { nextToken }: CallInput): FakeAwsError | undefined {
  switch (state) {
    case "ok":
      return undefined;
    case "denied":
      return new FakeAwsError("AccessDeniedException", "denied", 403);
    case "opted-out":
      return new FakeAwsError(
        "UnrecognizedClientException",
        "The security token included in the request is invalid",
        403,
      );
    case "second-page":
      return call === "listClusters" && nextToken !== undefined
        ? errorOf("ServiceFailureException")
        : undefined;
    case "describe":
      return call === "describeCluster" ? errorOf("ServiceFailureException") : undefined;
  }
}

/** What stands between one run and its world. */
export interface Between {
  readonly world: World;
  /** 0: while things go wrong; 1: for good. */
  readonly phase: 0 | 1;
  readonly step: number;
  readonly run: Pick<RunCase, "faults" | "deadline">;
  readonly watch: RunWatch;
}

/** The calls of one run, and what befalls them. */
export class RunCalls {
  /** Whether one of IAM's listings failed, without which there is no run. */
  blind = false;
  #count = 0;
  #writes = 0;
  #isOver = false;
  readonly #askedFor = new Set<number>();
  readonly #account: FakeAccount;
  readonly #between: Between;

  constructor(account: FakeAccount, between: Between) {
    this.#account = account;
    this.#between = between;
  }

  /** When a run ended with an error, what it had begun to read beside that goes no further. */
  end(): void {
    this.#isOver = true;
  }

  readonly hasTime = (): boolean => this.#count < (this.#between.run.deadline ?? Infinity);

  readonly intercept: Intercept = <T extends object>(calls: T, region = "") =>
    new Proxy(calls, {
      get: (target, call) => {
        const method: unknown = Reflect.get(target, call);
        if (typeof method !== "function" || typeof call !== "string") return method;
        const carryOut = (input: CallInput): unknown => Reflect.apply(method, target, [input]);
        return (input: CallInput = {}) => this.#call(call, input, region, carryOut);
      },
    });

  async #call(
    call: string,
    input: CallInput,
    region: string,
    carryOut: (input: CallInput) => unknown,
  ): Promise<unknown> {
    if (this.#isOver) throw new Error(`${call} after the run's end`);
    const { watch } = this.#between;
    this.#count += 1;
    if (isWrite(call)) this.#writes += 1;
    const fault = this.#fault(isWrite(call));
    this.#change(call, input, region);
    watch.asked(call, input, region);
    try {
      const error = this.#regionError(call, input, region);
      if (error) throw error;
      if (fault && !fault.lost) throw errorOf(fault.code);
      const answer = await carryOut(input);
      if (isWrite(call)) watch.wrote(call, input);
      if (fault) throw errorOf("TimeoutError");
      watch.answered(call, region, answer);
      return answer;
    } catch (error) {
      if (call === "listRoles" || call === "listOpenIDConnectProviders") this.blind = true;
      watch.failed(call, input, region, error instanceof Error ? error.name : "");
      throw error;
    }
  }

  #fault(isWriting: boolean): FaultCase | undefined {
    return this.#between.run.faults.find(({ of, at, calls }) => {
      if (of === "writes" && !isWriting) return false;
      const now = of === "writes" ? this.#writes : this.#count;
      return now >= at && now < at + calls;
    });
  }

  #regionError(call: string, input: CallInput, region: string): FakeAwsError | undefined {
    const { world, phase } = this.#between;
    if (region === "") return undefined;
    const states: Readonly<Record<string, World["regions"]["eu-west-1"]>> = world.regions;
    return regionError(states[region]?.[phase] ?? "ok", call, input);
  }

  /** A cluster that goes between the listing and the question for it, or is back when it is asked for again. */
  #change(call: string, { name }: CallInput, region: string): void {
    if (call !== "describeCluster" || this.#between.phase === 1) return;
    const { world, step } = this.#between;
    const index = world.clusters.findIndex((one) => one.name === name && one.region === region);
    const one = world.clusters[index];
    if (!one) return;
    const { state } = lifeAt(one, step);
    const hasReturned = state === "RETURNS" && this.#askedFor.has(index);
    this.#askedFor.add(index);
    if (state === "VANISHES" || hasReturned) setLife(this.#account, one, index, lifeAt(one, step, "after"));
  }
}
