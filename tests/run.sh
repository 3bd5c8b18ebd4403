#!/usr/bin/env bash
# Runs the tests of the project: tests/run.sh [arguments for cargo test]
#
# On a Debian machine with Rust it installs missing packages (a C compiler, git, PostgreSQL, Chromium with its driver,
# poppler-utils, npm), starts a private PostgreSQL in a temporary folder, fetches axe-core, builds an S3 server for the tests of a
# bucket, runs `cargo test`, and stops PostgreSQL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

S3S_VERSION=0.14.1
AXE_VERSION=4.14.1
AXE_SHA512=1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5
TARGET=${CARGO_TARGET_DIR:-$PWD/target}

say() { printf 'tests: %s\n' "$*"; }
die() { printf 'tests: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "needs root or sudo to run: $*"; fi
}

# Folder of the newest PostgreSQL server on the machine; Debian does not put it into PATH.
postgres_bin() {
  local bin
  bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  if [ -n "$bin" ] && [ -x "$bin/initdb" ]; then echo "$bin"; return; fi
  bin=$(command -v initdb) && dirname "$(readlink -f "$bin")"
}

install_missing() {
  local missing=()
  command -v cargo >/dev/null || die "cargo is missing: install Rust from https://rustup.rs and run this again"
  command -v cc >/dev/null || missing+=(gcc libc6-dev)
  command -v git >/dev/null || missing+=(git)
  postgres_bin >/dev/null || missing+=(postgresql)
  command -v chromium >/dev/null || missing+=(chromium fonts-liberation)
  command -v "${PASSERELLE_TEST_CHROMEDRIVER:-chromedriver}" >/dev/null || missing+=(chromium-driver)
  command -v pdftotext >/dev/null || missing+=(poppler-utils)
  [ -f "$(axe_path)" ] || command -v npm >/dev/null || missing+=(npm)
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || die "missing: ${missing[*]}; there is no apt-get here: install them and run this again"
  say "installing with apt-get: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null || say "apt-get update failed; continuing with the known package lists"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null
}

axe_path() { echo "$TARGET/axe-core-$AXE_VERSION/package/axe.min.js"; }

# Fetches the accessibility checker for the browser tests: one file of a fixed version, verified by its hash.
fetch_axe() {
  local folder=$TARGET/axe-core-$AXE_VERSION tarball
  [ -f "$(axe_path)" ] && return
  say "fetching axe-core $AXE_VERSION with npm"
  mkdir -p "$folder"
  (cd "$folder" && npm pack --silent "axe-core@$AXE_VERSION" >/dev/null) || die "npm could not fetch axe-core"
  tarball=$folder/axe-core-$AXE_VERSION.tgz
  echo "$AXE_SHA512  $tarball" | sha512sum --check --status || { rm -f "$tarball"; die "axe-core does not have the expected SHA-512 hash"; }
  tar -xzf "$tarball" -C "$folder" package/axe.min.js
}

s3_server() { echo "$TARGET/s3s-fs-$S3S_VERSION/bin/s3s-fs"; }

# Builds the S3 server of the tests, once: a fixed version with the dependencies of its lock file, apart from ours.
build_s3_server() {
  [ -x "$(s3_server)" ] && return
  say "building the S3 server s3s-fs $S3S_VERSION (takes some minutes, once)"
  cargo install --quiet --locked --root "$TARGET/s3s-fs-$S3S_VERSION" --features binary "s3s-fs@$S3S_VERSION" || die "s3s-fs could not be built"
}

# PostgreSQL refuses to run as root, so root runs it as the user that the package created.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

start_postgres() {
  local bin port try
  bin=$(postgres_bin) || die "PostgreSQL has no initdb"
  PG_CTL=$bin/pg_ctl
  export PASSERELLE_TEST_POSTGRES_BIN=$bin
  SCRATCH=$(mktemp -d /tmp/passerelle-tests.XXXXXX)
  chmod 755 "$SCRATCH"
  install -d -m 700 "$SCRATCH/data" "$SCRATCH/socket"
  [ "$(id -u)" != 0 ] || chown postgres "$SCRATCH/data" "$SCRATCH/socket"
  say "starting a private PostgreSQL ($("$bin/postgres" --version))"
  (cd "$SCRATCH" && as_postgres "$bin/initdb" -D "$SCRATCH/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >initdb.log) ||
    { cat "$SCRATCH/initdb.log" >&2; die "initdb failed"; }
  for try in 1 2 3 4 5 6 7 8; do
    port=$((20000 + RANDOM % 20000))
    if (cd "$SCRATCH" && as_postgres "$PG_CTL" start -w -t 120 -s -D "$SCRATCH/data" -l "$SCRATCH/data/server.log" \
      -o "-p $port -c listen_addresses=127.0.0.1 -c max_connections=300 -k $SCRATCH/socket") 2>"$SCRATCH/pg_ctl.log"; then
      export PASSERELLE_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
      return
    fi
    say "PostgreSQL did not start on port $port (attempt $try): $(cat "$SCRATCH/pg_ctl.log")"
  done
  cat "$SCRATCH/data/server.log" >&2
  die "PostgreSQL did not start in $try attempts of two minutes each; its log is above"
}

stop_everything() {
  local status=$?
  trap - EXIT
  if [ -n "${SCRATCH:-}" ]; then
    [ -z "${PG_CTL:-}" ] || (cd "$SCRATCH" && as_postgres "$PG_CTL" stop -s -m immediate -D "$SCRATCH/data") 2>/dev/null || true
    rm -rf "$SCRATCH"
  fi
  exit "$status"
}
trap stop_everything EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

install_missing
fetch_axe
build_s3_server
start_postgres
PASSERELLE_TEST_AXE=$(axe_path)
PASSERELLE_TEST_CHROMEDRIVER=$(command -v "${PASSERELLE_TEST_CHROMEDRIVER:-chromedriver}") || die "chromedriver is missing"
PASSERELLE_TEST_S3_SERVER=$(s3_server)
export PASSERELLE_TEST_AXE PASSERELLE_TEST_CHROMEDRIVER PASSERELLE_TEST_S3_SERVER
# Many tests wait for a server or a deadline more than they compute.
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-$((2 * $(nproc)))}
say "cargo test (the first build takes some minutes)"
cargo test --locked --features testing "$@"
say "all tests passed"
