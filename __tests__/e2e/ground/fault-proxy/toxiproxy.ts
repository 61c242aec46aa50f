import { join } from "node:path";
import { answers, freePort, startDaemon, type Daemon, type DaemonSpec } from "../daemon.ts";
import { ensureGoInstalled } from "../go-install.ts";

/** The last release of its module that the Go proxy has. */
export const TOXIPROXY_VERSION = "2.5.0";

/**
 * What is done to a connection. `stream`: towards the client ("downstream") or the server ("upstream").
 * https://github.com/Shopify/toxiproxy, "Toxics"
 */
export type Toxic =
  /** Milliseconds that everything comes later. */
  | { readonly type: "latency"; readonly attributes: { readonly latency: number; readonly jitter?: number } }
  /** A reset after `timeout` milliseconds. */
  | { readonly type: "reset_peer"; readonly attributes: { readonly timeout: number } }
  /** A black hole that swallows all: with 0 until the toxic is taken away, else for `timeout` milliseconds; then closed. */
  | { readonly type: "timeout"; readonly attributes: { readonly timeout: number } }
  /** KiB a second. */
  | { readonly type: "bandwidth"; readonly attributes: { readonly rate: number } }
  /** Closed after so many bytes. */
  | { readonly type: "limit_data"; readonly attributes: { readonly bytes: number } };

/** Connections on the way to one server. */
export interface FaultyRoute {
  readonly url: string;
  /** From now on, for connections that are open, too; with `toxicity` for that share of the new ones only. */
  poison(name: string, toxic: Toxic, stream?: "upstream" | "downstream", toxicity?: number): Promise<void>;
  heal(name: string): Promise<void>;
}

/** A running toxiproxy. */
export interface FaultProxy extends Daemon {
  /** A route to the server at `target`, on a free port of 127.0.0.1. */
  route(name: string, target: string): Promise<FaultyRoute>;
}

/** Builds toxiproxy once. @returns its path */
export async function ensureToxiproxy(): Promise<string> {
  return ensureGoInstalled(
    "toxiproxy",
    TOXIPROXY_VERSION,
    "github.com/Shopify/toxiproxy/v2/cmd/server",
    "server",
  );
}

/** toxiproxy, ready to be started; with `config`, a file, it begins with that file's routes. */
export async function toxiproxy(port: number, log: string, config?: string): Promise<DaemonSpec> {
  const routes = config === undefined ? [] : ["-config", config];
  return {
    name: "toxiproxy",
    command: await ensureToxiproxy(),
    args: ["-host", "127.0.0.1", "-port", String(port), ...routes],
    log,
    ready: () => answers(`http://127.0.0.1:${port}/version`),
  };
}

/** Starts toxiproxy on a free port. */
export async function startToxiproxy(directory: string): Promise<FaultProxy> {
  const port = await freePort();
  const daemon = await startDaemon(await toxiproxy(port, join(directory, "toxiproxy.log")));
  const admin = `http://127.0.0.1:${port}`;
  return {
    ...daemon,
    async route(name, target) {
      const upstream = new URL(target).host;
      const { listen } = await send<{ listen: string }>("POST", `${admin}/proxies`, {
        name,
        upstream,
        listen: "127.0.0.1:0",
      });
      return faultyRoute(`${admin}/proxies/${name}/toxics`, `http://${listen}`);
    },
  };
}

function faultyRoute(toxics: string, url: string): FaultyRoute {
  return {
    url,
    async poison(name, toxic, stream = "downstream", toxicity = 1) {
      await send("POST", toxics, { name, stream, toxicity, ...toxic });
    },
    async heal(name) {
      await send("DELETE", `${toxics}/${name}`);
    },
  };
}

async function send<T>(method: string, url: string, body?: object): Promise<T> {
  const response = await fetch(url, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await response.text();
  if (!response.ok) throw new Error(`toxiproxy answered ${response.status} to ${method} "${url}": ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}
