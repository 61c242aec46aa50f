import type { TerraformVariable } from "cdktf";

/**
 * Makes a build that may destroy the bucket demand `force_destroy`, at plan. Terraform takes the bucket's policy and
 * public access block away before it finds that the bucket holds data and cannot go; so it must not begin.
 */
export function demandForceDestroy(forceDestroy: TerraformVariable): void {
  forceDestroy.addValidation({
    condition: "${var.force_destroy}",
    errorMessage:
      'force_destroy is "${var.force_destroy}"; this build may destroy the bucket (allowDestroy), which takes its policy and public access block first and then fails on data: set force_destroy = true and apply that before you destroy, or build without allowDestroy.',
  });
}
