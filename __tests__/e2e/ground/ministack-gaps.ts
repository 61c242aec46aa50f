import { request, type IncomingMessage, type ServerResponse } from "node:http";
import { serveLoopback, type LoopbackServer } from "./loopback.ts";

/**
 * Actions that the emulator does not know, with the element of the answer that says "none": the AWS provider asks them
 * of a user that it is about to delete with everything that was given to it by hand. Nobody can have given it any here.
 */
const NONE: Readonly<Record<string, string>> = {
  ListSSHPublicKeys: "<SSHPublicKeys/>",
  ListSigningCertificates: "<Certificates/>",
  ListServiceSpecificCredentials: "<ServiceSpecificCredentials/>",
};

/** Stands before the emulator, passes every request on, and answers what it does not know. For Terraform only. */
export async function fillGaps(emulatorUrl: string): Promise<LoopbackServer> {
  return serveLoopback((incoming, outgoing) => {
    const form = /^application\/x-www-form-urlencoded/.test(incoming.headers["content-type"] ?? "");
    if (form) void answerForm(emulatorUrl, incoming, outgoing);
    else incoming.pipe(passOn(emulatorUrl, incoming, outgoing));
  });
}

async function answerForm(url: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  const action = new URLSearchParams(body.toString()).get("Action") ?? "";
  const none = NONE[action];
  if (none === undefined) {
    passOn(url, incoming, outgoing).end(body);
    return;
  }
  outgoing.writeHead(200, { "content-type": "text/xml" });
  outgoing.end(
    `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${action}Result>${none}` +
      `<IsTruncated>false</IsTruncated></${action}Result></${action}Response>`,
  );
}

function passOn(url: string, { method, headers, url: path }: IncomingMessage, outgoing: ServerResponse) {
  const forwarded = request(new URL(path ?? "/", url), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  forwarded.on("error", () => outgoing.destroy());
  return forwarded;
}
