#!/bin/bash
# Tries workflow/ as its users do, on toy cells: on local cores; on a Slurm of one node, one training killed in the
# middle, to the same bytes; and the plan of 10,000 jobs. Where there is no Slurm and it cannot be installed, says so.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
tools=$root/.cache/workflow/bin
folder=$(mktemp -d /tmp/glassy-workflow-XXXXXX)
trap 'if [ -d "$folder/slurm" ]; then "$root/test/workflow/slurm.sh" stop "$folder/slurm"; fi; rm -rf "$folder"' EXIT

if ! cmp -s workflow/requirements.txt .cache/workflow/requirements.txt; then
  python3 -m venv --clear .cache/workflow
  "$tools/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r workflow/requirements.txt
  cp workflow/requirements.txt .cache/workflow/
fi

# Toy cells near a cubic lattice, and a configuration of seconds.
python3 - "$folder" <<'PYTHON'
import random, sys
for seed, name in enumerate(["train", "validation", "test"]):
    random.seed(seed)
    rows = ["Si " + " ".join(str(2.4 * k + random.gauss(0, 0.15)) for k in (i % 3, i // 3 % 3, i // 9)) for i in range(27)]
    head = 'Lattice="7.2 0 0 0 7.2 0 0 0 7.2" pbc="T T T" Properties=species:S:1:pos:R:3'
    with open(f"{sys.argv[1]}/{name}.extxyz", "w") as file:
        file.write("\n".join(["27", f"{head} name={name}", *rows, ""]))
PYTHON
cat >"$folder/toy.yaml" <<YAML
glassy: bash $root/test/workflow/killOnce.sh
threads: 1
data: {train: [../train.extxyz], validation: [../validation.extxyz], test: [../test.extxyz]}
motifs:
  seeds: [0]
  grid: [[--latent 2, --latent 3]]
  train: --epochs 100
  sample: --number 20
  judge: --resamples 2
cells:
  seeds: [0]
  train: --steps 2 --channels 8 --layers 1
  shards: 2
  number: 1
  make: --atoms 8 --density 2.28 --steps 4
  judge: --resamples 2
YAML

run() { # PROFILE FOLDER OPTION...
  mkdir -p "$folder/$2"
  (
    cd "$folder/$2"
    "$tools/snakemake" "${@:3}" --snakefile "$root/workflow/Snakefile" --profile "$root/workflow/profiles/$1" \
      --configfile "$folder/toy.yaml" >log.txt 2>&1
  ) || {
    tail -n 60 "$folder/$2/log.txt" >&2
    return 1
  }
}

say() { echo "workflow: $*"; }

run local local
[ -s "$folder/local/results/metrics.parquet" ]
[ -s "$folder/local/results/report.html" ]
"$tools/python" - "$folder/local/results" <<'PYTHON'
import csv, pathlib, sys
found = sorted({row["set"] for path in pathlib.Path(sys.argv[1]).glob("judged*/**/*.csv") for row in csv.DictReader(open(path))})
assert found == ["cells/seed-0/0", "cells/seed-0/1", "latent-2/seed-0", "latent-3/seed-0"], found
PYTHON
say "$(grep -o '[0-9]* of [0-9]* steps (100%) done' "$folder/local/log.txt") on local cores"

begun=$(date +%s)
seeds=$(seq -s, 0 3332)
run local plan --dry-run --quiet rules --config "motifs={seeds: [$seeds], grid: [[--latent 2]]}" "cells={seeds: []}"
jobs=$(awk '$1 == "total" { print $2; exit }' "$folder/plan/log.txt")
[ "$jobs" -ge 10000 ]
say "$jobs jobs planned in $(($(date +%s) - begun)) s"

if ! command -v sbatch >/dev/null || ! PATH=$PATH:/usr/sbin command -v munged >/dev/null; then
  as_root=$([ "$(id -u)" = 0 ] || echo "sudo --non-interactive")
  if ! { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq \
    --no-install-recommends slurm-wlm munge; } >"$folder/apt.txt" 2>&1; then
    say "SKIPPED on Slurm, which is not here and cannot be installed: $(tail -n 1 "$folder/apt.txt")"
    exit 0
  fi
fi
test/workflow/slurm.sh start "$folder/slurm"
export PATH=$folder/slurm/bin:$PATH
# One model and one shard of cells to the end; the cluster keeps no accounts, and its jobs take seconds.
run slurm slurm results/judged/latent-2/seed-0.csv results/judged-cells/seed-0/1.csv --slurm-no-account \
  --slurm-status-command squeue --slurm-init-seconds-before-status-checks 3 --seconds-between-status-checks 3 \
  --latency-wait 10
# Killed with a checkpoint, and gone on from the same one.
[ "$(uniq "$folder/slurm/killed.txt" | wc -l)" = 1 ]
[ "$(wc -l <"$folder/slurm/killed.txt")" = 2 ]
# Histories and checkpoints tell seconds.
for file in $(cd "$folder/slurm/results" && find . -name '*.log' -o -name '*.checkpoint.json' -o -path './checkpoints/*' -o -path './models/*.csv' -o -type f -print); do
  cmp "$folder/local/results/$file" "$folder/slurm/results/$file"
done
say "$(grep -o '[0-9]* of [0-9]* steps (100%) done' "$folder/slurm/log.txt") on Slurm, one killed in the middle: the same bytes"
