import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { parseBaseUrl, redactUrl } from "../agent-src/adapters/base-url.ts";
import { podAccess, type KubernetesAccess } from "../agent-src/adapters/kubernetes/access.ts";
import { flag } from "./options.ts";
import type { Problems } from "./problems.ts";

/** The Kubernetes API, as commander hands it over. */
export interface KubernetesFlags {
  readonly labelsFrom: string;
  readonly kubernetesUrl?: string;
  readonly kubernetesTokenFile?: string;
  readonly kubernetesCaFile?: string;
}

const SOURCES = ["auto", "kubernetes", "kube-state-metrics"];
const AN_EXAMPLE = "--kubernetes-url https://127.0.0.1:6443";

/** Adds `--labels-from` and the flags of the Kubernetes API. */
export function addKubernetesFlags(command: Command): Command {
  return command
    .addOption(
      flag(
        "--labels-from <source>",
        "kubernetes: the API, original keys; kube-state-metrics: sanitised keys; auto: the API in a pod or with --kubernetes-url",
        "auto",
      ),
    )
    .addOption(flag("--kubernetes-url <url>", "Kubernetes API server (default: the pod's own)"))
    .addOption(
      flag(
        "--kubernetes-token-file <file>",
        "token for it, read again at each request (default: the pod's own)",
      ),
    )
    .addOption(
      flag("--kubernetes-ca-file <file>", "PEM certificates that sign its own (default: the pod's own)"),
    );
}

/**
 * How the Kubernetes API is reached; without `access` it is not asked. undefined, with problems added, when something is
 * wrong. `service`: the API server of the pod that this runs in.
 */
export function readKubernetes(
  flags: KubernetesFlags,
  service: { readonly host: string; readonly port: string } | undefined,
  problems: Problems,
): { readonly access?: KubernetesAccess } | undefined {
  const { labelsFrom } = flags;
  const url = flags.kubernetesUrl || undefined;
  const given = {
    ...(flags.kubernetesTokenFile ? { tokenFile: flags.kubernetesTokenFile } : {}),
    ...(flags.kubernetesCaFile ? { caFile: flags.kubernetesCaFile } : {}),
  };
  if (!SOURCES.includes(labelsFrom)) {
    problems.add(`--labels-from "${labelsFrom}" does not exist; choose from ${SOURCES.join(", ")}`);
    return undefined;
  }
  const isAsked = labelsFrom !== "kube-state-metrics";
  if (!isAsked && url !== undefined) {
    problems.add(
      `--kubernetes-url is given, and --labels-from "kube-state-metrics" does not ask it; remove one of them`,
    );
    return undefined;
  }
  if (url === undefined && !service) {
    const others = ["--kubernetes-token-file", "--kubernetes-ca-file"];
    const [file] = [given.tokenFile && others[0], given.caFile && others[1]].filter(Boolean);
    if (file) problems.add(`${file} is given without --kubernetes-url; add for example ${AN_EXAMPLE}`);
    if (labelsFrom === "kubernetes") {
      problems.add(
        `--labels-from "kubernetes" needs to run in a pod or to know --kubernetes-url; for example ${AN_EXAMPLE}`,
      );
    }
    return file || labelsFrom === "kubernetes" ? undefined : {};
  }
  if (!isAsked) return {};
  const pod = service && url === undefined ? podAccess(service) : undefined;
  const address = url ?? pod?.url ?? "";
  const isGood = problems.attempt(() => checkAccess({ url: address, ...given }));
  return isGood ? { access: { ...pod, url: address, ...given } } : undefined;
}

/** @throws Error that names the flag */
function checkAccess({ url, tokenFile, caFile }: KubernetesAccess): true {
  const { href, authorization } = parseBaseUrl(url, "--kubernetes-url");
  if (authorization !== undefined) {
    throw new Error(
      `--kubernetes-url "${redactUrl(url)}" names a user, and Kubernetes knows none by password; use --kubernetes-token-file`,
    );
  }
  const { protocol, hostname } = new URL(href);
  if (protocol === "http:" && caFile !== undefined) {
    throw new Error(
      `--kubernetes-ca-file is given, and --kubernetes-url "${href}" is not encrypted; use https`,
    );
  }
  const isHere = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  if (protocol === "http:" && tokenFile !== undefined && !isHere) {
    throw new Error(
      `--kubernetes-token-file would be sent unencrypted to --kubernetes-url "${href}"; use https`,
    );
  }
  checkFile("--kubernetes-token-file", tokenFile, /\S/, "is empty");
  checkFile("--kubernetes-ca-file", caFile, /-----BEGIN CERTIFICATE-----/, "holds no PEM certificate");
  return true;
}

function checkFile(flagName: string, file: string | undefined, content: RegExp, otherwise: string): void {
  if (file === undefined) return;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`${flagName} "${file}" cannot be read; check its path and permissions`, { cause });
  }
  if (!content.test(text)) throw new Error(`${flagName} "${file}" ${otherwise}`);
}
