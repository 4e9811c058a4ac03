#!/usr/bin/env bash
# Sets up a fresh Debian 12 machine, builds, and runs the demo: a mesh of four proxies and three services.
#   app/run.sh               installs, builds, runs the demo (without a display: offscreen, prints what it shows, ends)
#   app/run.sh --build-only  stops after the build
#   app/run.sh ARGUMENTS     passes other arguments to the program instead of --demo
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/app/setup.sh"
install_packages
began=$SECONDS
configure release
build release meshwright meshwright-cli meshwright-proxy meshwright-demo-service
say "Built in $((SECONDS - began)) s: $root/build/bin/{meshwright,meshwright-cli,meshwright-proxy}"
[ "${1:-}" = --build-only ] && exit 0
if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    export QT_QPA_PLATFORM=offscreen
    [ $# -gt 0 ] || set -- --demo --headless-report "$root/build/demo"
fi
[ $# -gt 0 ] || set -- --demo
exec "$root/build/bin/meshwright" "$@"
