import { runChecks, runProgram } from "../program.ts";
import { sparkPhases } from "./phase.ts";

/** `npx tsx __tests__/e2e/spark/main.ts`: every dataset's file in Spark, which needs Java. */
await runProgram(() => runChecks("spark", sparkPhases));
