import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import type { Program } from "../parts/part.ts";
import { API_SERVER_URL, NODE_ADDRESS, PORTS, SERVICE_RANGE } from "./addresses.ts";
import type { KubernetesComponent } from "./binaries.ts";
import { ETCD_URL } from "./etcd.ts";

type Binaries = Readonly<Record<KubernetesComponent, string>>;

/** The API server, listening on 127.0.0.1 only. It signs service-account tokens as an OIDC issuer does. */
export function apiServer({ "kube-apiserver": command }: Binaries, pki: string): Program {
  const file = (name: string): string => join(pki, name);
  const args = [
    `--etcd-servers=${ETCD_URL}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${PORTS.apiServer}`,
    // Pods reach it by this address, where the real node's door stands: 127.0.0.1 would be their own.
    `--advertise-address=${NODE_ADDRESS}`,
    `--service-cluster-ip-range=${SERVICE_RANGE}`,
    `--client-ca-file=${file("ca.crt")}`,
    `--tls-cert-file=${file("apiserver.crt")}`,
    `--tls-private-key-file=${file("apiserver.key")}`,
    `--kubelet-certificate-authority=${file("ca.crt")}`,
    `--kubelet-client-certificate=${file("apiserver-kubelet-client.crt")}`,
    `--kubelet-client-key=${file("apiserver-kubelet-client.key")}`,
    "--kubelet-preferred-address-types=InternalIP,Hostname",
    ...aggregationFlags(file),
    ...tokenFlags(file),
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--allow-privileged=true",
    // Thousands of simulated pods start at once.
    "--max-requests-inflight=1200",
    "--max-mutating-requests-inflight=600",
    "--profiling=false",
  ];
  const ready = (): Promise<boolean> => answersOk(`${API_SERVER_URL}/readyz`, file("ca.crt"));
  return { name: "kube-apiserver", command, args, ports: [PORTS.apiServer], ready };
}

function aggregationFlags(file: (name: string) => string): string[] {
  return [
    `--requestheader-client-ca-file=${file("front-proxy-ca.crt")}`,
    "--requestheader-allowed-names=front-proxy-client",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-username-headers=X-Remote-User",
    `--proxy-client-cert-file=${file("front-proxy-client.crt")}`,
    `--proxy-client-key-file=${file("front-proxy-client.key")}`,
  ];
}

function tokenFlags(file: (name: string) => string): string[] {
  return [
    `--service-account-issuer=${API_SERVER_URL}`,
    `--service-account-jwks-uri=${API_SERVER_URL}/openid/v1/jwks`,
    `--service-account-key-file=${file("sa.pub")}`,
    `--service-account-signing-key-file=${file("sa.key")}`,
    "--service-account-max-token-expiration=48h",
  ];
}

/** The controllers: Deployments, Jobs, CronJobs, service accounts, garbage collection. */
export function controllerManager({ "kube-controller-manager": command }: Binaries, pki: string): Program {
  const kubeconfig = join(pki, "kube-controller-manager.kubeconfig");
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${join(pki, "sa.key")}`,
    `--root-ca-file=${join(pki, "ca.crt")}`,
    `--cluster-signing-cert-file=${join(pki, "ca.crt")}`,
    `--cluster-signing-key-file=${join(pki, "ca.key")}`,
    "--use-service-account-credentials=true",
    "--bind-address=127.0.0.1",
    "--leader-elect=false",
    "--allocate-node-cidrs=false",
    `--flex-volume-plugin-dir=${join(pki, "volume-plugins")}`,
    // A thousand simulated nodes on two cores are late now and then without being gone.
    "--node-monitor-grace-period=300s",
    "--kube-api-qps=1000",
    "--kube-api-burst=2000",
    "--concurrent-deployment-syncs=20",
    "--concurrent-replicaset-syncs=20",
    "--concurrent-job-syncs=20",
    "--profiling=false",
  ];
  const ready = (): Promise<boolean> => answersOk(`https://127.0.0.1:${PORTS.controllerManager}/healthz`);
  return { name: "kube-controller-manager", command, args, ports: [PORTS.controllerManager], ready };
}

/** The scheduler. `config` is the path of its configuration: `schedulerConfig`. */
export function scheduler({ "kube-scheduler": command }: Binaries, pki: string, config: string): Program {
  const kubeconfig = join(pki, "kube-scheduler.kubeconfig");
  const args = [
    `--config=${config}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    "--bind-address=127.0.0.1",
    "--profiling=false",
  ];
  const ready = (): Promise<boolean> => answersOk(`https://127.0.0.1:${PORTS.scheduler}/healthz`);
  return { name: "kube-scheduler", command, args, ports: [PORTS.scheduler], ready };
}

/** The scheduler's configuration, as JSON, which is YAML. */
export function schedulerConfig(pki: string): string {
  return JSON.stringify({
    apiVersion: "kubescheduler.config.k8s.io/v1",
    kind: "KubeSchedulerConfiguration",
    clientConnection: { kubeconfig: join(pki, "kube-scheduler.kubeconfig"), qps: 1000, burst: 2000 },
    leaderElection: { leaderElect: false },
  });
}

/** Whether `url` answers 200. Without `authority` the certificate is not checked: a component's own, self-signed. */
export function answersOk(url: string, authority?: string): Promise<boolean> {
  const trust = authority === undefined ? { rejectUnauthorized: false } : { ca: readFileSync(authority) };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ...trust, agent: false, timeout: 2_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`"${url}" did not answer in 2 s`)));
    outgoing.on("error", reject);
    outgoing.end();
  });
}
