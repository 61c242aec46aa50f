import { VariableType, type TerraformVariableConfig } from "cdktf";
import { wholeNumber, withValidations } from "./kinds.ts";

// More than any audit asks for; it catches hours and seconds given as days.
const LONGEST_DAYS = 36_500;

/** How long what is in the bucket stays, and where. */
export const LIFECYCLE_VARIABLES = {
  lifecycle_abort_multipart_days: wholeNumber(
    "lifecycle_abort_multipart_days",
    7,
    LONGEST_DAYS,
    "Days after which an upload that was never finished is removed.",
    1,
  ),
  lifecycle_noncurrent_days: wholeNumber(
    "lifecycle_noncurrent_days",
    30,
    LONGEST_DAYS,
    "Days for which a version that was replaced, deleted or expired is kept; 0 keeps all.",
  ),
  lifecycle_transition_days: wholeNumber(
    "lifecycle_transition_days",
    0,
    LONGEST_DAYS,
    "Days after which data moves to lifecycle_transition_storage_class; 0 never moves it. S3 by default moves no object below 128 KiB, so the hours of small clusters stay where they are.",
  ),
  lifecycle_transition_storage_class: {
    type: VariableType.STRING,
    description: "Storage class that data moves to: INTELLIGENT_TIERING, STANDARD_IA or GLACIER_IR.",
    default: "INTELLIGENT_TIERING",
    nullable: false,
    validation: [
      {
        // Those from which an object is read at once: a class that needs a restore would break every query.
        condition:
          '${contains(["INTELLIGENT_TIERING", "STANDARD_IA", "GLACIER_IR"], var.lifecycle_transition_storage_class)}',
        errorMessage:
          'lifecycle_transition_storage_class is "${var.lifecycle_transition_storage_class}"; set INTELLIGENT_TIERING, STANDARD_IA or GLACIER_IR.',
      },
      {
        // PutBucketLifecycleConfiguration refuses less.
        condition:
          '${var.lifecycle_transition_storage_class != "STANDARD_IA" || var.lifecycle_transition_days == 0 || var.lifecycle_transition_days >= 30}',
        errorMessage:
          'lifecycle_transition_storage_class is "STANDARD_IA" and lifecycle_transition_days "${var.lifecycle_transition_days}"; S3 takes objects into that class after 30 days or more, so set 30 or another class.',
      },
    ],
  },
  lifecycle_expiration_days: withValidations(
    wholeNumber(
      "lifecycle_expiration_days",
      0,
      LONGEST_DAYS,
      "Days after which data expires; 0 never. Its manifests go with it, so set more than the days that Prometheus keeps, or expired hours are exported again. What expired lasts lifecycle_noncurrent_days more, as an old version.",
    ),
    {
      condition:
        "var.lifecycle_expiration_days == 0 || var.lifecycle_expiration_days > var.lifecycle_transition_days",
      errorMessage:
        'lifecycle_expiration_days is "${var.lifecycle_expiration_days}", not more than lifecycle_transition_days, which is "${var.lifecycle_transition_days}"; S3 moves nothing that has expired, so set more or 0.',
    },
  ),
} satisfies Record<string, TerraformVariableConfig>;
