import { ensureGoInstalled } from "../go-install.ts";
import type { Part } from "./part.ts";

const COSIGN_VERSION = "3.1.3";

/** Builds cosign. @returns its path */
function ensureCosign(): Promise<string> {
  return ensureGoInstalled("cosign", COSIGN_VERSION, "github.com/sigstore/cosign/v3/cmd/cosign");
}

/** Signs and verifies images and files with keys, offline: it ends by itself. */
export const COSIGN: Part = {
  name: "cosign",
  about: `cosign ${COSIGN_VERSION}, built here; runs nothing`,
  needs: [],
  onDemand: true,
  install: ensureCosign,
  prepare: () => Promise.resolve([]),
};
