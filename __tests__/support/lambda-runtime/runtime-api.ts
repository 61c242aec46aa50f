import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What Lambda answers to an invocation. `reason` of one that has no answer: the process ended or was ended. */
export type Invocation =
  | { readonly state: "answered"; readonly value: unknown }
  | { readonly state: "error"; readonly errorType: string; readonly errorMessage: string }
  | { readonly state: "ended"; readonly reason: string };

/** What the process said of itself last, as in Lambda's REPORT line. */
export interface Usage {
  readonly importMs: number;
  readonly peakRssKib: number;
  /** User and system time since the process started. */
  readonly cpuMs: number;
}

interface Waiting {
  readonly id: string;
  readonly event: unknown;
  readonly deadline: number;
  readonly settle: (result: Invocation) => void;
}

/**
 * Lambda's Runtime API (2018-06-01) on loopback for one process at a time:
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  usage: Usage = { importMs: 0, peakRssKib: 0, cpuMs: 0 };
  readonly #functionArn: string;
  readonly #server: Server;
  /** The process's open question for work. */
  #poll: ServerResponse | undefined;
  #waiting: Waiting | undefined;
  #initialized: (failure?: Invocation) => void = () => undefined;

  constructor(functionArn: string) {
    this.#functionArn = functionArn;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** `host:port`, as `AWS_LAMBDA_RUNTIME_API` has it. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  /** For the process that is started next: when it first asks for work, or why it never does. */
  expectProcess(): Promise<Invocation | undefined> {
    this.#poll = undefined;
    return new Promise((resolve) => (this.#initialized = resolve));
  }

  /** Hands an event to the process. One at a time, as Lambda does. */
  invoke(event: unknown, deadline: number): Promise<Invocation> {
    return new Promise((settle) => {
      this.#waiting = { id: randomUUID(), event, deadline, settle };
      this.#deliver();
    });
  }

  /** The process is gone: whatever waits for it has its answer. */
  processEnded(reason: string): void {
    this.#poll = undefined;
    this.#initialized({ state: "ended", reason });
    this.#settle({ state: "ended", reason });
  }

  #settle(result: Invocation): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.settle(result);
  }

  #deliver(): void {
    if (!this.#poll || !this.#waiting) return;
    const { id, event, deadline } = this.#waiting;
    this.#poll.writeHead(200, {
      "lambda-runtime-aws-request-id": id,
      "lambda-runtime-deadline-ms": String(deadline),
      "lambda-runtime-invoked-function-arn": this.#functionArn,
    });
    this.#poll.end(JSON.stringify(event));
    this.#poll = undefined;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    this.#noteUsage(request.headers);
    const path = (request.url ?? "").replace("/2018-06-01/runtime", "");
    if (path === "/invocation/next") {
      this.#poll = response;
      this.#initialized();
      this.#deliver();
      return;
    }
    response.writeHead(202).end();
    if (path === "/init/error") this.#initialized(errorOf(body));
    else if (path === `/invocation/${this.#waiting?.id}/response`)
      this.#settle({ state: "answered", value: JSON.parse(body) });
    else if (path === `/invocation/${this.#waiting?.id}/error`) this.#settle(errorOf(body));
  }

  #noteUsage(headers: IncomingMessage["headers"]): void {
    const read = (name: string, last: number): number => Number(headers[name] ?? last);
    this.usage = {
      importMs: read("usage-import-ms", this.usage.importMs),
      peakRssKib: read("usage-peak-rss-kib", this.usage.peakRssKib),
      cpuMs: read("usage-cpu-ms", this.usage.cpuMs),
    };
  }
}

function errorOf(body: string): Invocation {
  const { errorType, errorMessage } = JSON.parse(body) as { errorType: string; errorMessage: string };
  return { state: "error", errorType, errorMessage };
}
