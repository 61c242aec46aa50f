import { describe, expect, test } from "@jest/globals";
import { logText } from "../../e2e/ground/kubernetes/job.ts";

const gone = { code: 1, stdout: "", stderr: 'Error from server (NotFound): pods "export-x" not found\n' };

describe("the log of a Job's last pod", () => {
  test("is what kubectl gave", () => {
    expect(logText("export-x", { code: 0, stdout: "{}\n", stderr: "" })).toBe("{}\n");
  });

  test("is empty when the pod is the disturbed one and gone", () => {
    expect(logText("export-x", gone, "export-x")).toBe("");
  });

  test("must be there when another pod was disturbed, or none", () => {
    const message =
      'Cannot read the log of the pod "export-x": kubectl ended with 1: Error from server (NotFound)';
    expect(() => logText("export-x", gone, "export-y")).toThrow(message);
    expect(() => logText("export-x", gone)).toThrow(message);
  });

  test("must be readable when the disturbed pod is there", () => {
    const refused = { code: 1, stdout: "", stderr: "Error from server (Forbidden): pods is forbidden" };
    expect(() => logText("export-x", refused, "export-x")).toThrow("(Forbidden)");
  });
});
