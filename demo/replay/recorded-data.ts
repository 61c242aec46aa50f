import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { dateOf, hourOfDay, type Hour } from "../../contract/hours.ts";
import { decodeRecording, type RecordedHour } from "../recording.ts";

/** First instant of the newest recorded hour. */
export const NEWEST_RECORDED: Hour = Date.UTC(2026, 10, 22, 11) / 1000;

/** An hour's answer of OpenCost: its allocations by name. */
export type RecordedAllocations = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What was recorded; each file is read once, when it is first asked for. */
export interface RecordedData {
  prometheus(hour: Hour): Promise<RecordedHour>;
  openCost(hour: Hour): Promise<RecordedAllocations>;
  /** Body of OpenCost's `/installInfo`. */
  installInfo(): Promise<string>;
}

/** The recordings in a folder. */
export function openRecordedData(
  folder = fileURLToPath(new URL("../recorded", import.meta.url)),
): RecordedData {
  const stamp = (hour: Hour): string => `${dateOf(hour)}T${hourOfDay(hour)}Z`;
  return {
    prometheus: once(async (hour) =>
      decodeRecording(await readFile(join(folder, `prometheus-${stamp(hour)}.jsonl.gz`))),
    ),
    openCost: once(async (hour) => {
      const bytes = await readFile(join(folder, `opencost-${stamp(hour)}.json.gz`));
      const answer = JSON.parse(gunzipSync(bytes).toString("utf8")) as {
        readonly data: RecordedAllocations[];
      };
      return answer.data[0] ?? {};
    }),
    installInfo: () => readFile(join(folder, "opencost-install-info.json"), "utf8"),
  };
}

function once<T>(read: (hour: Hour) => Promise<T>): (hour: Hour) => Promise<T> {
  const known = new Map<Hour, Promise<T>>();
  return (hour) => {
    const value = known.get(hour) ?? read(hour);
    known.set(hour, value);
    return value;
  };
}
