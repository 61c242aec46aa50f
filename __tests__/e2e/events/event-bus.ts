/** A rule of EventBridge, as far as it is asked for here. */
export interface Rule {
  readonly Name: string;
  readonly EventPattern: string;
  readonly State: string;
}

/** What a rule calls. */
export interface Target {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
}

/** An event as somebody other than AWS may send it. */
export interface SentEvent {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** EventBridge of one region of the emulated account. The emulator asks for no signature, but reads the region from one. */
export class EventBus {
  readonly #url: string;
  readonly #region: string;

  constructor(url: string, region: string) {
    this.#url = url;
    this.#region = region;
  }

  async readRule(name: string): Promise<Rule> {
    return (await this.#call("DescribeRule", { Name: name })) as Rule;
  }

  async readTargets(rule: string): Promise<readonly Target[]> {
    return ((await this.#call("ListTargetsByRule", { Rule: rule })) as { Targets: Target[] }).Targets;
  }

  async changePattern({ Name, State }: Rule, pattern: string): Promise<void> {
    await this.#call("PutRule", { Name, State, EventPattern: pattern });
  }

  /** Whether EventBridge's own matcher, as the emulator has it, says that `pattern` matches `event`. */
  async matches(pattern: string, event: object): Promise<boolean> {
    const body = { EventPattern: pattern, Event: JSON.stringify(event) };
    return ((await this.#call("TestEventPattern", body)) as { Result: boolean }).Result;
  }

  /** @returns the code of the error; undefined when the event was taken */
  async send(event: SentEvent): Promise<string | undefined> {
    const answer = (await this.#call("PutEvents", { Entries: [event] })) as {
      Entries: { ErrorCode?: string }[];
    };
    return answer.Entries[0]?.ErrorCode;
  }

  async #call(action: string, body: object): Promise<unknown> {
    const response = await fetch(this.#url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AWSEvents.${action}`,
        authorization: `AWS4-HMAC-SHA256 Credential=test/20261101/${this.#region}/events/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${action} was answered with ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}
