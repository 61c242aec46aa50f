/** What the exit code of every command means; also printed by `--help`. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  someFailed: 3,
  findings: 4,
  unreachable: 5,
  deadline: 124,
  interrupted: 130,
  terminated: 143,
} as const;

/** For `--help`. */
export const EXIT_CODES_HELP = `Exit codes:
  0    done, also when there was nothing to do
  1    unexpected error (--debug shows where); roles: something failed, has to stay, is not there, or had no consent
  2    wrong flag, URL, ARN, SQL or configuration
  3    some dataset-hours failed and stay missing; the others are exported
  4    verify or doctor found something wrong; query or report needs a file that is missing or damaged
  5    a source or the sink could not be reached, or refused; nothing was done
  124  --deadline came before all was done; what was finished stays, run again to resume
  130  interrupted by SIGINT, 143 by SIGTERM; what was finished stays, run again to resume

With --detailed-exitcode, "roles plan" ends as "terraform plan" does: 0 no changes, 1 any error, 2 changes pending.
A region, cluster or role that could not be read is an error then, whatever is pending; without the flag the plan says so and ends with 0.`;

/** Sets the exit code; the process ends by itself once its output is written. */
export function exitWith(code: number): void {
  process.exitCode = code;
}
