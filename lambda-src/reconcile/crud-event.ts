import * as z from "zod";
import { ConfigError } from "../errors.ts";

// `aws_lambda_invocation` with lifecycle_scope = "CRUD" adds `tf` to its input; the rest of the input is ours and
// only there to make an apply notice a change: settings come from the environment.
const CrudEvent = z.object({
  tf: z.object({
    action: z.enum(["create", "update", "delete"]),
    // The input of the apply before; null at the first.
    prev_input: z
      .object({ settings: z.object({ DEPLOYMENT_BUCKET: z.string().min(1) }) })
      .optional()
      .catch(undefined),
  }),
});

/** What Terraform is doing with the deployment. */
export interface CrudEvent {
  readonly action: "create" | "update" | "delete";
  /** The bucket before this update, when that is told. */
  readonly formerBucket?: string | undefined;
}

/** Reads Terraform's call. @throws ConfigError when the event is not Terraform's */
export function readCrudEvent(event: unknown): CrudEvent {
  const parsed = CrudEvent.safeParse(event);
  if (parsed.success) {
    const { action, prev_input: before } = parsed.data.tf;
    return { action, formerBucket: action === "update" ? before?.settings.DEPLOYMENT_BUCKET : undefined };
  }
  throw new ConfigError(
    `Cannot read the event ${JSON.stringify(event) ?? "undefined"}: expected "tf.action" to be "create", "update" or "delete"; invoke this function through aws_lambda_invocation with lifecycle_scope "CRUD"`,
  );
}
