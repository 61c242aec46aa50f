import { runChecks, runProgram } from "../program.ts";
import { readersPhases } from "./phase.ts";

/** `npx tsx __tests__/e2e/readers/main.ts`: every dataset's file in every reader but Spark. */
await runProgram(() => runChecks("readers", readersPhases));
