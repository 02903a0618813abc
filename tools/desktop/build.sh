#!/bin/sh
# Builds the agents' desktop page into tools/desktop/dist, where its sources are newer than the last build. Needs Node.js 20.19 or newer and npm.
#   tools/desktop/build.sh            builds; one sentence and exit code 1 where it cannot
#   tools/desktop/build.sh --check    exit code 0 when there is nothing to build
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 1
cd "$here" || exit 1
say() { printf '%s\n' "desktop page: $*" >&2; }

newer_than() {
    find src index.html package.json package-lock.json tsconfig.json vite.config.ts -type f -newer "$1" -print 2>/dev/null | head -n 1
}
is_fresh() { [ -f dist/index.html ] && [ -f dist/.built ] && [ -z "$(newer_than dist/.built)" ]; }

# A build that failed is tried again when the sources change, and otherwise after ten minutes: it must not slow every start down.
failed_lately() { [ -f .failed ] && [ -z "$(newer_than .failed)" ] && [ -z "$(find .failed -mmin +10 -print)" ]; }

has_node() {
    command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 \
        && node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' >/dev/null 2>&1
}

if [ "${1-}" = --check ]; then
    is_fresh || ! has_node || failed_lately
    exit $?
fi

is_fresh && exit 0
if ! has_node; then
    say "Node.js 20.19 or newer and npm are not there; without them the page /desktop is left out"
    exit 1
fi

limited() { if command -v timeout >/dev/null 2>&1; then timeout 120 "$@"; else "$@"; fi; }

fail() {
    touch .failed
    say "$1 (the log is tools/desktop/build.log); without it the page /desktop is left out"
    exit 1
}

# One build at a time.
if command -v flock >/dev/null 2>&1; then
    exec 8>.lock
    flock 8 || exit 1
    is_fresh && exit 0
fi

: >build.log
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say "fetching its packages (once) ..."
    # A registry that is out of reach must not hold a start of the engine up for long.
    limited npm ci --no-audit --no-fund --fetch-retries 1 --fetch-timeout 30000 >>build.log 2>&1 8>&- || fail "its npm packages cannot be had"
    touch node_modules/.package-lock.json
fi

# Beside the old one, then in its place: an engine that starts meanwhile reads a whole page.
rm -rf dist.new
node_modules/.bin/vite build --outDir dist.new --logLevel warn >>build.log 2>&1 8>&- || fail "it cannot be built"
touch dist.new/.built
rm -rf dist
mv dist.new dist
rm -f .failed
