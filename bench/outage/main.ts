import { parseArgs } from "node:util";
import { judgeStory } from "../../__tests__/outage/judge.ts";
import { playStory } from "../../__tests__/outage/story.ts";

/**
 * Outages of the sources on a fake clock: `npx tsx bench/outage/main.ts [--hours 72] [--seed 1] [--stories 3]`.
 * The short form is in `npm test`. Ends with "N passed, N failed".
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      hours: { type: "string", default: "72" },
      seed: { type: "string", default: "1" },
      stories: { type: "string", default: "3" },
    },
  });
  let [passed, failed] = [0, 0];
  for (let index = 0; index < Number(values.stories); index += 1) {
    const seed = String(Number(values.seed) + index);
    const startedAt = performance.now();
    const story = await playStory({ seed, outageHours: Number(values.hours), sinkFaults: 0.3 });
    const wrong = await judgeStory(story, seed);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const census = Object.entries(story.census).map(([name, count]) => `${name} ${count}`);
    const ended = wrong.length === 0 ? "ok  " : "FAIL";
    console.log(
      `${ended} outage of ${values.hours} h, seed ${seed}, ${story.recoveryRuns} runs to recover, ${seconds} s`,
    );
    console.log(`     ${census.join(", ")}`);
    for (const sentence of wrong) console.log(`     ${sentence}`);
    if (wrong.length === 0) passed += 1;
    else failed += 1;
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

await main();
