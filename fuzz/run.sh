#!/usr/bin/env bash
# Searches for inputs that break a promise of a parser: fuzz/run.sh [SECONDS] [TARGET...]
#
# Replays every kept input of each target (all of them unless some are named), then searches for SECONDS, 20 unless said,
# several targets at a time (PASSERELLE_FUZZ_JOBS, as many as there are processors). Needs Rust and g++, which it
# installs on Debian. It builds in a folder of its own, so nothing else is built again. An input that breaks something
# is left in target/fuzz/findings; what a search learned is in target/fuzz/grown, and the next one begins there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

SECONDS_EACH=20
if [[ ${1:-} =~ ^[0-9]+$ ]]; then SECONDS_EACH=$1; shift; fi
HERE=$PWD/fuzz
BUILT=${CARGO_TARGET_DIR:-$PWD/target}/fuzz
export HERE BUILT SECONDS_EACH
JOBS=${PASSERELLE_FUZZ_JOBS:-$(nproc)}
export JOBS
# An input that takes ten seconds of a processor or a gigabyte is a finding, too. The clock on the wall is all there is to
# measure with, so those who share a processor get more of it.
export LIMITS="-timeout=$((10 * (1 + JOBS / $(nproc)))) -rss_limit_mb=1024"

say() { printf 'fuzz: %s\n' "$*"; }
die() { printf 'fuzz: %s\n' "$*" >&2; exit 1; }
export -f say

install_missing() {
  command -v cargo >/dev/null || die "cargo is missing: install Rust from https://rustup.rs and run this again"
  command -v c++ >/dev/null && return
  command -v apt-get >/dev/null || die "a C++ compiler is missing; this is not Debian, so install one and run this again"
  say "installing with apt-get: g++"
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null || say "apt-get update complained; trying all the same"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends g++ libc6-dev >/dev/null
}

build() {
  say "building (the first time takes some minutes)"
  RUSTC_WRAPPER=$HERE/rustc.sh CARGO_TARGET_DIR=$BUILT cargo build --locked --manifest-path "$HERE/Cargo.toml"
}

# What the log of a target says that found something.
report() {
  tail -n 60 "$BUILT/log/$1" >&2
  say "$1 FAILED. If an input was found, it is the newest $BUILT/findings/$1-*"
  say "to try it again: $BUILT/debug/$1 INPUT; once the fault is corrected, keep it in fuzz/corpus/$1"
  return 1
}

replay() {
  local log=$BUILT/log/$1
  # shellcheck disable=SC2086
  "$BUILT/debug/$1" $LIMITS -artifact_prefix="$BUILT/findings/$1-" "$HERE/corpus/$1"/* >"$log" 2>&1 || report "$1" || return 1
  say "$1: $(grep -c '^Executed ' "$log") kept inputs hold"
}

search() {
  local log=$BUILT/log/$1
  mkdir -p "$BUILT/grown/$1"
  # shellcheck disable=SC2086
  "$BUILT/debug/$1" $LIMITS -max_total_time="$SECONDS_EACH" -dict="$HERE/words.dict" -print_final_stats=1 \
    -artifact_prefix="$BUILT/findings/$1-" "$BUILT/grown/$1" "$HERE/corpus/$1" >"$log" 2>&1 || report "$1" || return 1
  say "$1: $(sed -n 's/^stat::number_of_executed_units: //p' "$log") inputs tried, nothing found"
}
export -f report replay search

# One function for every target, several at a time; all get their turn, whatever the others find.
each() { printf '%s\n' "${targets[@]}" | xargs -P "$JOBS" -I{} bash -c "$1 {}"; }

install_missing
build
mkdir -p "$BUILT/findings" "$BUILT/log"
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(basename -s .rs "$HERE"/fuzz_targets/*.rs)
each replay || die "a kept input breaks a promise"
[ "$SECONDS_EACH" = 0 ] || each search || die "an input was found that breaks a promise"
say "all promises held"
