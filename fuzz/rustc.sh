#!/bin/sh
# Wrapper for rustc that adds the coverage counters of libFuzzer to the fuzzed crates. These flags work with stable Rust,
# so neither a nightly toolchain nor cargo-fuzz is needed.
case "${CARGO_PKG_NAME:-}/${CARGO_CRATE_NAME:-}" in
  */build_script_*) ;;
  passerelle/* | passerelle-fuzz/* | serde_json/* | url/* | form_urlencoded/* | openidconnect/*)
    exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
      -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
      -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
esac
exec "$@"
