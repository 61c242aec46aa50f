import type { DaemonSpec } from "../daemon.ts";

/** One program of a part: what to start, how to know that it is ready, and where it listens. */
export interface Program extends Omit<DaemonSpec, "log"> {
  /** Loopback ports it listens on; `up` refuses to start it when something else does. */
  readonly ports: readonly number[];
}

/** A piece of the ground that is installed, started and stopped on its own. */
export interface Part {
  readonly name: string;
  /** What it is, in one line. */
  readonly about: string;
  /** Parts that must be up before it. */
  readonly needs: readonly string[];
  /** Only when it is named, by a person or by what needs it: plain `install` and `up` leave it out. @default false */
  readonly onDemand?: boolean;
  /** Brings its programs into the cache; at once when they are there. */
  install(): Promise<unknown>;
  /** Writes its files into `data` and tells which programs to start, in their order. */
  prepare(data: string): Promise<readonly Program[]>;
  /** Does what is to be done once its programs are ready. Runs again when `up` is repeated. */
  afterUp?(data: string): Promise<void>;
  /** Takes back what its programs leave on the machine: mounts, interfaces, rules. */
  afterDown?(data: string): Promise<void>;
  /** What a person wants to know once it is up, as `KUBECONFIG` or a URL. */
  readonly facts?: Readonly<Record<string, string>>;
}
