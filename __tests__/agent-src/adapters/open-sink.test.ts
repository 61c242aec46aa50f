import { describe, expect, test } from "@jest/globals";
import { FileSink } from "../../../agent-src/adapters/file-sink.ts";
import { openSink, parseSinkUrl } from "../../../agent-src/adapters/open-sink.ts";
import { ConfigError } from "../../../agent-src/export/errors.ts";

const PROD = { account: "123456789012", region: "eu-west-1", name: "prod" };

describe("parseSinkUrl", () => {
  test.each([
    ["file:///data/in%20sights", { kind: "file", directory: "/data/in sights" }],
    ["s3://bucket", { kind: "s3", bucket: "bucket", prefix: "" }],
    ["s3://bucket/", { kind: "s3", bucket: "bucket", prefix: "" }],
    [
      "s3://nops-container-cost-123456789012/a/b/",
      { kind: "s3", bucket: "nops-container-cost-123456789012", prefix: "a/b" },
    ],
  ])("%s", (url, target) => {
    expect(parseSinkUrl(url)).toEqual(target);
  });

  test.each([
    "",
    "out",
    "/data",
    "gs://b",
    "https://b.s3.amazonaws.com",
    "s3://",
    "s3://Upper",
    "s3://b",
    "s3://bucket/a//b",
    "s3://bucket/../x",
    "file://host/data",
    "file:data",
  ])("%j is refused with the value in the message", (url) => {
    expect(() => parseSinkUrl(url)).toThrow(ConfigError);
    expect(() => parseSinkUrl(url)).toThrow(`"${url}"`);
  });
});

describe("openSink", () => {
  test("is rooted at the cluster's prefix, below the URL's own", () => {
    expect(openSink("s3://bucket/team", "insights", PROD).url).toBe(
      "s3://bucket/team/insights/cluster=123456789012.eu-west-1.prod",
    );
    const folder = openSink("file:///data", "insights", PROD);
    expect(folder).toBeInstanceOf(FileSink);
    expect(folder.url).toBe("file:///data/insights/cluster=123456789012.eu-west-1.prod");
  });

  test("without a cluster it is rooted at the key prefix, and without that at the URL", () => {
    expect(openSink("s3://bucket", "insights", undefined).url).toBe("s3://bucket/insights");
    expect(openSink("file:///data", "", undefined).url).toBe("file:///data");
  });
});
