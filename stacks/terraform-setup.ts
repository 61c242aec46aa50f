import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import { OtherBackend } from "./other-backend.ts";
import type { BackendConfig } from "./synth-config.ts";

// 1.10 has the S3 backend's own lock file; 1.9 let a validation read another variable.
const TERRAFORM_VERSION = ">= 1.10";

/**
 * Where a stack's state lives. Explicit for every stack: cdktf's default is a local path that is absolute.
 * `name` is the state's name below the configured prefix, without extension.
 */
export function addBackend(stack: TerraformStack, backend: BackendConfig, name: string): void {
  const key = `${backend.statePrefix}/${name}.tfstate`;
  switch (backend.kind) {
    case "local":
      new LocalBackend(stack, { path: key });
      return;
    case "s3":
      new S3Backend(stack, { bucket: backend.bucket, region: backend.region, key, encrypt: true });
      // cdktf 0.21 does not know this argument; without it two runs could write the same state.
      stack.addOverride("terraform.backend.s3.use_lockfile", true);
      return;
    case "other":
      new OtherBackend(stack, backend, [backend.statePrefix, ...name.split("/")].join(backend.separator));
      return;
    default:
      backend satisfies never;
  }
}

/** The versions a stack accepts. The bindings would pin the one release they were made from. */
export function requireVersions(
  stack: TerraformStack,
  providers: Readonly<Record<string, { readonly source: string; readonly version: string }>>,
): void {
  stack.addOverride("terraform.required_version", TERRAFORM_VERSION);
  for (const [name, provider] of Object.entries(providers)) {
    stack.addOverride(`terraform.required_providers.${name}`, provider);
  }
}

/** The AWS provider: 5.83 is the first whose `aws_lambda_invocation` shows a fresh result after an update. */
export const AWS_PROVIDER = { source: "hashicorp/aws", version: ">= 5.83, < 7.0" } as const;
