import fc from "fast-check";
import { propertyRuns } from "./ground/env.ts";

// Loaded by jest before each test file of `.ci/nightly`: properties that name no count of their own get this many.
fc.configureGlobal({ numRuns: propertyRuns() });
