import { generateKeyPairSync } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { API_SERVER_SERVICE, API_SERVER_URL, NODE_ADDRESS, NODE_NAME } from "./addresses.ts";

type Authority = "ca" | "front-proxy-ca";

/** One certificate: who it is for, who signs it. */
interface Leaf {
  readonly name: string;
  readonly subject: string;
  readonly usage: "serverAuth" | "clientAuth";
  readonly names?: string;
  /** @default "ca" */
  readonly authority?: Authority;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "365"];

const LEAVES: readonly Leaf[] = [
  {
    name: "apiserver",
    subject: "/CN=kube-apiserver",
    usage: "serverAuth",
    names: [
      ...["kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost"].map(
        (name) => `DNS:${name}`,
      ),
      "DNS:kubernetes.default.svc.cluster.local",
      ...["127.0.0.1", API_SERVER_SERVICE, NODE_ADDRESS].map((address) => `IP:${address}`),
    ].join(","),
  },
  {
    name: "apiserver-kubelet-client",
    subject: "/O=system:masters/CN=kube-apiserver-kubelet-client",
    usage: "clientAuth",
  },
  {
    name: "front-proxy-client",
    subject: "/CN=front-proxy-client",
    usage: "clientAuth",
    authority: "front-proxy-ca",
  },
  {
    name: "identity-webhook",
    subject: "/CN=identity-webhook",
    usage: "serverAuth",
    names: "IP:127.0.0.1",
  },
  { name: "admin", subject: "/O=system:masters/CN=ground-admin", usage: "clientAuth" },
  { name: "kube-controller-manager", subject: "/CN=system:kube-controller-manager", usage: "clientAuth" },
  { name: "kube-scheduler", subject: "/CN=system:kube-scheduler", usage: "clientAuth" },
  { name: "kube-proxy", subject: "/CN=system:kube-proxy", usage: "clientAuth" },
  { name: "kubelet", subject: `/O=system:nodes/CN=system:node:${NODE_NAME}`, usage: "clientAuth" },
  {
    name: "kubelet-server",
    subject: `/O=system:nodes/CN=system:node:${NODE_NAME}`,
    usage: "serverAuth",
    names: `DNS:${NODE_NAME},DNS:localhost,IP:${NODE_ADDRESS},IP:127.0.0.1`,
  },
];

const KUBECONFIGS = ["admin", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet"];

/**
 * Makes the cluster's authorities, certificates, kubeconfigs and the key of its service-account tokens, once per
 * directory. The files are named as kubeadm names them, with `<user>.kubeconfig` beside them.
 */
export async function ensurePki(directory: string): Promise<void> {
  const complete = join(directory, "complete");
  if (existsSync(complete)) return;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await Promise.all([makeAuthority(directory, "ca"), makeAuthority(directory, "front-proxy-ca")]);
  await Promise.all(LEAVES.map((leaf) => makeLeaf(directory, leaf)));
  await Promise.all(KUBECONFIGS.map((user) => writeKubeconfig(directory, user)));
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await writeFile(join(directory, "sa.key"), privateKey.export({ type: "pkcs1", format: "pem" }), {
    mode: 0o600,
  });
  await writeFile(join(directory, "sa.pub"), publicKey.export({ type: "spki", format: "pem" }));
  await writeFile(complete, "");
}

async function makeAuthority(directory: string, name: Authority): Promise<void> {
  const usage = ["-addext", "keyUsage=critical,digitalSignature,keyCertSign,cRLSign"];
  const files = ["-keyout", `${name}.key`, "-out", `${name}.crt`];
  await runCommand(
    "openssl",
    ["req", "-x509", ...NEW_KEY, "-subj", `/CN=ground-${name}`, ...usage, ...files],
    {
      cwd: directory,
    },
  );
}

async function makeLeaf(directory: string, leaf: Leaf): Promise<void> {
  const authority = leaf.authority ?? "ca";
  const extensions = [
    "basicConstraints=critical,CA:FALSE",
    "keyUsage=critical,digitalSignature,keyEncipherment",
    `extendedKeyUsage=${leaf.usage}`,
    ...(leaf.names === undefined ? [] : [`subjectAltName=${leaf.names}`]),
  ].flatMap((extension) => ["-addext", extension]);
  const signer = ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`];
  const files = ["-keyout", `${leaf.name}.key`, "-out", `${leaf.name}.crt`];
  await runCommand(
    "openssl",
    ["req", "-x509", ...NEW_KEY, ...signer, "-subj", leaf.subject, ...extensions, ...files],
    { cwd: directory },
  );
}

async function writeKubeconfig(directory: string, user: string): Promise<void> {
  const base64 = async (file: string): Promise<string> =>
    (await readFile(join(directory, file))).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "ground",
        cluster: { server: API_SERVER_URL, "certificate-authority-data": await base64("ca.crt") },
      },
    ],
    users: [
      {
        name: user,
        user: {
          "client-certificate-data": await base64(`${user}.crt`),
          "client-key-data": await base64(`${user}.key`),
        },
      },
    ],
    contexts: [{ name: "ground", context: { cluster: "ground", user } }],
    "current-context": "ground",
  };
  // JSON is YAML.
  await writeFile(join(directory, `${user}.kubeconfig`), JSON.stringify(config, undefined, 2), {
    mode: 0o600,
  });
}
