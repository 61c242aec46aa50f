import { wrongType, type VariableCases } from "./cases.ts";

export const BUCKET_CASES: readonly VariableCases[] = [
  {
    variable: "bucket_name",
    message: (value) =>
      `bucket_name is "${value}"; use 3 to 63 lower-case letters, digits and hyphens, with no hyphen at either end.`,
    values: {
      "two letters": "ab",
      "64 letters": "b".repeat(64),
      capitals: "Data",
      "a dot": "my.data",
      "an underscore": "my_data",
      "a hyphen at the end": "data-",
      "an ARN": "arn:aws:s3:::data",
      "a URL": "s3://data",
    },
  },
  {
    variable: "bucket_name",
    message: (value) =>
      `bucket_name is "${value}"; S3 keeps names for itself that begin with xn--, sthree-, amzn-s3-demo- or end with -s3alias, --ol-s3, --x-s3, --table-s3: choose another.`,
    values: {
      "Punycode in front": "xn--kosten-data",
      "S3's own prefix": "sthree-data",
      "the prefix of AWS's examples": "amzn-s3-demo-data",
      "an access point's suffix": "data-s3alias",
      "an Object Lambda's suffix": "data--ol-s3",
      "a directory bucket's suffix": "data--use1-az4--x-s3",
      "a table bucket's suffix": "data--table-s3",
    },
  },
  {
    variable: "bucket_name",
    message: (value) =>
      `bucket_name is "${value}"; use 3 to 63 lower-case letters, digits and hyphens, with no hyphen at either end.`,
    values: { "a multi-region access point's suffix": "data.mrap" },
  },
  {
    variable: "key_prefix",
    message: (value) =>
      `key_prefix is "${value}"; use letters, digits and . _ = - in parts separated by single slashes, not below "control".`,
    values: {
      "a slash in front": "/costs",
      "a slash at the end": "costs/",
      "two slashes": "a//b",
      "a wildcard": "costs/*",
      "a question mark": "cost?",
      "a space": "our costs",
      "the reconciler's own prefix": "control",
      "below the reconciler's own prefix": "control/costs",
    },
  },
  {
    variable: "key_prefix",
    message: () => 'key_prefix has "257" characters; use 256 at most.',
    values: { "257 characters": "k".repeat(257) },
  },
  wrongType("force_destroy", "bool", "maybe"),
];
