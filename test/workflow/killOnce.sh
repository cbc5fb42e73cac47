#!/bin/bash
# glassy-motifs as the workflow's test calls it: on Slurm, the first training of latent-2 is killed once it has a
# checkpoint, and its job is canceled, as where a node fails. A note says so, and what its next attempt goes on from.
set -euo pipefail
main=$(dirname "$0")/../../bin/glassy-motifs.js
note=killed.txt
if [ "$1" != train ] || [[ "$*" != *latent-2* ]] || [ -z "${SLURM_JOB_ID:-}" ]; then exec node "$main" "$@"; fi

checkpoint=$(sed -E 's/.*--checkpoint ([^ ]+).*/\1/' <<<"$*")
if [ -f $note ]; then
  sha256sum "$checkpoint" >>$note
  exec node "$main" "$@"
fi
node "$main" "$@" &
until [ -f "$checkpoint" ]; do sleep 0.01; done
kill -KILL $!
sha256sum "$checkpoint" >$note
scancel "$SLURM_JOB_ID"
sleep 600
