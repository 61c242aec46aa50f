import { expect, jest, test } from "@jest/globals";
import picocolors from "picocolors";
import { printable } from "../../cli/printable.ts";
import { Terminal, stringify } from "../../cli/terminal.ts";

const color = picocolors.createColors(true);

test.each([
  ["a window's title", "\u001b]0;pwned\u0007", "\\u001b]0;pwned\\u0007"],
  ["the clipboard", "\u001b]52;c;cm0=\u001b\\", "\\u001b]52;c;cm0=\\u001b\\"],
  ["a line above", "\u001b[1A\u001b[2Kok", "\\u001b[1A\\u001b[2Kok"],
  ["text that is not seen", "\u001b[8mhidden", "\\u001b[8mhidden"],
  ["the line's start", "no\rok", "no\\u000dok"],
  ["a C1 introducer", "\u009b2J", "\\u009b2J"],
  ["DEL and backspace", "\u007f\b", "\\u007f\\u0008"],
])("a server's text does not reach %s", (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("colours, line breaks, tabs and wide characters stay", () => {
  const text = `${color.red("error:")} ${color.bold(color.green("ok"))}\t${color.dim("ünï-日本")}\r\n${color.bgRed("x")}\n`;
  expect(printable(text)).toBe(text);
});

test("JSON has no control character as such, and reads back as it was", () => {
  const value = { text: "\u001b\u009b\u007f\n" };
  expect(stringify(value)).toBe('{\n  "text": "\\u001b\\u009b\\u007f\\n"\n}');
  expect(JSON.parse(stringify(value))).toEqual(value);
});

test("notices go through it", () => {
  const write = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    new Terminal({}).note("a warning of the server: \u001b[2J");
    expect(write).toHaveBeenCalledWith("a warning of the server: \\u001b[2J\n");
  } finally {
    write.mockRestore();
  }
});
