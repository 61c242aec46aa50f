import assert from "node:assert/strict";
import { askAws } from "./ask-aws.ts";

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly ActionsEnabled: boolean;
  readonly AlarmActions: readonly string[];
  readonly OKActions: readonly string[];
  readonly Dimensions: readonly { readonly Name: string }[];
  readonly Statistic: string;
  readonly Period: number;
  readonly TreatMissingData: string;
}

/**
 * Asserts of every alarm what Terraform cannot see of it here: the emulator keeps all of an alarm, but leaves most out of
 * the answer that the AWS provider asks for.
 */
export async function assertAlarms(url: string, topic: string, count: number): Promise<void> {
  const { MetricAlarms } = await askAws<{ MetricAlarms: readonly Alarm[] }>(
    url,
    "monitoring",
    "GraniteServiceVersion20100801.DescribeAlarms",
  );
  assert.equal(MetricAlarms.length, count);
  for (const alarm of MetricAlarms) {
    assert.deepEqual(
      [alarm.ActionsEnabled, alarm.AlarmActions, alarm.OKActions],
      [true, [topic], [topic]],
      alarm.AlarmName,
    );
    assert.match(alarm.AlarmDescription, /^[A-Z`].{40,}\.$/s, alarm.AlarmName);
    assert.match(alarm.Statistic, /^(Sum|Maximum)$/, alarm.AlarmName);
    assert.ok([300, 3600].includes(alarm.Period), `${alarm.AlarmName}: ${alarm.Period}`);
    assert.match(alarm.TreatMissingData, /^(ignore|breaching|notBreaching)$/, alarm.AlarmName);
    assert.ok(alarm.Dimensions.length > 0, alarm.AlarmName);
  }
}
