// ES modules end to end: the tests load the same module graph that Node and Deno load.
export default {
  testEnvironment: "node",
  // Against a hang, not against a slow machine: no test asserts a time.
  testTimeout: 120_000,
  // One worker a core: by default jest leaves one core out, which is half of a machine that has two.
  maxWorkers: "100%",
  // The tests' temporary directories are below one of this run; the run fails when any of them is left.
  globalSetup: "<rootDir>/__tests__/support/temporary/set-up.ts",
  globalTeardown: "<rootDir>/__tests__/support/temporary/tear-down.ts",
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/__tests__/e2e/"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        module: { type: "es6" },
      },
    ],
  },
  collectCoverageFrom: [
    "contract/**/*.ts",
    "stacks/**/*.ts",
    "lambda-src/**/*.ts",
    "agent-src/**/*.ts",
    "cli/**/*.ts",
  ],
};
