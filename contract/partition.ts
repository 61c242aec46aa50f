/** The partition that AWS has `region` in, as in ARNs. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  const isolated = /^(?:us|eu)-(iso[a-z]*)-/.exec(region)?.[1];
  return isolated === undefined ? "aws" : `aws-${isolated}`;
}

// As botocore has them: `dnsSuffix` in its partitions.json.
const DNS_SUFFIX: Readonly<Record<string, string>> = {
  aws: "amazonaws.com",
  "aws-cn": "amazonaws.com.cn",
  "aws-us-gov": "amazonaws.com",
  "aws-iso": "c2s.ic.gov",
  "aws-isob": "sc2s.sgov.gov",
  "aws-isoe": "cloud.adc-e.uk",
  "aws-isof": "csp.hci.ic.gov",
};

/** What the hosts of AWS' services end with in `partition`; AWS' own where it is not known. */
export function dnsSuffixOf(partition: string): string {
  return DNS_SUFFIX[partition] ?? "amazonaws.com";
}
