import type { MetadataSource } from "../../export/labels/cluster-labels.ts";
import { parseBaseUrl } from "../base-url.ts";
import type { OnRetry } from "../http.ts";
import { admitterOf } from "../source-access.ts";
import { createMetadataSource } from "./metadata-source.ts";

/** Where a Kubernetes API server is, and who asks. */
export interface KubernetesAccess {
  /** `https://10.0.0.1:443`, or what `kubectl proxy` prints. */
  readonly url: string;
  /** Read at each request, because the kubelet renews it. @default nobody in particular asks */
  readonly tokenFile?: string;
  /** PEM certificates that the server's is signed by. @default those the runtime trusts */
  readonly caFile?: string;
}

/** Where the kubelet mounts what a pod needs to ask. Source: Kubernetes, "Accessing the API from a pod". */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Of one page; the server takes milliseconds for it. */
const TIMEOUT_SECONDS = 30;
const MAX_ATTEMPTS = 2;

/** How a pod reaches its cluster's API server. `service`: what the kubelet says in the pod's environment. */
export function podAccess(service: { readonly host: string; readonly port: string }): KubernetesAccess {
  const host = service.host.includes(":") ? `[${service.host}]` : service.host;
  return {
    url: `https://${host}:${service.port}`,
    tokenFile: `${SERVICE_ACCOUNT}/token`,
    caFile: `${SERVICE_ACCOUNT}/ca.crt`,
  };
}

/** Lists from that API server. @throws ConfigError when the URL is none */
export function openMetadataSource(access: KubernetesAccess, onRetry?: OnRetry): MetadataSource {
  return createMetadataSource({
    name: "the Kubernetes API",
    flag: "--kubernetes-url",
    base: parseBaseUrl(access.url, "--kubernetes-url"),
    admit: admitterOf({
      ...(access.tokenFile === undefined ? {} : { auth: { kind: "bearer", tokenFile: access.tokenFile } }),
      ...(access.caFile === undefined ? {} : { tls: { caFile: access.caFile } }),
    }),
    timeoutSeconds: TIMEOUT_SECONDS,
    maxAttempts: MAX_ATTEMPTS,
    ...(onRetry ? { onRetry } : {}),
  });
}
