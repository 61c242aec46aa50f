#!/usr/bin/env node
// Runs the TypeScript sources as they are: nothing is built, so what is reviewed is what runs.
import { register } from "tsx/esm/api";

register();
await import("./container-insights.ts");
