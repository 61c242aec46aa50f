import type { Command } from "commander";
import { parseBaseUrl, type BaseUrl } from "../agent-src/adapters/base-url.ts";
import type { SourceAccess, SourceAuth } from "../agent-src/adapters/source-access.ts";
import type { TlsFiles } from "../agent-src/adapters/tls-files.ts";
import { flag } from "./options.ts";
import type { Problems } from "./problems.ts";

/** As whom the sources are asked, as commander hands it over. Secrets are in files: an argument is seen by everybody. */
export interface SourceAccessFlags {
  readonly prometheusBearerTokenFile?: string;
  readonly prometheusUser?: string;
  readonly prometheusPasswordFile?: string;
  readonly prometheusSigv4Region?: string;
  readonly prometheusTenant?: string;
  readonly prometheusCaFile?: string;
  readonly prometheusCertFile?: string;
  readonly prometheusKeyFile?: string;
  readonly opencostBearerTokenFile?: string;
  readonly opencostCaFile?: string;
  readonly opencostCertFile?: string;
  readonly opencostKeyFile?: string;
}

/** Adds the flags of credentials and TLS. */
export function addSourceAccessFlags(command: Command): Command {
  return command
    .addOption(
      flag("--prometheus-bearer-token-file <file>", "token for Prometheus, read again at each request"),
    )
    .addOption(flag("--prometheus-user <name>", "user for Prometheus, with --prometheus-password-file"))
    .addOption(flag("--prometheus-password-file <file>", "its password, read again at each request"))
    .addOption(
      flag("--prometheus-sigv4-region <region>", "sign for Amazon Managed Service for Prometheus there"),
    )
    .addOption(flag("--prometheus-tenant <list>", "tenants of Mimir or Cortex: the header X-Scope-OrgID"))
    .addOption(flag("--prometheus-ca-file <file>", "CAs, in PEM, to trust in place of the runtime's own"))
    .addOption(flag("--prometheus-cert-file <file>", "client certificate, read again when it changes"))
    .addOption(flag("--prometheus-key-file <file>", "its private key"))
    .addOption(flag("--opencost-bearer-token-file <file>", "token for OpenCost, read again at each request"))
    .addOption(flag("--opencost-ca-file <file>", "as --prometheus-ca-file"))
    .addOption(flag("--opencost-cert-file <file>", "as --prometheus-cert-file"))
    .addOption(flag("--opencost-key-file <file>", "its private key"));
}

/** How Prometheus is entered. Problems are added, not thrown. */
export function readPrometheusAccess(
  flags: SourceAccessFlags,
  url: string,
  problems: Problems,
): SourceAccess {
  const base = quietly(() => parseBaseUrl(url, "--prometheus-url"));
  const auth = oneOf("--prometheus-url", base, problems, [
    bearer("--prometheus-bearer-token-file", flags.prometheusBearerTokenFile, problems),
    basic(flags, problems),
    sigV4(flags.prometheusSigv4Region, problems),
  ]);
  const tls = readTls("--prometheus", base, problems, [
    flags.prometheusCaFile,
    flags.prometheusCertFile,
    flags.prometheusKeyFile,
  ]);
  const tenant = readTenant(flags.prometheusTenant, problems);
  return { ...(auth ? { auth } : {}), ...(tenant ? { tenant } : {}), ...(tls ? { tls } : {}) };
}

/** How OpenCost is entered. Problems are added, not thrown. */
export function readOpenCostAccess(flags: SourceAccessFlags, url: string, problems: Problems): SourceAccess {
  const base = quietly(() => parseBaseUrl(url, "--opencost-url"));
  const auth = oneOf("--opencost-url", base, problems, [
    bearer("--opencost-bearer-token-file", flags.opencostBearerTokenFile, problems),
  ]);
  const tls = readTls("--opencost", base, problems, [
    flags.opencostCaFile,
    flags.opencostCertFile,
    flags.opencostKeyFile,
  ]);
  return { ...(auth ? { auth } : {}), ...(tls ? { tls } : {}) };
}

/** A way to say who asks, and the flag that chose it. */
interface Choice {
  readonly flag: string;
  readonly auth: SourceAuth;
}

function oneOf(
  urlFlag: string,
  base: BaseUrl | undefined,
  problems: Problems,
  choices: readonly (Choice | undefined)[],
): SourceAuth | undefined {
  const made = choices.filter((choice) => choice !== undefined);
  const names = [...(base?.authorization ? [`the user in ${urlFlag}`] : []), ...made.map((one) => one.flag)];
  if (names.length > 1) problems.add(`${names.join(" and ")} exclude each other; choose one`);
  return made[0]?.auth;
}

function bearer(name: string, tokenFile: string | undefined, problems: Problems): Choice | undefined {
  if (!tokenFile) return undefined;
  isFileName(name, tokenFile, "token", problems);
  return { flag: name, auth: { kind: "bearer", tokenFile } };
}

function basic(flags: SourceAccessFlags, problems: Problems): Choice | undefined {
  const { prometheusUser: user, prometheusPasswordFile: passwordFile } = flags;
  if (!user && !passwordFile) return undefined;
  if (!user) problems.add("--prometheus-password-file needs --prometheus-user; name the user, too");
  if (!passwordFile) problems.add("--prometheus-user needs --prometheus-password-file; name the file, too");
  // The name is not shown: behind the colon may be a password.
  if (user?.includes(":")) {
    problems.add("--prometheus-user has a colon in it; put the password into --prometheus-password-file");
  }
  return {
    flag: "--prometheus-user",
    auth: { kind: "basic", user: user ?? "", passwordFile: passwordFile ?? "" },
  };
}

function sigV4(region: string | undefined, problems: Problems): Choice | undefined {
  if (!region) return undefined;
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) {
    problems.add(`--prometheus-sigv4-region "${region}" is not an AWS region; use for example "eu-west-1"`);
  }
  return { flag: "--prometheus-sigv4-region", auth: { kind: "sigv4", region } };
}

// Rules of Mimir's tenant IDs; "|" and "," stand between several.
const TENANT = /^(?!\.{1,2}$)[A-Za-z0-9!\-_.*'()]{1,150}$/;

function readTenant(text: string | undefined, problems: Problems): string | undefined {
  if (!text) return undefined;
  const tenants = text.split(/[,|]/).map((part) => part.trim());
  for (const tenant of tenants.filter((one) => !TENANT.test(one))) {
    problems.add(
      `--prometheus-tenant ${JSON.stringify(tenant)} is not a tenant id; use 1 to 150 letters, digits or !-_.*'() and commas between several`,
    );
  }
  return tenants.join("|");
}

function readTls(
  prefix: string,
  base: BaseUrl | undefined,
  problems: Problems,
  [caFile, certFile, keyFile]: readonly (string | undefined)[],
): TlsFiles | undefined {
  const given: readonly (readonly [string, string | undefined])[] = [
    [`${prefix}-ca-file`, caFile],
    [`${prefix}-cert-file`, certFile],
    [`${prefix}-key-file`, keyFile],
  ];
  const named = given.filter(([, file]) => file);
  if (named.length === 0) return undefined;
  for (const [name, file] of named) isFileName(name, file ?? "", "file's content", problems);
  if (!certFile !== !keyFile) {
    const [has, lacks] = certFile ? ["cert", "key"] : ["key", "cert"];
    problems.add(`${prefix}-${has}-file needs ${prefix}-${lacks}-file; name both files of the pair`);
  }
  if (base && !base.href.startsWith("https:")) {
    const names = named.map(([name]) => name).join(" and ");
    problems.add(
      `${prefix}-url "${base.href}" is not https, which ${names} ${named.length === 1 ? "is" : "are"} for; change the URL, or leave the files out`,
    );
  }
  return {
    ...(caFile ? { caFile } : {}),
    ...(certFile ? { certFile } : {}),
    ...(keyFile ? { keyFile } : {}),
  };
}

/** A secret in the place of its file is not shown again. */
function isFileName(name: string, value: string, what: string, problems: Problems): void {
  if (/^(eyJ|Bearer |Basic |-----BEGIN)|\n/.test(value)) {
    problems.add(`${name} names a file, and was given the ${what} itself; write it to a file and name that`);
  }
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // its own flag's problem
  }
}
