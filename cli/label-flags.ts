import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { readKubernetesService } from "../agent-src/env.ts";
import { DEFAULT_LABEL_SETTINGS, LAST_APPLIED } from "../agent-src/export/labels/label-settings.ts";
import type { LabelOptions } from "../agent-src/export/labels/open-labels.ts";
import { readKeyList } from "./key-list.ts";
import { addKubernetesFlags, readKubernetes, type KubernetesFlags } from "./kubernetes-flags.ts";
import { flag } from "./options.ts";
import type { Problems } from "./problems.ts";

/** Which labels and annotations are exported, as commander hands it over. Part of every command that writes datasets. */
export interface LabelFlags extends KubernetesFlags {
  readonly labelAllow?: string;
  readonly labelDeny?: string;
  readonly labelHash?: string;
  readonly labelHashKeyFile?: string;
  readonly annotationAllow?: string;
}

/** A guessed key is as good as none: 128 bits. */
const MIN_KEY_BYTES = 16;

/** Adds the flags of labels and annotations, and those of the Kubernetes API. */
export function addLabelFlags(command: Command): Command {
  command
    .addOption(
      flag("--label-allow <list>", 'labels to export: keys, or beginnings as "app.*" (default: all)'),
    )
    .addOption(flag("--label-deny <list>", "labels and annotations never to export, in whatever spelling"))
    .addOption(
      flag("--label-hash <list>", "labels and annotations of which a hash is exported, not the value"),
    )
    .addOption(flag("--label-hash-key-file <file>", "secret key of the hashes (default: the cluster's ARN)"))
    .addOption(flag("--annotation-allow <list>", "annotations to export (default: none)"));
  return addKubernetesFlags(command);
}

/** What the flags say about labels; undefined, with problems added, when something is wrong. */
export function readLabels(flags: LabelFlags, problems: Problems): LabelOptions | undefined {
  const list = (name: string, text: string | undefined): readonly string[] | undefined =>
    problems.attempt(() => readKeyList(name, text));
  const allow = list("--label-allow", flags.labelAllow);
  const deny = list("--label-deny", flags.labelDeny);
  const hash = list("--label-hash", flags.labelHash);
  const annotationAllow = list("--annotation-allow", flags.annotationAllow);
  const isForbidden = annotationAllow?.includes(LAST_APPLIED);
  if (isForbidden) {
    problems.add(
      `--annotation-allow names "${LAST_APPLIED}", which is never exported: kubectl writes whole objects into it, with their secrets; remove it`,
    );
  }
  const file = flags.labelHashKeyFile || undefined;
  const hashKey = file === undefined ? undefined : problems.attempt(() => readHashKey(file));
  const kubernetes = readKubernetes(flags, readKubernetesService(), problems);
  if (!allow || !deny || !hash || !annotationAllow || isForbidden || !kubernetes) return undefined;
  // Never without the key that was asked for: the cluster's ARN would be taken.
  if (file !== undefined && !hashKey) return undefined;
  return {
    settings: {
      ...DEFAULT_LABEL_SETTINGS,
      ...(allow.length > 0 ? { allow } : {}),
      deny,
      hash,
      annotationAllow,
    },
    ...(hashKey ? { hashKey } : {}),
    ...(kubernetes.access ? { kubernetes: kubernetes.access } : {}),
  };
}

function readHashKey(file: string): Uint8Array {
  let text: Buffer;
  try {
    text = readFileSync(file);
  } catch (cause) {
    throw new Error(`--label-hash-key-file "${file}" cannot be read; check its path and permissions`, {
      cause,
    });
  }
  const key = withoutLineEnd(text);
  if (key.length >= MIN_KEY_BYTES) return key;
  throw new Error(
    `--label-hash-key-file "${file}" holds a key of ${key.length} bytes, and ${MIN_KEY_BYTES} are the least; make one with "openssl rand -hex 32"`,
  );
}

/** Editors and `echo` end a file with a line end that is not meant. */
function withoutLineEnd(bytes: Buffer): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--;
  return new Uint8Array(bytes.subarray(0, end));
}
