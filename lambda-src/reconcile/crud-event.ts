import * as z from "zod";
import { ConfigError } from "../errors.ts";

// `aws_lambda_invocation` with lifecycle_scope = "CRUD" adds `tf` to its input; the rest of the input is ours and
// only there to make an apply notice a change: settings come from the environment.
const CrudEvent = z.object({ tf: z.object({ action: z.enum(["create", "update", "delete"]) }) });

/** What Terraform is doing with the deployment. @throws ConfigError when the event is not Terraform's */
export function readCrudAction(event: unknown): "create" | "update" | "delete" {
  const parsed = CrudEvent.safeParse(event);
  if (parsed.success) return parsed.data.tf.action;
  throw new ConfigError(
    `Cannot read the event ${JSON.stringify(event) ?? "undefined"}: expected "tf.action" to be "create", "update" or "delete"; invoke this function through aws_lambda_invocation with lifecycle_scope "CRUD"`,
  );
}
