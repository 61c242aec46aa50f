/** Values at the edge of what is accepted: they show that the rules refuse no more than they say. */
export const GOOD_VARIABLES: readonly Readonly<Record<string, string>>[] = [
  { name_prefix: "a", bucket_name: "abc", key_prefix: "", role_name: "", include_regions: "" },
  {
    name_prefix: "p".repeat(32),
    bucket_name: "b".repeat(63),
    key_prefix: "a/b_c/d=e.f",
    role_name: "R_+=,.@-1",
  },
  { include_regions: " eu-west-1 , us-gov-west-1,ap-southeast-12, ", tags: '{"team"="finops","AWS"="x"}' },
  { role_name: "r".repeat(64), attach_read_policy: "true", create_iam_user: "true", force_destroy: "true" },
  { attach_read_policy: "false", orphan_grace_hours: "0", max_deletes_per_run: "0", log_retention_days: "1" },
  { orphan_grace_hours: "8760", max_deletes_per_run: "5000", log_retention_days: "3653" },
  { schedule_expression: "cron(15 6,18 ? * MON-FRI *)" },
  { schedule_expression: "rate(1 day)" },
  { name_prefix: "sthree-costs", bucket_name: "three-costs" },
];
