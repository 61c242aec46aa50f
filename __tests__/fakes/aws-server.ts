import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { IamCalls } from "../../lambda-src/adapters/iam.ts";
import { answerEksRequest } from "./eks-requests.ts";
import { ACCOUNT, type FakeAccount } from "./fake-account.ts";
import { FakeAwsError } from "./fake-iam.ts";

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function toXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => `<member>${toXml(item)}</member>`).join("");
  if (typeof value !== "object" || value === null) return escapeXml(String(value));
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `<${name}>${toXml(member)}</${name}>`)
    .join("");
}

/** `Tags.member.1.Key=a` → `{ Tags: [{ Key: "a" }] }` */
function readForm(body: string): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const [field = "", list, position, member] = name.split(".");
    if (list !== "member") {
      input[field] = value;
      continue;
    }
    const items = (input[field] ??= []) as unknown[];
    const index = Number(position) - 1;
    items[index] =
      member === undefined ? value : { ...(items[index] as object | undefined), [member]: value };
  }
  return input;
}

/** Code as it is on the wire: IAM sends `NoSuchEntity` for what the SDK calls `NoSuchEntityException`. */
function iamError(error: unknown): Answer {
  if (!(error instanceof FakeAwsError)) throw error;
  const fields = { Type: "Sender", Code: error.name.replace(/Exception$/, ""), Message: error.message };
  return {
    status: error.$metadata.httpStatusCode,
    headers: { "content-type": "text/xml" },
    body: `<ErrorResponse>${toXml({ Error: fields, RequestId: "1" })}</ErrorResponse>`,
  };
}

async function answerIam(account: FakeAccount, body: string): Promise<Answer> {
  const { Action, ...input } = readForm(body);
  const action = String(Action);
  const call = (action[0]?.toLowerCase() + action.slice(1)) as keyof IamCalls;
  const method = account.iam[call].bind(account.iam) as (input: object) => Promise<unknown>;
  try {
    const result = await method(input);
    const content = `<${action}Result>${toXml(result ?? {})}</${action}Result>`;
    return {
      status: 200,
      headers: { "content-type": "text/xml" },
      body: `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${content}</${action}Response>`,
    };
  } catch (error) {
    return iamError(error);
  }
}

function answerSts(): Answer {
  const identity = { Arn: `arn:aws:iam::${ACCOUNT}:user/somebody`, Account: ACCOUNT, UserId: "AIDAEXAMPLE" };
  return {
    status: 200,
    headers: { "content-type": "text/xml" },
    body: `<GetCallerIdentityResponse>${toXml({ GetCallerIdentityResult: identity })}</GetCallerIdentityResponse>`,
  };
}

async function answerEks(
  account: FakeAccount,
  region: string,
  request: { readonly method: string; readonly url: URL; readonly body: string },
): Promise<Answer> {
  try {
    const result = await answerEksRequest(account.eks(region), request);
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(result) };
  } catch (error) {
    if (!(error instanceof FakeAwsError)) throw error;
    return {
      status: error.$metadata.httpStatusCode,
      headers: { "content-type": "application/json", "x-amzn-errortype": error.name },
      body: JSON.stringify({ message: error.message }),
    };
  }
}

/** The SDK may send a body in chunks with a checksum behind it (aws-chunked); only the content is kept. */
function contentOf(request: IncomingMessage, body: string): string {
  if (!String(request.headers["content-encoding"] ?? "").includes("aws-chunked")) return body;
  const [size = "0", ...rest] = body.split("\r\n");
  return rest.join("\r\n").slice(0, parseInt(size, 16));
}

/** IAM, STS, EKS in every region, and S3 of a fake account on a loopback port, as the SDK speaks to them. */
export class AwsServer {
  /** Current versions, by path. */
  readonly objects = new Map<string, string>();
  /** Every version and delete marker of the versioned bucket, oldest first. */
  readonly versions: { readonly path: string; readonly id: string; readonly marker: boolean }[] = [];
  /** Whether S3 answers AccessDenied to every call. */
  refuseObjects = false;
  #writes = 0;
  readonly #account: FakeAccount;
  readonly #server: Server;

  constructor(account: FakeAccount) {
    this.#account = account;
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(({ status, headers, body }) => {
        response.writeHead(status, headers);
        response.end(body);
      });
    });
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const scope = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? "");
    const [, region = "", service] = scope ?? [];
    if (service === "iam") return answerIam(this.#account, body);
    if (service === "eks")
      return answerEks(this.#account, region, { method: request.method ?? "GET", url, body });
    if (service === "sts") return answerSts();
    return this.#answerS3(request, url, body);
  }

  #answerS3(request: IncomingMessage, url: URL, body: string): Answer {
    if (this.refuseObjects) {
      const error = toXml({ Error: { Code: "AccessDenied", Message: "Access Denied" } });
      return { status: 403, headers: { "content-type": "application/xml" }, body: error };
    }
    const path = url.pathname;
    if (request.method === "GET") return this.#listVersions(path, url.searchParams.get("prefix") ?? "");
    const id = url.searchParams.get("versionId");
    if (id !== null) {
      this.versions.splice(0, Infinity, ...this.versions.filter((version) => version.id !== id));
      if (!this.versions.some((version) => version.path === path && !version.marker))
        this.objects.delete(path);
      return { status: 204, body: "" };
    }
    const marker = request.method === "DELETE";
    this.versions.push({ path, id: `v${++this.#writes}`, marker });
    if (marker) this.objects.delete(path);
    else this.objects.set(path, contentOf(request, body));
    return { status: marker ? 204 : 200, body: "" };
  }

  #listVersions(bucket: string, prefix: string): Answer {
    const root = bucket.endsWith("/") ? bucket : `${bucket}/`;
    const entries = this.versions
      .filter(({ path }) => path.startsWith(`${root}${prefix}`))
      .map(({ path, id, marker }) => {
        const fields = toXml({ Key: path.slice(root.length), VersionId: id });
        return marker ? `<DeleteMarker>${fields}</DeleteMarker>` : `<Version>${fields}</Version>`;
      });
    const content = `<IsTruncated>false</IsTruncated>${entries.join("")}`;
    return {
      status: 200,
      headers: { "content-type": "application/xml" },
      body: `<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</ListVersionsResult>`,
    };
  }

  /** Its address, `http://127.0.0.1:<port>`. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }
}
