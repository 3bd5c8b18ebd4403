#!/bin/sh
# Cargo runs this in place of rustc: it adds the counters that libFuzzer steers by, where there is something to find.
# These flags are stable Rust's own, so neither a nightly toolchain nor cargo-fuzz is needed.
case "${CARGO_PKG_NAME:-}/${CARGO_CRATE_NAME:-}" in
  */build_script_*) ;;
  passerelle/* | passerelle-fuzz/* | serde_json/* | url/* | form_urlencoded/* | openidconnect/*)
    exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
      -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
      -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
esac
exec "$@"
