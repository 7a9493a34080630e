# Sourced by ./x: the Debian 12 packages that tenure needs, and how they get there. Only what is missing is installed.

readonly build_packages=(
  build-essential cmake ninja-build ccache pkg-config
  librocksdb-dev librdkafka-dev libsimdjson-dev libssl-dev libfmt-dev libexpected-dev nlohmann-json3-dev zlib1g-dev libzip-dev libjemalloc-dev
  libcli11-dev libboost1.81-dev prometheus-cpp-dev libspdlog-dev
)
readonly test_packages=(
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev libvalijson-dev
  clang-19 libclang-rt-19-dev clang-tidy-19 clang-format-19
  postgresql-15 libpq-dev
  git python3 python3-venv python3-yaml python3-jsonschema ca-certificates openjdk-17-jdk-headless maven kcat wrk
)

# The race starts a PostgreSQL of its own: Debian's package shall not start another one. A setting that is there is left alone.
keep_postgresql_quiet() {
  local settings=/etc/postgresql-common/createcluster.d
  [[ ! -e /etc/postgresql-common ]] || return 0
  as_root mkdir -p "$settings"
  echo 'create_main_cluster = false' | as_root tee "$settings/tenure-tests.conf" >/dev/null
}

# install_packages PACKAGE… : asks nothing, says what it installs.
install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  if ! command -v apt-get >/dev/null; then
    say "this is no Debian system; the build needs what these packages hold: ${missing[*]}"
    return 0
  fi
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  [[ " ${missing[*]} " != *' postgresql-15 '* ]] || keep_postgresql_quiet
  apt_get 'fetching package lists' update
  apt_get 'installing' install --yes --no-install-recommends "${missing[@]}"
}

missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

# Node brings npm with it in some packagings and not in others; Debian's own npm package conflicts with the former.
install_node() {
  command -v node >/dev/null || install_packages nodejs
  command -v npm >/dev/null || install_packages npm
}

# Tests of the OpenAPI document use Python packages that Debian hasn't; they are pinned, and go under build/.
install_python_packages() {
  local pinned=tests/functional/requirements.txt there=build/python
  cmp -s "$pinned" "$there/requirements.txt" && return
  say 'installing Python packages for the tests, under build/python'
  rm -rf "$there"
  if ! { python3 -m venv "$there" && "$there/bin/pip" install --no-deps --requirement "$pinned"; } >"$log_dir/pip.log" 2>&1; then
    tail -n 20 "$log_dir/pip.log" >&2
    die "the Python packages could not be installed; the output is in $log_dir/pip.log"
  fi
  cp "$pinned" "$there/"
}

# apt_get LABEL ARGUMENT… : runs apt-get with a progress line; its full output is in build/log/apt.log.
# Only the status lines go through a pipe: apt makes that pipe non-blocking, and a package's script that writes into it while
# it is full fails.
apt_get() {
  local label=$1 log=$log_dir/apt.log
  shift
  # shellcheck disable=SC2016
  if ! as_root env DEBIAN_FRONTEND=noninteractive sh -c 'log=$1; shift; exec "$@" 3>&1 >>"$log" 2>&1' sh "$log" \
    apt-get -q -o APT::Status-Fd=3 -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 "$@" </dev/null | show_apt_progress "$label"; then
    tail -n 20 "$log" >&2
    die "apt-get $1 failed; its output is in $log"
  fi
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "installing packages needs root: run ./x deps as root, or install sudo"
  fi
}

# Reads apt's status lines (`pmstatus:cmake:42.1:Unpacking cmake`); on a terminal one line that moves, else a line every 20 %.
show_apt_progress() {
  local label=$1 kind percent text last_kind='' shown=0
  while IFS=: read -r kind _ percent text; do
    [[ $kind == pmstatus || $kind == dlstatus ]] || continue
    percent=${percent%%.*}
    [[ $kind == "$last_kind" ]] || shown=-20 last_kind=$kind
    if [[ -t 1 ]]; then
      printf '\r\033[K%s %3d %% %s' "$label" "$percent" "${text:0:50}"
    elif ((percent >= shown + 20)); then
      printf '%s %3d %% %s\n' "$label" "$percent" "${text:0:50}"
      shown=$percent
    fi
  done
  [[ ! -t 1 ]] || printf '\r\033[K'
}
