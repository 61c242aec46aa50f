import { describe, expect, test } from "@jest/globals";
import { DOCTOR_PROBE_KEY } from "../../../contract/object-keys.ts";
import { s3Error } from "../../../agent-src/adapters/s3-errors.ts";
import { findingsOf, type Changes } from "../../fakes/doctor-context.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

/** As the SDK throws it. */
function refusal(name: string, status: number, message = name): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

/** A bucket whose writes are refused so. */
function refusing(error: Error): Changes {
  const sink = new MemorySink();
  sink.before = () => {
    throw s3Error("write", "s3://insights", error);
  };
  return { sink, bucket: {} };
}

const ROLE = /"arn:aws:sts::123456789012:assumed-role\/prod\/export"/;

/** Gives back another text than was written. */
class ForgetfulSink extends MemorySink {
  override async read(): Promise<Uint8Array | undefined> {
    return new TextEncoder().encode("something else");
  }
}

/** Takes nothing at all. */
class LosingSink extends MemorySink {
  override async read(): Promise<Uint8Array | undefined> {
    return undefined;
  }
}

/** Does not know conditions, as older S3-compatible servers. */
class CarelessSink extends MemorySink {
  override put(...[key, bytes, type]: Parameters<MemorySink["put"]>): ReturnType<MemorySink["put"]> {
    return super.put(key, bytes, type);
  }
}

const KMS =
  "User is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:1:key/k";

test.each<[string, string, Changes, string, RegExp, RegExp]>([
  [
    "access denied names whose",
    "sink-write",
    refusing(refusal("AccessDenied", 403)),
    "problem",
    new RegExp(`cannot write in memory://sink: access is denied to ${ROLE.source}`),
    /--cluster-arn and --key-prefix/,
  ],
  [
    "access denied without STS",
    "sink-write",
    { ...refusing(refusal("AccessDenied", 403)), bucket: { caller: async () => undefined } },
    "problem",
    /denied to these credentials/,
    /--key-prefix/,
  ],
  [
    "access denied and STS refused",
    "sink-write",
    {
      ...refusing(refusal("AccessDenied", 403)),
      bucket: {
        caller: async () => {
          throw refusal("ExpiredToken", 403);
        },
      },
    },
    "problem",
    /denied to these credentials/,
    /--key-prefix/,
  ],
  [
    "a key of KMS that is denied",
    "sink-write",
    refusing(refusal("AccessDenied", 403, KMS)),
    "problem",
    /may not use the bucket's KMS key \(kms:GenerateDataKey\)/,
    /kms:GenerateDataKey and kms:Decrypt/,
  ],
  [
    "a key of KMS that is disabled",
    "sink-write",
    refusing(refusal("KMS.DisabledException", 400)),
    "problem",
    /KMS key is disabled/,
    /enable the key/,
  ],
  [
    "a key of KMS that is gone",
    "sink-write",
    refusing(refusal("KMS.NotFoundException", 400)),
    "problem",
    /KMS key does not exist/,
    /encryption/,
  ],
  [
    "a bucket that is not there",
    "sink-write",
    refusing(refusal("NoSuchBucket", 404)),
    "problem",
    /bucket does not exist/,
    /account stack/,
  ],
  [
    "a bucket elsewhere",
    "sink-write",
    refusing(refusal("PermanentRedirect", 301)),
    "problem",
    /another region/,
    /AWS_REGION/,
  ],
  [
    "a signature for another region",
    "sink-write",
    refusing(refusal("AuthorizationHeaderMalformed", 400)),
    "problem",
    /signed for another region/,
    /AWS_REGION/,
  ],
  [
    "a clock that S3 does not accept",
    "sink-write",
    refusing(refusal("RequestTimeTooSkewed", 403)),
    "problem",
    /15 minutes off/,
    /synchronise/,
  ],
  [
    "an unknown access key",
    "sink-write",
    refusing(refusal("InvalidAccessKeyId", 403)),
    "problem",
    /access key is not known/,
    /role-arn/,
  ],
  [
    "a wrong secret",
    "sink-write",
    refusing(refusal("SignatureDoesNotMatch", 403)),
    "problem",
    /secret key/,
    /AWS_PROFILE/,
  ],
  [
    "a session that ended",
    "sink-write",
    refusing(refusal("ExpiredToken", 400)),
    "problem",
    /session has expired/,
    /service account/,
  ],
  [
    "no credentials",
    "sink-write",
    refusing(Object.assign(new Error("Could not load credentials"), { name: "CredentialsProviderError" })),
    "problem",
    /no credentials were found/,
    /Pod Identity/,
  ],
  [
    "a token that STS does not take",
    "sink-write",
    refusing(refusal("InvalidIdentityToken", 400)),
    "problem",
    /pod's token/,
    /OIDC provider/,
  ],
  [
    "something unheard of",
    "sink-write",
    refusing(refusal("Weird", 418, "odd")),
    "problem",
    /odd \(Weird, HTTP 418\)/,
    /see the reason/,
  ],
  [
    "a read that is not the write",
    "sink-write",
    { sink: new ForgetfulSink() },
    "problem",
    /not what was written/,
    /read-after-write/,
  ],
  [
    "a write that is nowhere",
    "sink-write",
    { sink: new LosingSink() },
    "problem",
    /is not there right after/,
    /read-after-write/,
  ],
  [
    "a store without conditions",
    "sink-write",
    { sink: new CarelessSink() },
    "problem",
    /let a write with If-None-Match replace an object/,
    /conditional writes/,
  ],
  ["a good store", "sink-write", {}, "ok", /takes and gives back "_status\/doctor-probe.json"/, /^$/],
  [
    "credentials of another account",
    "sink-identity",
    {
      bucket: { caller: async () => ({ arn: "arn:aws:iam::999999999999:user/me", account: "999999999999" }) },
    },
    "warning",
    /user\/me" is of the account 999999999999, while --cluster-arn names 123456789012/,
    /bucket's policy/,
  ],
  [
    "credentials that STS refuses",
    "sink-identity",
    {
      bucket: {
        caller: async () => {
          throw refusal("InvalidIdentityToken", 400);
        },
      },
    },
    "problem",
    /pod's token/,
    /OIDC provider/,
  ],
  [
    "no STS",
    "sink-identity",
    { bucket: { caller: async () => undefined } },
    "skipped",
    /S3-compatible server/,
    /^$/,
  ],
  ["credentials of the account", "sink-identity", { bucket: {} }, "ok", ROLE, /^$/],
  [
    "somebody else's bucket",
    "sink-owner",
    { bucket: { isOwnedBy: async (account) => account === "1" } },
    "warning",
    /"insights" is not of 123456789012/,
    /names are global/,
  ],
  [
    "an owner on a server that has none",
    "sink-owner",
    { bucket: { caller: async () => undefined, isOwnedBy: async () => false } },
    "skipped",
    /accounts are not AWS'/,
    /^$/,
  ],
  [
    "an owner that cannot be asked",
    "sink-owner",
    {
      bucket: {
        isOwnedBy: async () => {
          throw refusal("SlowDown", 503);
        },
      },
    },
    "warning",
    /cannot tell: SlowDown/,
    /see the reason/,
  ],
  [
    "a bucket in another region",
    "sink-region",
    { bucket: { bucketRegion: async () => "us-east-1" } },
    "warning",
    /is in "us-east-1", requests go to "eu-west-1" first/,
    /set AWS_REGION to us-east-1/,
  ],
  [
    "a server without regions",
    "sink-region",
    { bucket: { bucketRegion: async () => undefined } },
    "skipped",
    /does not tell/,
    /^$/,
  ],
  [
    "a file where the folder should be",
    "sink-folder",
    { folder: { kind: async () => "other" } },
    "problem",
    /"\/data" is no folder/,
    /name a folder/,
  ],
  [
    "a full disk",
    "sink-folder",
    { folder: { freeBytes: async () => 3e6 } },
    "problem",
    /3 MB are free for "\/data"; at least 50 MB/,
    /larger volume/,
  ],
  [
    "a nearly full disk",
    "sink-folder",
    { folder: { freeBytes: async () => 3e8 } },
    "warning",
    /300 MB are free.*less than 1000 MB/,
    /larger volume/,
  ],
  [
    "a folder to be made",
    "sink-folder",
    { folder: { kind: async () => undefined } },
    "ok",
    /not there yet/,
    /^$/,
  ],
  [
    "a folder that cannot be looked at",
    "sink-folder",
    {
      folder: {
        kind: async () => {
          throw new Error("EACCES: permission denied");
        },
      },
    },
    "warning",
    /cannot tell: EACCES/,
    /see the reason/,
  ],
])("%s: %s", async (_name, id, changes, level, text, fix) => {
  const findings = await findingsOf(id, changes);
  const finding = findings.find((one) => one.level === level);
  expect(finding).toMatchObject({ level, text: expect.stringMatching(text) });
  expect(finding?.fix ?? "").toMatch(fix);
});

describe("trying the sink", () => {
  test("writes its own probe only, and keeps what the first write said", async () => {
    const sink = new MemorySink();
    await findingsOf("sink-write", { sink });
    expect([...sink.objects.keys()]).toEqual([DOCTOR_PROBE_KEY]);
    expect(JSON.parse(sink.text(DOCTOR_PROBE_KEY))).toMatchObject({ attempt: 1 });
  });

  test("works again where a probe is already", async () => {
    const sink = new MemorySink();
    await findingsOf("sink-write", { sink });
    const [finding] = await findingsOf("sink-write", { sink, now: 1_800_000_000 });
    expect(finding?.level).toBe("ok");
  });

  test("is sound while its clock goes on", async () => {
    let now = 1_800_000_000;
    const changes: Changes = {};
    Object.defineProperty(changes, "now", { get: () => (now += 0.001) });
    const [finding] = await findingsOf("sink-write", changes);
    expect(finding?.level).toBe("ok");
  });
});
