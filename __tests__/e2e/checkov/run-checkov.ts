import { createServer } from "node:http";
import { dirname } from "node:path";
import { tryCommand } from "../ground/command.ts";
import { closeServer, listenOn, portOf } from "../ground/loopback.ts";
import { ensureCheckov } from "../ground/parts.ts";

/** What checkov found in one kind of file. */
export interface CheckovReport {
  readonly kind: string;
  readonly passed: number;
  readonly unreadable: number;
  /** What failed: a rule's id and the resource. */
  readonly failed: readonly { readonly id: string; readonly resource: string }[];
}

/** What a run of checkov came to. */
export interface CheckovRun {
  /** By kind. */
  readonly reports: readonly CheckovReport[];
  /** What it said beside its reports; nothing when it could read everything. */
  readonly complaints: string;
  /** What it asked of the network: checkov's own service, or a rule that it wanted to download. */
  readonly asked: readonly string[];
}

interface ReportJson {
  readonly check_type: string;
  readonly results: { readonly failed_checks: readonly { check_id: string; resource: string }[] };
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
}

/**
 * Runs checkov beside `log`, where it finds no configuration by itself. Holds the synthesized stacks and plans below a
 * folder to every rule, but for those that `config` skips. Every way to the network leads to a server of this process,
 * which lets nothing through and remembers what was asked.
 */
export async function runCheckov(
  folder: string,
  log: string,
  config: readonly string[],
): Promise<CheckovRun> {
  const checkov = await ensureCheckov();
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(403).end();
  });
  proxy.on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await listenOn(proxy);
  try {
    const way = `http://127.0.0.1:${portOf(proxy)}`;
    const ways = { HTTP_PROXY: way, HTTPS_PROXY: way, http_proxy: way, https_proxy: way, NO_PROXY: "" };
    // It leaves a grammar's cache among the temporary files. The other cache holds for an hour whether there is a newer
    // checkov: with one of its own, every run shows whether that is asked.
    const own = { TMPDIR: dirname(log), XDG_CACHE_HOME: dirname(log) };
    const env = { ...ways, ...own, CKV_SKIP_PACKAGE_UPDATE_CHECK: "true" };
    const frameworks = ["--framework", "terraform_json", "terraform_plan"];
    const args = [...frameworks, "--directory", folder, "--skip-download", "--output", "json", ...config];
    const { code, stdout, stderr } = await tryCommand(checkov, args, { cwd: dirname(log), env, log });
    if (code > 1) throw new Error(`checkov ended with ${code}\n${stderr}`);
    return { reports: parseReports(stdout), complaints: stderr.trim(), asked };
  } finally {
    await closeServer(proxy);
  }
}

function parseReports(text: string): CheckovReport[] {
  const reports = [JSON.parse(text) as ReportJson | ReportJson[]].flat();
  return reports
    .map(({ check_type: kind, results, summary }) => ({
      kind,
      passed: summary.passed,
      unreadable: summary.parsing_errors,
      failed: results.failed_checks.map(({ check_id: id, resource }) => ({ id, resource })),
    }))
    .sort((left, right) => left.kind.localeCompare(right.kind));
}
