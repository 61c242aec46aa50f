import { ok, problem, skipped, warning, type Check, type Finding } from "../check.ts";
import type { DoctorContext, Endpoint, Identity } from "../context.ts";
import { causeCode } from "../error-code.ts";

type Source = "prometheus" | "opencost";

const NAMES: Readonly<Record<Source, string>> = { prometheus: "Prometheus", opencost: "OpenCost" };

function probeOf(context: DoctorContext, source: Source) {
  return source === "prometheus" ? context.prometheus : context.openCost;
}

function identityCheck(
  source: Source,
  part: { readonly id: string; readonly title: string; readonly needs: string },
  judge: (identity: Identity, endpoint: Endpoint) => Finding,
): Check {
  return {
    id: `${source}-${part.id}`,
    title: `${NAMES[source]}: ${part.title}`,
    about: [source],
    needs: [`${source}-${part.needs}`],
    run: async (context) => {
      const probe = probeOf(context, source);
      return [
        probe ? judge(await probe.identify(), probe.endpoint) : skipped(`no ${NAMES[source]} is named`),
      ];
    },
  };
}

/** Whether the source's certificate is accepted. */
export function tlsCheck(source: Source): Check {
  return identityCheck(
    source,
    { id: "tls", title: "the certificate is good", needs: "connection" },
    judgeTls,
  );
}

// Codes of OpenSSL's verification as Node names them; Deno says it in words (UnknownIssuer, …).
const TLS_FIXES: readonly (readonly [RegExp, string])[] = [
  [
    /SELF_SIGNED|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY_LEAF|UnknownIssuer|INVALID_CA/i,
    "the certificate's issuer is not known: name its CA with --prometheus-ca-file or --opencost-ca-file",
  ],
  [/EXPIRED|CertExpired/i, "renew the server's certificate; when it is good, check this machine's clock"],
  [/NOT_YET_VALID|NotValidYet/i, "check this machine's clock, then the certificate"],
  [/ALTNAME|NotValidForName/i, "use a host name that the certificate lists"],
  [
    /WRONG_VERSION|EPROTO|SSL|InvalidContentType/i,
    "the port does not speak TLS as asked: check http or https, and the port",
  ],
];

function judgeTls(identity: Identity, { name, flag, host, isSecure }: Endpoint): Finding {
  if (!isSecure) return skipped(`${flag} is http: there is no certificate`);
  if (identity.answer) return ok(`"${host}" has a certificate that this machine accepts`);
  const code = causeCode(identity.failure) ?? "";
  const words = `${code} ${causeText(identity.failure)}`;
  const fix = TLS_FIXES.find(([pattern]) => pattern.test(words))?.[1];
  if (fix)
    return problem(`TLS with ${name} at "${host}" fails (${code || causeText(identity.failure)})`, fix);
  return warning(`cannot tell: ${identity.failure?.message ?? "no answer"}`, `check ${flag}`);
}

function causeText(error: unknown): string {
  let text = "";
  for (let at = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth++)
    text = at.message;
  return text;
}

/** Whether the source lets the agent in. */
export function authCheck(source: Source): Check {
  return identityCheck(
    source,
    { id: "auth", title: "the agent is let in", needs: "tls" },
    (identity, endpoint) => judgeAuth(identity, endpoint, source),
  );
}

const AUTH_FIXES: Readonly<Record<Source, string>> = {
  prometheus:
    "give --prometheus-bearer-token-file, --prometheus-user with --prometheus-password-file, --prometheus-sigv4-region (Amazon Managed Prometheus), or --prometheus-tenant",
  opencost:
    "give --opencost-bearer-token-file, a user in --opencost-url, or leave the proxy before OpenCost out",
};

function judgeAuth({ answer, failure }: Identity, { name, flag, host }: Endpoint, source: Source): Finding {
  if (!answer) {
    return problem(`${name} gives no HTTP answer: ${failure?.message ?? "no reason"}`, `check ${flag}`);
  }
  const { status } = answer;
  if (status === 401) return problem(`${name} at "${host}" asks who we are (HTTP 401)`, AUTH_FIXES[source]);
  if (status === 403) {
    return problem(
      `${name} at "${host}" knows the caller and refuses it (HTTP 403)`,
      `allow it to read, or use another one: ${AUTH_FIXES[source]}`,
    );
  }
  if (status === 407)
    return problem(
      `a proxy before ${name} asks for credentials (HTTP 407)`,
      "check HTTPS_PROXY and NO_PROXY",
    );
  return ok(`"${host}" lets the agent in`);
}

/** Whether what answers is the source. */
export function apiCheck(source: Source): Check {
  return identityCheck(source, { id: "api", title: "what answers is its API", needs: "auth" }, judgeApi);
}

function judgeApi({ version, failure, answer }: Identity, { name, flag }: Endpoint): Finding {
  if (version !== undefined)
    return ok(`${name} ${version === "unknown" ? "of a version that it does not tell" : version}`);
  const what = answer ? ` (HTTP ${answer.status}, "${answer.contentType}")` : "";
  return problem(
    `${failure?.message ?? `${name} did not say its version`}${what}`,
    `check ${flag}, its port and its path`,
  );
}
