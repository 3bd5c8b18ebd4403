#!/usr/bin/env bash
# Tests the content of the container image without a container engine: tests/image.sh [BINARY]
#
# Assembles the last stage of the Dockerfile, from its own lines, in an empty folder, adds the shared objects that a glibc
# build needs, and starts the program there as the image's user on a read-only root. A file missing in the image fails it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

TARGET=$(realpath -m "${CARGO_TARGET_DIR:-target}")
BINARY=${1:-$TARGET/release/passerelle}
say() { printf 'image: %s\n' "$*"; }
die() { printf 'image: %s\n' "$*" >&2; exit 1; }

SCRATCH=$(mktemp -d /tmp/passerelle-image.XXXXXX)
ROOT=$SCRATCH/root
SERVER=
CHROOT=$(PATH=$PATH:/usr/sbin:/sbin command -v chroot) || die "chroot is missing"
stop_everything() {
  local status=$?
  trap - EXIT
  stop_server
  rm -rf "$SCRATCH"
  exit "$status"
}
trap stop_everything EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Checks that the build compiles from the files that .dockerignore includes. The folder is kept between runs, so that only
# changed files are compiled.
check_context() {
  local context=$TARGET/image-context entry
  say "compiling from the files that .dockerignore includes"
  rm -rf "$context"
  mkdir -p "$context"
  while read -r entry; do
    [ ! -e "$entry" ] || cp -r --parents "$entry" "$context/"
  done < <(sed -n 's/^!//p' .dockerignore)
  (cd "$context" && CARGO_TARGET_DIR=$TARGET cargo check --locked --quiet 2>"$SCRATCH/context.log") ||
    { cat "$SCRATCH/context.log" >&2; die "the image does not build from its context"; }
}

final_stage() { awk '/^FROM /{text=""} {text=text $0 "\n"} END{printf "%s", text}' Dockerfile; }

# The RUN of the build stage that creates small files in /out, with its continuation lines.
out_commands() { awk '/^RUN mkdir -p \/out\/etc/{on=1} on{print} on && !/\\$/{exit}' Dockerfile | sed 's/^RUN //'; }

assemble() {
  local out=$SCRATCH/out from to rest
  mkdir -p "$ROOT" "$out/bin"
  [ -n "$(out_commands)" ] || die "the Dockerfile has no RUN that begins with mkdir -p /out/etc, which this script runs"
  bash -euc "$(out_commands | sed "s#/out/#$out/#g")"
  cp "$BINARY" "$out/bin/passerelle"
  while read -r from to rest; do
    [ -z "$rest" ] || die "cannot read this COPY of the Dockerfile: $from $to $rest"
    case $from in /out/*) from=$SCRATCH$from ;; esac
    [ -e "$from" ] || die "the Dockerfile copies $from, which is not on this machine (packages ca-certificates, tzdata)"
    mkdir -p "$(dirname "$ROOT$to")"
    cp -aL "$from" "$ROOT$to"
  done < <(final_stage | sed -n 's/^COPY --from=build \(--[a-z]*=[^ ]* \)*//p')
  [ "$(final_stage | grep -c '^COPY ')" = "$(final_stage | grep -c '^COPY --from=build ')" ] ||
    die "the last stage may only copy from the build stage"
  [ -x "$ROOT/usr/bin/passerelle" ] || die "the Dockerfile does not copy the binary to /usr/bin/passerelle"
}

# A musl build is static. A glibc build of this machine needs the shared objects that ldd lists; nothing else is added.
add_shared_objects() {
  local object
  ldd "$BINARY" 2>/dev/null | grep -o '/[^ ]*' | while read -r object; do
    say "glibc build: adding $object"
    mkdir -p "$ROOT$(dirname "$object")"
    cp -L "$object" "$ROOT$object"
  done || true
}

ENVIRONMENT=() IMAGE_USER=
read_environment() {
  mapfile -t ENVIRONMENT < <(final_stage | sed -n 's/^ENV //p')
  IMAGE_USER=$(final_stage | sed -n 's/^USER //p')
  [[ $IMAGE_USER =~ ^[1-9][0-9]*:[1-9][0-9]*$ ]] || die "the image must name a numeric user that is not root"
  # A free port, a public URL, and the operator's files in the volume: keys and one registration.
  PORT=$((20000 + RANDOM % 20000))
  ENVIRONMENT+=(
    "PASSERELLE__SERVER__BIND=127.0.0.1:$PORT" "PASSERELLE__METRICS__BIND=127.0.0.1:$((PORT + 1))"
    "PASSERELLE__SERVER__PUBLIC_URL=https://passerelle.example"
    "PASSERELLE__KEYS__FILE=/data/sealing.keys" "PASSERELLE__EHR__FILE=/data/ehr.toml" "PASSERELLE__DELIVERY__FOLDER=/data/delivered"
  )
  echo 'not-a-secret' >"$ROOT/data/client-secret"
  cat >"$ROOT/data/ehr.toml" <<'TOML'
[[ehr]]
id = "example"
name = "Example EHR"
fhir_base_url = "https://ehr.example/fhir"
issuer = "https://ehr.example"
client_id = "passerelle"
client_auth = "client_secret_basic"
client_secret_file = "/data/client-secret"
scopes = ["launch", "openid", "fhirUser", "patient/Patient.rs", "user/Practitioner.rs"]
TOML
}

# Runs a command as a container engine does: a mount namespace, a read-only root, a writable /data, the image's user and
# environment. Without root it adds a user namespace, in which the mapped user takes the place of the image's user.
inside() {
  local namespace=(unshare --mount) user=(--userspec="$IMAGE_USER")
  if [ "$(id -u)" = 0 ]; then chown -R "$IMAGE_USER" "$ROOT/data"; else namespace+=(--map-root-user) user=(); fi
  # shellcheck disable=SC2016 # the inner shell expands these
  exec "${namespace[@]}" bash -euc '
    root=$1; shift
    mount --bind "$root" "$root"
    mount --bind "$root/data" "$root/data"
    mount -o remount,ro,bind "$root"
    if touch "$root/etc/written" 2>/dev/null; then echo "image: the root is writable" >&2; exit 1; fi
    cd "$root"
    exec "$@"' inside "$ROOT" env -i "${ENVIRONMENT[@]}" "$CHROOT" "${user[@]}" "$ROOT" "$@"
}

run() {
  say "passerelle $*"
  (inside /usr/bin/passerelle "$@") >"$SCRATCH/output" 2>&1 || { cat "$SCRATCH/output" >&2; die "passerelle $* failed in the image"; }
}

stop_server() {
  [ -n "$SERVER" ] || return 0
  kill "$SERVER" 2>/dev/null || true
  wait "$SERVER" 2>/dev/null || true
  SERVER=
}

is_ready() (
  exec 2>/dev/null
  exec 3<>"/dev/tcp/127.0.0.1/$PORT" || exit 1
  printf 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  read -r -t 2 status <&3
  [[ $status == *' 200 '* ]]
)

# Starts the server. Succeeds if it becomes ready within two minutes; fails early if it exits.
comes_up() {
  (inside /usr/bin/passerelle serve) >"$SCRATCH/server.log" 2>&1 &
  SERVER=$!
  for _ in $(seq 1200); do
    if is_ready; then return 0; fi
    kill -0 "$SERVER" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

[ -x "$BINARY" ] || die "no binary at $BINARY: run cargo build --release first"
check_context
assemble
add_shared_objects
read_environment
run --help
run keys new /data/sealing.keys
run config check
run migrate
say "passerelle serve"
comes_up || { cat "$SCRATCH/server.log" >&2; die "waited two minutes for serve to become ready in the image; its output is above"; }
say "ready; running the HEALTHCHECK of the image"
final_stage | grep -q '^HEALTHCHECK .*CMD \["/usr/bin/passerelle", "health"\]$' || die "the HEALTHCHECK must be: /usr/bin/passerelle health"
run health
stop_server
if (inside /usr/bin/passerelle health) >/dev/null 2>&1; then die "the health check succeeds although the server is stopped"; fi

# Checks this test: an image without its CA bundle must not become ready, otherwise a missing bundle would go unnoticed.
rm "$ROOT/etc/ssl/certs/ca-certificates.crt"
if comes_up; then die "serve became ready without a CA bundle"; fi
stop_server
say "the image's content runs as $IMAGE_USER on a read-only root"
