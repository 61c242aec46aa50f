import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mutate, type Mutation, type Result } from "./mutation.ts";
import { copyProject, withMutation } from "./project-copy.ts";
import { runTests, type Place } from "./run-tests.ts";

/** What is wrong with the list itself, a line each: texts that are not there once. */
export function listProblems(root: string, mutations: readonly Mutation[]): string[] {
  return mutations.flatMap((mutation) => {
    try {
      mutate(readFileSync(join(root, mutation.file), "utf8"), mutation);
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
}

/** Named tests that do not pass, or are not there, before anything is changed: a line each. */
async function testProblems(place: Place, mutations: readonly Mutation[]): Promise<string[]> {
  const { statuses, message } = await runTests(
    place,
    mutations.map(({ test }) => test),
  );
  const wrong = mutations.filter(({ test }) => statuses.get(test.name) !== "passed");
  return wrong.map(
    ({ name, test }) =>
      `Cannot try the mutation "${name}": its test "${test.name}" of "${test.file}" ${statuses.get(test.name) ?? "is not there"} without it.\n${message}`,
  );
}

async function tryMutation(place: Place, mutation: Mutation): Promise<Result> {
  const started = performance.now();
  const { statuses, message } = await withMutation(place.project, mutation, () =>
    runTests(place, [mutation.test]),
  );
  const status = statuses.get(mutation.test.name);
  return {
    mutation: mutation.name,
    file: mutation.file,
    test: mutation.test,
    verdict: status === "failed" ? "killed" : status === "passed" ? "survived" : "broken",
    seconds: (performance.now() - started) / 1000,
    ...(status === undefined ? { reason: message } : {}),
  };
}

/** What is tried where. */
export interface Trial {
  readonly root: string;
  /** An empty directory, for copies and whatever tests leave. */
  readonly scratch: string;
  readonly mutations: readonly Mutation[];
  /** How many mutations are tried at once, each in a copy of its own. */
  readonly jobs: number;
}

/**
 * Tries every mutation: its named test has to pass without it and to fail with it.
 * @throws Error when a text or a test of the list is not there, before anything is tried
 */
export async function tryMutations(trial: Trial, tell: (result: Result) => void): Promise<Result[]> {
  const problems = listProblems(trial.root, trial.mutations);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const places = Array.from({ length: Math.min(trial.jobs, trial.mutations.length) }, (_, index) => {
    const place = {
      project: join(trial.scratch, `project-${index}`),
      scratch: join(trial.scratch, `of-${index}`),
    };
    mkdirSync(place.scratch);
    copyProject(trial.root, place.project);
    return place;
  });
  const [first] = places;
  const failing = first ? await testProblems(first, trial.mutations) : [];
  if (failing.length > 0) throw new Error(failing.join("\n"));
  const waiting = [...trial.mutations];
  const results: Result[] = [];
  await Promise.all(
    places.map(async (place) => {
      for (let mutation = waiting.shift(); mutation; mutation = waiting.shift()) {
        const result = await tryMutation(place, mutation);
        results.push(result);
        tell(result);
      }
    }),
  );
  return results;
}
