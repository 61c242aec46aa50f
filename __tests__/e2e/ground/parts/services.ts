import { join } from "node:path";
import { answers } from "../daemon.ts";
import { realOpencostUrl } from "../env.ts";
import { ensureHistoryBlocks } from "../history/blocks.ts";
import { EMULATED_ACCOUNT, ministack } from "../ministack.ts";
import { ensureMinistack, ensurePrometheus, ensureVersitygw, VERSIONS } from "../parts.ts";
import { prometheusHistory } from "../prometheus-history.ts";
import { S3_KEYS, versitygw } from "../versitygw.ts";
import type { Part } from "./part.ts";
import { SERVICE_PORTS } from "./ports.ts";

const PROJECT = join(import.meta.dirname, "../../../..");
const HOURS = "2026-11-22T09:00Z to 12:00Z";

const { prometheus, opencost, ministack: aws, s3 } = SERVICE_PORTS;

/** The recorded cluster's metrics. */
export const PROMETHEUS: Part = {
  name: "prometheus",
  about: `Prometheus ${VERSIONS.prometheus} with the recorded cluster's history, ${HOURS}`,
  needs: [],
  async install() {
    await ensurePrometheus();
    await ensureHistoryBlocks();
  },
  async prepare(data) {
    return [{ ...(await prometheusHistory(data, prometheus)), name: "prometheus", ports: [prometheus] }];
  },
  facts: { Prometheus: `http://127.0.0.1:${prometheus}` },
};

/** What OpenCost said about it; nothing is started when a real one is named in OPENCOST_URL. */
export const OPENCOST: Part = {
  name: "opencost",
  about: `OpenCost's recorded answers about the same hours, unless OPENCOST_URL names a real one`,
  needs: [],
  install: () => Promise.resolve(),
  prepare() {
    if (realOpencostUrl() !== undefined) return Promise.resolve([]);
    const script = join(import.meta.dirname, "../opencost-replay.ts");
    const program = {
      name: "opencost-replay",
      command: process.execPath,
      args: ["--import", "tsx", script, "serve", "--port", String(opencost)],
      cwd: PROJECT,
      ports: [opencost],
      ready: () => answers(`http://127.0.0.1:${opencost}/healthz`),
    };
    return Promise.resolve([program]);
  },
  facts: { OpenCost: `http://127.0.0.1:${opencost}` },
};

/** The AWS account. */
export const MINISTACK: Part = {
  name: "ministack",
  about: `AWS emulator ${VERSIONS.ministack}, account ${EMULATED_ACCOUNT}, policies not enforced`,
  needs: [],
  install: ensureMinistack,
  async prepare(data) {
    return [{ ...(await ministack(data, aws, { enforce: false })), ports: [aws] }];
  },
  facts: { "AWS emulator": `http://127.0.0.1:${aws}` },
};

/** The bucket's server. */
export const S3: Part = {
  name: "s3",
  about: `versitygw ${VERSIONS.versitygw}, an S3 server that checks signatures, conditions and checksums`,
  needs: [],
  install: ensureVersitygw,
  async prepare(data) {
    return [{ ...(await versitygw(data, s3)), ports: [s3] }];
  },
  facts: { S3: `http://127.0.0.1:${s3}, access key ${S3_KEYS.accessKeyId}` },
};
