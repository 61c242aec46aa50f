/** A table of the emulator's Glue, as far as the checks read it. */
export interface GlueTable {
  readonly StorageDescriptor: {
    readonly Columns: readonly { readonly Name: string; readonly Type: string }[];
  };
  readonly Parameters: Readonly<Record<string, string>>;
}

/** The table `name`, as the emulator at `url` has it in `region`. It asks for no signature, but reads the region from one. */
export async function getGlueTable(
  url: string,
  region: string,
  database: string,
  name: string,
): Promise<GlueTable> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSGlue.GetTable",
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261101/${region}/glue/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({ DatabaseName: database, Name: name }),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`table "${database}.${name}" was answered with ${response.status}: ${text}`);
  return (JSON.parse(text) as { Table: GlueTable }).Table;
}
