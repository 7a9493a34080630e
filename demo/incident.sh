#!/usr/bin/env bash
# One incident, told by the program's own answers.
#
#   demo/incident.sh TENURE [SEED]
#
# TENURE is the path of the program. Any seed tells the same incident in another organisation. Makes build/demo anew, asks nothing,
# and fails if a command of the story ends otherwise than the story says.
set -euo pipefail

readonly tenure=$(realpath -- "${1:?usage: demo/incident.sh TENURE [SEED]}") seed=${2:-42}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly dir=build/demo
export TENURE_DATA=$dir/data
[[ -t 1 ]] || export COLUMNS=80

readonly robot=service_account:ci-robot-42 moment=2026-03-14T02:17:00Z
readonly deed=(bucket:Write bucket:prod/ledger/2026)

main() {
  rm -rf "$dir"
  mkdir -p "$dir"
  make_record

  say "What could the robot do at that moment? Deploy, as it should, and anything at" \
    "all with production's data."
  ask 0 brief what "$robot" --as-of "$moment"

  say "That winter as a picture: the grant of an outage, the morning that ended it," \
    "and a grant that outlives the robot on paper."
  ask 0 whole timeline "$robot" --during 2025-11-01/2026-05-01 --chart

  say "Who gave it that, and when did it end? Jonas did, by hand, in an outage in" \
    "January. It ended nearly four hours after the deed."
  ask 0 whole check "$robot" "${deed[@]}" --as-of "$moment" --why

  say "Who else could have done it?"
  ask 0 brief who "${deed[@]}" --as-of "$moment"

  say "Could it have been seen before? Two findings stood open for weeks: the key that" \
    "somebody who left had known, and the grant that nobody had approved."
  ask 0 brief findings --subject "$robot" --severity high --as-of "$moment"

  say "What did we believe before the correction? That the robot could not: on record" \
    "was a revoke on Friday evening. BEFORE still gets the answer of that day."
  ask 1 brief check "$robot" "${deed[@]}" --as-of "$moment" --why --as-known-at "$before"

  say "What else do we know better now? The emergency access of that night was" \
    "Priya's; it had been booked on Omar's name."
  ask 0 brief diff --known-from "$before" --known-to now --as-of "$moment"

  say "Is all this what the log says? The answers' tables, built again and compared:"
  ask 0 whole verify

  print_what_next
}

make_record() {
  say "Two and a half years of an organisation go on record; weeks later, what an" \
    "investigation found out. BEFORE is the position of the first append: what was" \
    "known until then."
  show generate --seed "$seed" --events 20000 '>' $dir/organisation.ndjson
  "$tenure" generate --seed "$seed" --events 20000 >$dir/organisation.ndjson
  show generate --correction '>' $dir/correction.ndjson
  "$tenure" generate --correction >$dir/correction.ndjson
  append $dir/organisation.ndjson
  before=$position
  append $dir/correction.ndjson
  say "The incident: at 02:17 on 14 March 2026 the robot ci-robot-42 wrote to the" \
    "production ledger. Its owner had left in November; nobody had taken it over."
}

# append FILE : sets `position`.
append() {
  local output
  show append "$1"
  output=$("$tenure" append "$1")
  position=$(sed -n 's/^position //p' <<<"$output")
  [[ -n $position ]] || fail "append printed no position: $output"
  sed -E 's/^(position .{40}).{12,}(.{10})$/\1 ... \2/' <<<"$output"
}

# ask EXPECTED-EXIT brief|whole COMMAND ARGUMENT... : shows the command and its real output; brief leaves out the list of evidence.
ask() {
  local expected=$1 form=$2 status=0
  shift 2
  if [[ $form == brief ]]; then
    show "$@" '|' "sed '/^evidence/Q'"
    "$tenure" "$@" >$dir/answer.txt || status=$?
    sed '/^evidence/Q' $dir/answer.txt
  else
    show "$@"
    "$tenure" "$@" || status=$?
  fi
  ((status == expected)) || fail "tenure $1 ended with $status; the story needs $expected"
}

# The command as one would type it, in 80 columns; the token is written as the variable that holds it.
show() {
  local line='$ tenure' word
  for word in "$@"; do
    [[ $word == "${before-}" ]] && word='"$BEFORE"'
    if ((${#line} + ${#word} + 3 > 80)); then
      printf '%s \\\n' "$line"
      line='   '
    fi
    line+=" $word"
  done
  printf '%s\n' "$line"
}

say() {
  printf '\n'
  if [[ -t 1 && -z ${NO_COLOR:-} ]]; then printf '\033[1m# %s\033[0m\n' "$@"; else printf '# %s\n' "$@"; fi
}

fail() {
  printf 'demo: %s\n' "$*" >&2
  exit 4
}

print_what_next() {
  say "Go on with"
  cat <<END
export TENURE_DATA=$PWD/$TENURE_DATA
export BEFORE=$before
alias tenure=$tenure
tenure timeline $robot --during 2025-11-01/2026-07-01
tenure timeline $robot --chart robot.svg
tenure show $robot --as-of $moment
tenure who '*' '*' --as-of $moment
tenure events --actor user:jonas.feld
tenure diff --from 2026-03-01 --to 2026-04-01
tenure --help
END
}

main
