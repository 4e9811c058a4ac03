#!/usr/bin/env bash
# Sets up a fresh Debian 12 machine, builds everything, runs every test.
#   tests/run.sh             developers' build (warnings are errors), all tests
#   tests/run.sh --sanitize  the same, with the fuzz targets for a minute each, then the tests once more
#                            under AddressSanitizer and UBSan
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/app/setup.sh"
export QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 FUZZ_SECONDS=60
sanitize=OFF
[ "${1:-}" = --sanitize ] && sanitize=ON
failed=0
run_tests() { # run_tests PRESET [CTEST ARGUMENT...]
    local dir="$root/build-$1"
    say "Testing ($1)"
    shift
    ctest --test-dir "$dir" --output-on-failure --no-tests=error "$@" | tee "$dir/tests.log" || failed=1
}

rm -f "$root"/build-*/tests.log
install_packages
configure dev -DMESHWRIGHT_FUZZ=$sanitize
build dev
run_tests dev
if [ $sanitize = ON ]; then
    configure asan
    build asan
    run_tests asan -LE layers
fi
total=$(grep -hoE 'tests failed out of [0-9]+' "$root"/build-*/tests.log | awk '{n += $NF} END {print n + 0}')
bad=$(grep -hoE '[0-9]+ tests failed out of' "$root"/build-*/tests.log | awk '{n += $1} END {print n + 0}')
echo "$((total - bad)) passed, $bad failed"
exit $failed
