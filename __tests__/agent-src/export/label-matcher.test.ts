import { describe, expect, test } from "@jest/globals";
import { formatMatcher, parseMatchers } from "../../../agent-src/export/label-matcher.ts";

describe("label matchers", () => {
  test.each([
    ['cluster="prod"', ['cluster="prod"']],
    ["cluster=prod", ['cluster="prod"']],
    [' a = "b" , c!~"d|e",f!=g ', ['a="b"', 'c!~"d|e"', 'f!="g"']],
    ["a=~'b\"\\'c'", ['a=~"b\\"\'c"']],
    ['a=""', ['a=""']],
    ['a="b,c=\\"d\\\\"', ['a="b,c=\\"d\\\\"']],
    ["a=~(?i)prod.*", ['a=~"(?i)prod.*"']],
    ["url=http://h:9090/x", ['url="http://h:9090/x"']],
  ])("%s", (text, expected) => {
    expect(parseMatchers(text).map(formatMatcher)).toEqual(expected);
  });

  test("are what they were when they are read again", () => {
    const [matcher] = parseMatchers('a!="\\u00e9\\n\\\\d"');
    expect(matcher).toEqual({ label: "a", op: "!=", value: "é\n\\d" });
    expect(parseMatchers(formatMatcher(matcher ?? { label: "", op: "=", value: "" }))).toEqual([matcher]);
  });
});
