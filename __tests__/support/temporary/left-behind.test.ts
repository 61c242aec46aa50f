import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { temporaryDirectory } from "./directory.ts";
import { leftBehind } from "./left-behind.ts";

const directory = temporaryDirectory();

test("what is left in a temporary directory is told with what lies in it; what runtimes keep is not", () => {
  expect(leftBehind(directory)).toEqual([]);
  mkdirSync(`${directory}/tsx-0/cache`, { recursive: true });
  mkdirSync(`${directory}/node-compile-cache`);
  expect(leftBehind(directory)).toEqual([]);
  mkdirSync(`${directory}/cluster-a1b2`);
  writeFileSync(`${directory}/cluster-a1b2/config.json`, "{}");
  writeFileSync(`${directory}/some.sock`, "");
  expect(leftBehind(directory)).toEqual(["cluster-a1b2 (config.json)", "some.sock"]);
});
