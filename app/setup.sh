# Sourced by app/run.sh and tests/run.sh: installs what is missing, configures and builds. Functions only.
# A second run finds everything in place and takes seconds.

say() { printf '\033[1m== %s\033[0m\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"
    else die "root or sudo is needed to install Debian packages: $*"; fi
}

# Installs the Debian packages of resources/packages/debian.txt that are not there yet.
install_packages() {
    command -v dpkg-query >/dev/null || die "this is not Debian: install what resources/packages/debian.txt lists by hand"
    local wanted missing
    wanted=$(sed 's/#.*//' "$root/resources/packages/debian.txt" | xargs)
    missing=$(for p in $wanted; do
        dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$p"; done)
    [ -z "$missing" ] && return
    say "Installing Debian packages: $missing"
    as_root apt-get update -qq || die "the package lists cannot be fetched: is there a network?"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing ||
        die "these Debian packages could not be installed: $missing"
}

# configure PRESET [CMAKE ARGUMENT...]
configure() {
    say "Configuring ($1)"
    (cd "$root" && cmake --preset "$@" >"$root/.configure.log" 2>&1) ||
        { tail -n 30 "$root/.configure.log" >&2; die "configuring failed; the whole log is .configure.log"; }
}

# build PRESET [TARGET...]
build() {
    local preset=$1; shift
    say "Building ($preset); the first time takes some minutes"
    (cd "$root" && cmake --build --preset "$preset" ${1:+--target "$@"}) || die "the build failed: see the first error above"
}
