# What .ci/run and .ci/nightly share: phases with their time, totals, and a table at the end. To be sourced.
set -uo pipefail
export CI=true NO_COLOR=1

logs=$(mktemp -d)
passed=0
failed=0
skipped=0
table=()

# count PASSED FAILED
count() {
  passed=$((passed + $1))
  failed=$((failed + $2))
}

# measure NAME COMMAND…: runs a command with its output in the phase's log. Sets log, status and seconds.
measure() {
  local start=$SECONDS
  log="$logs/$1.log"
  shift
  "$@" >"$log" 2>&1 </dev/null
  status=$?
  seconds=$((SECONDS - start))
}

# conclude NAME COMMAND…: counts and tells how the measured command ended, with the end of its log when it failed.
conclude() {
  local name=$1
  shift
  if [ "$status" -eq 0 ]; then
    table+=("ok    $seconds $name")
    echo "ok    $name ($seconds s)"
    count 1 0
  else
    table+=("FAIL  $seconds $name")
    echo "FAIL  $name ($seconds s): $* ended with $status; the end of $log:"
    tail -n 60 "$log" | sed 's/^/      /'
    count 0 1
  fi
  return "$status"
}

# phase NAME COMMAND…: a command that has to succeed.
phase() {
  measure "$@"
  conclude "$@"
}

# begin NAME COMMAND…: starts a command that goes on beside the phases that follow, until `await`. One at a time.
begin() {
  begun_at=$(date +%s)
  "${@:2}" >"$logs/$1.log" 2>&1 </dev/null &
  begun_pid=$!
  # The shell has what it starts beside itself ignore Ctrl-C.
  trap 'kill "$begun_pid" 2>/dev/null; wait "$begun_pid"' EXIT
  trap 'exit 130' INT TERM
}

# await NAME: waits for what `begin` started. Sets log, status and seconds: until it last said something.
await() {
  log="$logs/$1.log"
  wait "$begun_pid"
  status=$?
  trap - EXIT INT TERM
  seconds=$(($(stat -c %Y "$log") - begun_at))
}

# optional_phase NAME COMMAND…: one that, where the machine cannot run it, says so in its only line and ends with 3.
# Any other end with 3 is a failure. REQUIRE_ALL=1 makes a skip one, too: for machines that are known to be able to.
optional_phase() {
  measure "$@"
  conclude_optional "$@"
}

# conclude_optional NAME COMMAND…: what `optional_phase` makes of the measured, or awaited, command.
conclude_optional() {
  local reason
  reason=$(grep . "$log")
  if [ "$status" -ne 3 ] || [ -n "${REQUIRE_ALL:-}" ] || ! [[ $reason =~ ^[^$'\n']*cannot\ run\ on\ this\ machine:[^$'\n']*$ ]]; then
    conclude "$@"
    return
  fi
  skipped=$((skipped + 1))
  table+=("skip  $seconds $1")
  echo "skip  $1: $reason"
  return 3
}

# tally NAME PATTERN: adds the totals that the phase's own last matching line says; without one it did not finish.
tally() {
  local log="$logs/$1.log" line good bad
  line=$(grep -E "$2" "$log" | tail -n 1)
  good=$(grep -oE '[0-9]+ passed' <<<"$line" | grep -oE '[0-9]+')
  bad=$(grep -oE '[0-9]+ failed' <<<"$line" | grep -oE '[0-9]+')
  if [ "${good:-0}" -eq 0 ]; then
    echo "FAIL  $1 said no totals, or that nothing passed"
    count 0 1
    return
  fi
  echo "      $1: ${good:-0} passed, ${bad:-0} failed"
  count "${good:-0}" "${bad:-0}"
}

# The line with which this project's own programs end.
TOTALS='^[0-9]+ passed, [0-9]+ failed$'

# checks NAME: all that a phase of checks said, with the time of each of its parts, and its totals.
checks() {
  sed 's/^/      /' "$logs/$1.log"
  tally "$1" "$TOTALS"
}

# finish: the table of phases, what had to be made because the cache was cold, the totals; fails when anything did.
# Logs are kept when something did.
finish() {
  local row result seconds name
  echo
  for row in "${table[@]}"; do
    read -r result seconds name <<<"$row"
    printf '%-4s %6d s  %s\n' "$result" "$seconds" "$name"
  done
  grep -hE '^  made ' "$logs"/*.log
  if [ "$failed" -eq 0 ]; then
    rm -r "$logs"
    echo "total: $SECONDS s"
  else
    echo "total: $SECONDS s, logs in $logs"
  fi
  [ "$skipped" -eq 0 ] || echo "$skipped skipped, see above"
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
