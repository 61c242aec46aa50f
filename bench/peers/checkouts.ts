import { createHash } from "node:crypto";
import { join } from "node:path";
import { ensurePart } from "../../__tests__/e2e/ground/cache.ts";
import { runCommand } from "../../__tests__/e2e/ground/command.ts";
import { ensureVenv } from "../../__tests__/e2e/ground/parts.ts";

/** A reference exporter, kept in the cache outside the repository. */
export interface Peer {
  readonly name: string;
  readonly commit: string;
  /** Its checkout. */
  readonly directory: string;
  /** A Python with what it requires. */
  readonly python: string;
}

interface PeerSource {
  readonly name: string;
  readonly repository: string;
  readonly commit: string;
  readonly requirements: readonly string[];
}

/** nOps' agent; its requirements name few versions: those that pip chose on 2026-11-24. */
const NOPS: PeerSource = {
  name: "nops-k8s-agent",
  repository: "https://github.com/nops-io/nops-k8s-agent",
  commit: "e7b8e18412472ec9c2b078d8179977a733fd33b5",
  requirements: [
    "djangorestframework==3.18.3",
    "django==5.2.19",
    "hypercorn==0.13.2",
    "dynaconf==3.1.7",
    "prometheus-api-client==0.5.1",
    "kubernetes==23.6.0",
    "pyarrow==26.0.1",
    "pandas==3.1.1",
    "numpy==2.4.6",
    "loguru==0.7.3",
    "django-extensions==4.1",
    "ipython==9.18.1",
    "requests-futures==1.1.0",
    "boto3==1.44.8",
    "pyfakefs==6.3.2",
    "pytz==2026.6",
  ],
};

/** OpenCost's exporter, with the versions of its own requirements.txt. */
const PARQUET_EXPORTER: PeerSource = {
  name: "opencost-parquet-exporter",
  repository: "https://github.com/opencost/opencost-parquet-exporter",
  commit: "13fcda69b1542e4b15b509e63003181ec54f4c63",
  requirements: [
    "numpy==1.26.3",
    "pandas==2.2.3",
    "boto3==1.35.16",
    "requests==2.32.0",
    "python-dateutil==2.8.2",
    "pytz==2023.3.post1",
    "six==1.16.0",
    "tzdata==2023.4",
    "pyarrow==14.0.1",
    "azure-storage-blob==12.19.1",
    "azure-identity==1.16.1",
    "google-api-core==2.19.2",
    "google-auth==2.34.0",
    "google-cloud-core==2.4.1",
    "google-cloud-storage==2.18.2",
    "google-crc32c==1.6.0",
    "google-resumable-media==2.7.2",
    "googleapis-common-protos==1.65.0",
  ],
};

/** nOps' agent, ready to be run. @param repository another place to clone it from */
export function ensureNops(repository?: string): Promise<Peer> {
  return ensurePeer(NOPS, repository);
}

/** OpenCost's exporter, ready to be run. @param repository another place to clone it from */
export function ensureParquetExporter(repository?: string): Promise<Peer> {
  return ensurePeer(PARQUET_EXPORTER, repository);
}

async function ensurePeer(source: PeerSource, repository = source.repository): Promise<Peer> {
  const { name, commit, requirements } = source;
  const directory = await ensurePart(
    `peer-${name}`,
    commit.slice(0, 12),
    "requirements.txt",
    async (building) => {
      await runCommand("git", ["clone", "--quiet", "--no-checkout", repository, building]);
      await runCommand("git", ["-C", building, "checkout", "--quiet", "--detach", commit]);
    },
  );
  const version = createHash("sha256").update(requirements.join("\n")).digest("hex").slice(0, 12);
  const venv = await ensureVenv(`peer-${name}-python`, version, "bin/python", [...requirements]);
  return { name, commit, directory, python: join(venv, "bin/python") };
}
