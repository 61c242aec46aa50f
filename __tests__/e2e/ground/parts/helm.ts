import { ensureHelm, VERSIONS } from "../parts.ts";
import type { Part } from "./part.ts";

/** Helm's command line: it ends by itself. */
export const HELM: Part = {
  name: "helm",
  about: `Helm ${VERSIONS.helm}, built here; runs nothing`,
  needs: [],
  install: ensureHelm,
  prepare: () => Promise.resolve([]),
};
