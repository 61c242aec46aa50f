/**
 * Bundles the command line as the image of agent-src/Containerfile runs it: one file, no node_modules.
 * Writes into dist/agent, or into the folder that is named.
 */
import { join, relative } from "node:path";
import { build, type Plugin } from "esbuild";

const ROOT = join(import.meta.dirname, "..");
const output = join(process.argv[2] ?? join(ROOT, "dist/agent"), "container-insights.mjs");

// `query` and `report` read files back through DuckDB, a native library of 60 MB that an export never loads.
const withoutDuckDb: Plugin = {
  name: "without-duckdb",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@duckdb\/node-api$/ }, ({ path }) => ({ path, namespace: "without-duckdb" }));
    onLoad({ filter: /.*/, namespace: "without-duckdb" }, () => ({
      contents: `export const DuckDBInstance = {
        create() {
          throw new Error("The agent's image has no DuckDB; run query and report from a checkout, with the bucket as --sink");
        },
      };`,
    }));
  },
};

await build({
  absWorkingDir: ROOT,
  entryPoints: ["cli/container-insights.ts"],
  outfile: output,
  bundle: true,
  platform: "node",
  target: "node20.11",
  format: "esm",
  // Packages in CommonJS ask for Node's own modules by `require`, which ES modules do not have.
  banner: {
    js: `import { createRequire as createRequireForBundle } from "node:module"; const require = createRequireForBundle(import.meta.url);`,
  },
  charset: "utf8",
  legalComments: "eof",
  logLevel: "warning",
  plugins: [withoutDuckDb],
});
console.log(`wrote ${relative(process.cwd(), output)}`);
