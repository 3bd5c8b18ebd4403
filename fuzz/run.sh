#!/usr/bin/env bash
# Fuzzes the parsers of untrusted input: fuzz/run.sh [SECONDS] [TARGET...]
#
# Replays the corpus of each TARGET (default: all), then fuzzes it for SECONDS (default: 20, 0 to replay only). Fails on a
# crash, a broken invariant, a timeout or excessive memory. Runs PASSERELLE_FUZZ_JOBS targets in parallel (default: number
# of processors). Needs Rust, and g++, which it installs on Debian. Failing inputs are saved in target/fuzz/findings; the
# grown corpus is in target/fuzz/grown and is used by the next run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

SECONDS_EACH=20
if [[ ${1:-} =~ ^[0-9]+$ ]]; then SECONDS_EACH=$1; shift; fi
HERE=$PWD/fuzz
TARGET=${CARGO_TARGET_DIR:-$PWD/target}
BUILT=$TARGET/fuzz
export HERE TARGET BUILT SECONDS_EACH
JOBS=${PASSERELLE_FUZZ_JOBS:-$(nproc)}
export JOBS
# An input that takes ten seconds or a gigabyte is a finding as well. libFuzzer measures wall-clock time, so the limit is
# longer for jobs that share a processor.
export LIMITS="-timeout=$((10 * (1 + JOBS / $(nproc)))) -rss_limit_mb=1024"

say() { printf 'fuzz: %s\n' "$*"; }
die() { printf 'fuzz: %s\n' "$*" >&2; exit 1; }
export -f say

install_missing() {
  command -v cargo >/dev/null || die "cargo is missing: install Rust from https://rustup.rs and run this again"
  command -v c++ >/dev/null && return
  command -v apt-get >/dev/null || die "a C++ compiler is missing, and there is no apt-get here: install one and run this again"
  say "installing with apt-get: g++"
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null || say "apt-get update failed; continuing with the known package lists"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends g++ libc6-dev >/dev/null
}

build() {
  say "building (the first time takes some minutes)"
  RUSTC_WRAPPER=$HERE/rustc.sh CARGO_TARGET_DIR=$TARGET cargo build --locked --manifest-path "$HERE/Cargo.toml"
}

# Prints the log of a failed target, and the next steps.
report() {
  tail -n 60 "$BUILT/log/$1" >&2
  say "$1 FAILED. The failing input, if any, is the newest $BUILT/findings/$1-*"
  say "to reproduce: $TARGET/debug/$1 INPUT; after the fix, add the input to fuzz/corpus/$1"
  return 1
}

replay() {
  local log=$BUILT/log/$1
  # shellcheck disable=SC2086
  "$TARGET/debug/$1" $LIMITS -artifact_prefix="$BUILT/findings/$1-" "$HERE/corpus/$1"/* >"$log" 2>&1 || report "$1" || return 1
  say "$1: $(grep -c '^Executed ' "$log") corpus inputs passed"
}

search() {
  local log=$BUILT/log/$1
  mkdir -p "$BUILT/grown/$1"
  # shellcheck disable=SC2086
  "$TARGET/debug/$1" $LIMITS -max_total_time="$SECONDS_EACH" -dict="$HERE/words.dict" -print_final_stats=1 \
    -artifact_prefix="$BUILT/findings/$1-" "$BUILT/grown/$1" "$HERE/corpus/$1" >"$log" 2>&1 || report "$1" || return 1
  say "$1: $(sed -n 's/^stat::number_of_executed_units: //p' "$log") inputs tried, no failure"
}
export -f report replay search

# Runs a function for every target, several in parallel; a failure does not stop the others.
each() { printf '%s\n' "${targets[@]}" | xargs -P "$JOBS" -I{} bash -c "$1 {}"; }

install_missing
build
mkdir -p "$BUILT/findings" "$BUILT/log"
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(basename -s .rs "$HERE"/fuzz_targets/*.rs)
each replay || die "an input of the corpus fails"
[ "$SECONDS_EACH" = 0 ] || each search || die "a failing input was found"
say "all targets passed"
