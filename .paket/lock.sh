#!/usr/bin/env bash
# Writes paket.lock anew from paket.dependencies.
# Paket learns what a package depends on from the package itself where the feed does not say,
# so it resolves until the lock stays the same; then the feed's address goes out of the lock again.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet tool restore >/dev/null
: "${NTK_NUGET_FEED:=$(dotnet nuget list source --format short | sed -n 's|^E[A-Z]* \(https\{0,1\}:.*\)$|\1|p' | head -n 1)}"
export NTK_NUGET_FEED
before=
for _ in 1 2 3 4 5 6 7 8 9; do
    dotnet paket update --silent --no-install
    dotnet paket restore --silent
    now=$(cat paket.lock)
    [ "$now" = "$before" ] && break
    before=$now
done
sed -i 's|^\( *remote: \)https\{0,1\}:.*|\1%NTK_NUGET_FEED%|' paket.lock
dotnet msbuild .paket/bootstrap.proj -t:Bootstrap -v:q -nologo
