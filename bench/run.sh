#!/usr/bin/env bash
# Measures this library against numpy, scipy, scikit-learn, cvxopt and PyTorch and writes bench/RESULTS.md.
# Debian: python3-numpy python3-scipy python3-sklearn python3-cvxopt python3-torch libopenblas0-pthread
# Arguments: beginnings of the titles of the workloads to run (all without any); NTK_BENCH_ROUNDS sets the rounds.
set -euo pipefail
cd "$(dirname "$0")"
dotnet build NtkTheory.Benchmarks -c Release -v q --nologo
dotnet build ../src/NtkTheory.Cli -c Release -v q --nologo
python=/usr/bin/python3
"$python" peers/compare.py RESULTS.md "dotnet NtkTheory.Benchmarks/bin/Release/net10.0/NtkTheory.Benchmarks.dll serve" "$@"
