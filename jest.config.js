// ES modules end to end: the tests load the same module graph that Node and Deno load.
export default {
  testEnvironment: "node",
  // Against a hang, not against a slow machine: no test asserts a time.
  testTimeout: 120_000,
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
