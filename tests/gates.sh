# Sourced by ./x: everything that must hold before a change is taken, and the count of what was run.
#
# A gate that fails does not stop the ones after it, so that one run shows all that is wrong; a tree that does not build does.

fuzz_seconds=${TENURE_FUZZ_SECONDS:-10}
readonly tidy_files_max=16
passed=0 failed=0 skipped=0 failures=()

# run_all_gates [--deep]: --deep gives clang-tidy every file, the histories and fuzzers far more time, and the service more connections.
run_all_gates() {
  local began=$SECONDS
  [[ ${1:-} != --deep ]] || deepen
  step 'build the program and its tests' build_tree release -DTENURE_BUILD_TESTS=ON
  run_lint
  run_tests release
  check_test_count
  run_sanitizers
  report $((SECONDS - began))
}

deepen() {
  export TENURE_HISTORIES=${TENURE_HISTORIES:-20000} TENURE_CRASH_RUNS=${TENURE_CRASH_RUNS:-600} TENURE_TIDY=all
  export TENURE_KAFKA_KILLS=${TENURE_KAFKA_KILLS:-100} TENURE_DEEP=1
  fuzz_seconds=${TENURE_FUZZ_SECONDS:-600}
}

run_sanitizers() {
  step 'build for the address and undefined-behaviour sanitizers' build_tree asan-ubsan
  run_tests asan-ubsan
  run_fuzzers
  step 'build for the thread sanitizer' build_tree tsan
  run_tests tsan
}

# --- tests

# run_tests PRESET: the tree's tests in parallel, their outcomes added to the count. One more than there are cores, since those with
# brokers mostly wait.
run_tests() {
  local preset=$1 log=$log_dir/ctest-$1.log
  step "tests, $preset" ctest --preset "$preset" --parallel "$((jobs + 1))" --no-tests=error > >(tee "$log" | show_ctest) 2>&1 || true
  wait $!  # for the log
  count_ctest "$log" "$preset"
}

# All but the lines of tests that passed; of those every fiftieth, to show that it goes on.
show_ctest() {
  awk '/^ *[0-9]+\/[0-9]+ Test .*Passed/ { if (++n % 50 == 0) { print; fflush() } next }
       /^ +Start +[0-9]+:/ { next }
       { print; fflush() }'
}

# ctest closes with `98% tests passed, 2 tests failed out of 120` and lists what did not run.
count_ctest() {
  local log=$1 preset=$2 total=0 bad=0 left_out
  if [[ $(grep -E 'tests passed, [0-9]+ tests failed out of [0-9]+' "$log") =~ ([0-9]+)\ tests\ failed\ out\ of\ ([0-9]+) ]]; then
    bad=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]}
  else
    fail "tests, $preset: ctest did not come to its end"
  fi
  left_out=$(grep -cE '^\s*[0-9]+ - .* \((Skipped|Disabled|Not Run)\)$' "$log" || true)
  passed=$((passed + total - bad - left_out)) failed=$((failed + bad)) skipped=$((skipped + left_out))
  if ((bad)); then
    mapfile -t -O "${#failures[@]}" failures < <(sed -n '/^The following tests FAILED:/,/^$/s/^[[:space:]]\+\([0-9].*\)/'"tests, $preset"': \1/p' "$log")
  fi
  if ((left_out)); then
    say "$left_out tests did not run:"
    grep -E '^\s*[0-9]+ - .* \((Skipped|Disabled|Not Run)\)$' "$log"
    refuse_skips "$log"
  fi
  if [[ $preset == release ]]; then release_total=$total; fi
}

# Only the tests of a capture may be left out, and only where there is no capture; and of the conformance suite what the in-memory
# log, which has many writers, does not promise.
refuse_skips() {
  local log=$1 lines
  lines=$(grep -E '^\s*[0-9]+ - .* \((Skipped|Disabled|Not Run)\)$' "$log" | grep -vi 'memory' || true)
  [[ -n ${TENURE_CAPTURE:-} ]] || lines=$(grep -vi capture <<<"$lines" || true)
  if [[ -n ${CI:-} && -n $lines ]]; then
    fail 'CI takes no skipped test'
  fi
}

# Tests that fell out of the build are missed here: the number only rises, unless a commit says why.
check_test_count() {
  local least
  least=$(<tests/least_count)
  if ((release_total < least)); then
    fail "only $release_total tests in the release tree, and tests/least_count says $least: some are no longer built"
  fi
}

# --- fuzzers

run_fuzzers() {
  local fuzzer found=0
  for fuzzer in build/asan-ubsan/tests/fuzz/*; do
    [[ -f $fuzzer && -x $fuzzer ]] || continue
    found=1
    gate "fuzz ${fuzzer##*/} for $fuzz_seconds s" fuzz "$fuzzer"
  done
  if ((!found)) && [[ -e tests/fuzz/CMakeLists.txt ]]; then
    fail 'tests/fuzz is there, and no fuzzer was built'
  fi
}

# New inputs are kept under build/, the ones worth keeping for ever under tests/fuzz/corpus/<name>/.
fuzz() {
  local fuzzer=$1 name=${1##*/}
  local corpora=("build/fuzz/$name")
  [[ ! -d tests/fuzz/corpus/$name ]] || corpora+=("tests/fuzz/corpus/$name")
  mkdir -p "build/fuzz/$name" "build/fuzz/crashes"
  "$fuzzer" "${corpora[@]}" -max_total_time="$fuzz_seconds" -max_len=65536 -rss_limit_mb=2048 -timeout=10 \
    -print_final_stats=1 -artifact_prefix="build/fuzz/crashes/$name-" >"$log_dir/$name.log" 2>&1 || {
    tail -n 60 "$log_dir/$name.log"
    return 1
  }
  grep -E 'number_of_executed_units|new_units_added' "$log_dir/$name.log"
}

# --- lint

run_lint() {
  gate 'formatting' check_format
  gate 'clang-tidy' check_tidy
  gate 'AsyncAPI document' check_asyncapi
}

check_format() { sources | xargs -0 --no-run-if-empty clang-format-19 --dry-run --Werror; }

check_tidy() {
  local files
  mapfile -t files < <(files_to_tidy)
  say "clang-tidy: ${#files[@]} files"
  if [[ ${TENURE_TIDY:-} != all ]] && ((${#files[@]} > tidy_files_max)); then
    say "that is more than a change has: only the $tidy_files_max changed last are read; TENURE_TIDY=all reads every file"
    mapfile -t files < <(latest_first "${files[@]}" | head -n "$tidy_files_max")
  fi
  ((${#files[@]})) || return 0
  # The tree is gcc's: its precompiled headers and two of its warnings mean nothing to clang.
  printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$jobs" \
    clang-tidy-19 --quiet -p build/release --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-ignored-gch \
    --extra-arg=-Wno-deprecated-declarations 2>"$log_dir/clang-tidy.log"
}

# Sources that are built and that changed; for a changed header, one source that includes it. TENURE_TIDY=all: every source.
files_to_tidy() {
  local file
  if [[ ${TENURE_TIDY:-} == all ]]; then
    git ls-files --cached --others --exclude-standard -- '*.cc'
  else
    changed_files | while read -r file; do
      case $file in
        *.cc) echo "$file" ;;
        *.h) grep -rlF --include='*.cc' "\"${file#*/}\"" src tests | sort | sed -n 1p || true ;;  # perhaps in other headers alone
      esac
    done
  fi | sort -u | while read -r file; do
    if [[ -e $file ]] && grep -qF "\"file\": \"$root/$file\"" build/release/compile_commands.json; then echo "$file"; fi
  done
}

# The files given, those of the latest commits first.
latest_first() {
  git log --format= --name-only -- "$@" | awk '!seen[$0]++' | grep -xFf <(printf '%s\n' "$@")
}

# Since the branch left origin/main; on main itself, since the commit that was there four hours ago; failing both, everything.
changed_files() {
  local base
  base=$(git merge-base HEAD origin/main 2>/dev/null || true)
  if [[ -z $base || $base == $(git rev-parse HEAD 2>/dev/null) ]]; then
    base=$(git rev-list -1 --before='4 hours ago' HEAD 2>/dev/null || true)
  fi
  [[ -n $base ]] || base=$(git hash-object -t tree /dev/null)
  git diff --name-only --diff-filter=d "$base" -- '*.cc' '*.h'
  git ls-files --others --exclude-standard -- '*.cc' '*.h'
}

check_asyncapi() {
  if [[ ! -e schemas/asyncapi.yaml ]]; then
    say 'schemas/asyncapi.yaml is not there'
    return 1
  fi
  mkdir -p build/asyncapi-lint
  cp tests/style/asyncapi-lint/* build/asyncapi-lint/
  (cd build/asyncapi-lint && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || return 1
  node build/asyncapi-lint/lint.mjs "$root/schemas/asyncapi.yaml"
}

# --- benchmarks

# run_benchmarks [--scale SCALE] [--only NAME] : the race. run_benchmarks --micro [FILTER] : what is measured of tenure alone.
run_benchmarks() {
  mkdir -p build/bench
  if [[ ${1:-} == --micro ]]; then
    shift
    run_micro_benchmarks "$@"
  else
    step 'race' python3 -B tests/bench/race/race.py build/release --workloads build/bench "$@"
    python3 -B tests/bench/race/growth.py build/bench
  fi
}

run_micro_benchmarks() {
  local benchmark name found=0
  for benchmark in build/release/tests/bench/*; do
    [[ -f $benchmark && -x $benchmark ]] || continue
    found=1 name=${benchmark##*/}
    [[ $name != http_* && $name != race_* ]] || continue
    if [[ $name == kafka_rates ]]; then
      [[ -n ${1:-} && $name != *"$1"* ]] ||
        step "$name" python3 -B tests/kafka/with_broker.py -- "$benchmark" --json "build/bench/$name.json"
      continue
    fi
    step "$name" "$benchmark" --benchmark_filter="${1:-.}" \
      --benchmark_out="build/bench/$name.json" --benchmark_out_format=json
  done
  [[ -n ${1:-} && http_rates != *"$1"* ]] ||
    step http_rates python3 -B tests/bench/http/http_rates.py build/release --json build/bench/http_rates.json
  ((found)) || die 'no benchmark was built'
}

# --- counting

# gate NAME COMMAND… : one pass or one failure.
gate() {
  if step "$@"; then passed=$((passed + 1)); else fail "$1"; fi
}

fail() {
  say "$1"
  failures+=("$1")
  failed=$((failed + 1))
}

report() {
  if [[ -z ${TENURE_CAPTURE:-} ]]; then
    say 'THE CAPTURE TESTS DID NOT RUN: TENURE_CAPTURE names no folder with an AWS CloudTrail capture'
  fi
  say "everything took $(duration "$1")"
  if ((${#failures[@]})); then
    say 'what failed'
    printf '   %s\n' "${failures[@]}"
  fi
  if ((skipped)); then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
  ((failed == 0))
}
