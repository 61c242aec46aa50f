import { ConditionFailedError, type Sink, type SinkObject, type WriteCondition } from "./sink.ts";

/**
 * Writes a small object under a condition. A write that ended with an error may have been done all the same, when the
 * answers to it and to each of its retries were lost: what counts is what is there.
 * @throws ConditionFailedError when the condition did not hold, else what the sink threw
 */
export async function putConfirmed(
  sink: Sink,
  key: string,
  bytes: Uint8Array,
  contentType: string,
  condition: WriteCondition,
): Promise<SinkObject> {
  try {
    return await sink.put(key, bytes, contentType, condition);
  } catch (error) {
    if (error instanceof ConditionFailedError) throw error;
    const isOurs = (present: Uint8Array): boolean => Buffer.compare(present, bytes) === 0;
    const done = await findDone(sink, key, bytes.length, isOurs);
    if (done) return done;
    throw error;
  }
}

/**
 * The object at `key` when it is what a failed write should have made it. undefined when it is not, and when the sink
 * does not say: the write's own error is the one to tell then.
 */
export async function findDone(
  sink: Sink,
  key: string,
  length: number,
  isOurs: (present: Uint8Array) => boolean,
): Promise<SinkObject | undefined> {
  try {
    const object = await sink.head(key);
    if (object?.bytes !== length) return undefined;
    const present = await sink.read(key);
    return present && isOurs(present) ? object : undefined;
  } catch {
    return undefined;
  }
}
