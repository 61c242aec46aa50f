import { answers } from "../daemon.ts";
import type { Part } from "../parts/part.ts";
import { PORTS } from "./addresses.ts";
import { ensureKubernetes, KUBERNETES_VERSIONS } from "./binaries.ts";

/** What the API server reaches etcd by. */
export const ETCD_URL = `http://127.0.0.1:${PORTS.etcd}`;

const PEER_URL = `http://127.0.0.1:${PORTS.etcdPeer}`;

/** The cluster's store. */
export const ETCD: Part = {
  name: "etcd",
  about: `etcd ${KUBERNETES_VERSIONS.etcd}, the cluster's store`,
  needs: [],
  install: ensureKubernetes,
  async prepare(data) {
    const { etcd } = await ensureKubernetes();
    const args = [
      `--data-dir=${data}`,
      `--listen-client-urls=${ETCD_URL}`,
      `--advertise-client-urls=${ETCD_URL}`,
      `--listen-peer-urls=${PEER_URL}`,
      `--initial-advertise-peer-urls=${PEER_URL}`,
      `--initial-cluster=default=${PEER_URL}`,
      // A test's cluster need not survive a power cut, and waiting for the disk doubles the start.
      "--unsafe-no-fsync",
      "--quota-backend-bytes=4294967296",
      "--auto-compaction-mode=periodic",
      "--auto-compaction-retention=10m",
    ];
    const ready = (): Promise<boolean> => answers(`${ETCD_URL}/health`);
    return [{ name: "etcd", command: etcd, args, ports: [PORTS.etcd, PORTS.etcdPeer], ready }];
  },
};
