import { join } from "node:path";
import { tryCommand } from "../command.ts";
import { ensureVenv } from "../parts.ts";
import type { Part } from "./part.ts";

export const SPARK_VERSION = "4.0.5";

// https://spark.apache.org/docs/4.0.5/: "Spark runs on Java 17/21".
const OLDEST_JAVA = 17;

/**
 * Brings a Python with Spark, which runs on the machine's Java.
 * @returns the interpreter's path
 * @throws Error when there is no Java that Spark can run on
 */
export async function ensureSpark(): Promise<string> {
  await requireJava();
  const directory = await ensureVenv("spark", SPARK_VERSION, "bin/python", [`pyspark==${SPARK_VERSION}`]);
  return join(directory, "bin/python");
}

async function requireJava(): Promise<void> {
  const { code, stderr } = await tryCommand("java", ["-version"]);
  const major = Number(/version "(\d+)/.exec(stderr)?.[1]);
  if (code === 0 && major >= OLDEST_JAVA) return;
  const found = code === 0 ? `found Java "${major}"` : 'found no "java" on the PATH';
  throw new Error(`Spark ${SPARK_VERSION}: ${found}; install Java ${OLDEST_JAVA} or newer`);
}

/** Spark as one more reader of the files: it ends by itself. */
export const SPARK: Part = {
  name: "spark",
  about: `Spark ${SPARK_VERSION} for Python, on this machine's Java; runs nothing`,
  needs: [],
  onDemand: true,
  install: ensureSpark,
  prepare: () => Promise.resolve([]),
};
