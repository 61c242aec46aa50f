import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Agent } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  AGENT_NAMESPACE,
  EXPORTER_SERVICE_ACCOUNT,
  oidcSubject,
  STS_AUDIENCE,
} from "../../../../contract/workload-identity.ts";
import { serviceUrl } from "../parts/ports.ts";
import { API_SERVER_URL, PORTS } from "./addresses.ts";
import { getJson } from "./https-get.ts";
import { refuseToken, type IssuerKey } from "./token-check.ts";

const EMULATOR = serviceUrl("ministack");

/**
 * An STS that looks at web-identity tokens before the emulator gives credentials for them: the emulator takes any.
 * `node --import tsx sts.ts <pki folder>`. Like the real one it asks the issuer for its keys, without credentials.
 */
function main([pki]: readonly string[]): void {
  if (pki === undefined) throw new Error("usage: sts.ts <pki folder>");
  const agent = new Agent({ ca: readFileSync(join(pki, "ca.crt")) });
  createServer((incoming, outgoing) => {
    if (incoming.method === "GET") return void outgoing.writeHead(200).end();
    text(incoming)
      .then((body) => assumeRole(agent, body))
      .then(
        ({ status, xml }) => outgoing.writeHead(status, { "content-type": "text/xml" }).end(xml),
        (error: unknown) => {
          console.error(error);
          outgoing.writeHead(500).end();
        },
      );
  }).listen(PORTS.sts, "127.0.0.1");
}

async function assumeRole(agent: Agent, body: string): Promise<{ status: number; xml: string }> {
  const form = new URLSearchParams(body);
  if (form.get("Action") !== "AssumeRoleWithWebIdentity") return refusal("InvalidAction", "not served here");
  const document = await getJson<{ issuer: string; jwks_uri: string }>(
    agent,
    `${API_SERVER_URL}/.well-known/openid-configuration`,
  );
  const { keys } = await getJson<{ keys: readonly IssuerKey[] }>(agent, document.jwks_uri);
  const subject = oidcSubject(AGENT_NAMESPACE, EXPORTER_SERVICE_ACCOUNT);
  const rule = { issuer: document.issuer, audience: STS_AUDIENCE, subject };
  const why = refuseToken(form.get("WebIdentityToken") ?? "", keys, rule, Date.now() / 1000);
  console.log(`${form.get("RoleArn")}: ${why ?? `good token of ${rule.subject}`}`);
  if (why !== undefined) return refusal("InvalidIdentityToken", `The token was refused: ${why}`);
  const answer = await fetch(EMULATOR, {
    method: "POST",
    body,
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  return { status: answer.status, xml: await answer.text() };
}

function refusal(code: string, message: string): { status: number; xml: string } {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    status: 400,
    xml: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}</ErrorResponse>`,
  };
}

main(process.argv.slice(2));
