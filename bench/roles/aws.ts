import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsServer } from "../../__tests__/fakes/aws-server.ts";
import type { FakeEks } from "../../__tests__/fakes/fake-eks.ts";
import { largeAccount, slowed, type CallCounts } from "./account.ts";

/**
 * The loopback AWS, in a process of its own so that its work is not counted: `aws.ts <clusters> <latency in ms>`. It prints
 * its two addresses; `control` answers with the calls since the last question.
 */
const [clusters = "1000", latency = "20"] = process.argv.slice(2);

const counts: CallCounts = {};
const account = largeAccount(Number(clusters));
const regions = new Map<string, FakeEks>();
const eks = account.eks.bind(account);
Object.assign(account, {
  iam: slowed(account.iam, Number(latency), counts),
  eks: (region: string) => {
    const known = regions.get(region) ?? slowed(eks(region), Number(latency), counts);
    regions.set(region, known);
    return known;
  },
});

const control = createServer((_request, response) => {
  response.end(JSON.stringify(counts));
  for (const api of Object.keys(counts)) delete counts[api];
});
await new Promise<void>((resolve) => void control.listen(0, "127.0.0.1", resolve));
const url = await new AwsServer(account).start();
console.log(JSON.stringify({ url, control: `http://127.0.0.1:${(control.address() as AddressInfo).port}` }));
