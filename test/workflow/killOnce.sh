#!/bin/bash
# glassy-motifs as the workflow's test calls it: the first training of latent-2 is killed by Slurm once it has a
# checkpoint, as by a node that fails. A note beside the results says so, and how far it was when it went on.
set -euo pipefail
node_main=$(dirname "$0")/../../bin/glassy-motifs.js
note=killed.txt
if [ "$1" != train ] || [[ "$*" != *latent-2* ]] || [ -z "${SLURM_JOB_ID:-}" ]; then exec node "$node_main" "$@"; fi

checkpoint=$(sed -E 's/.*--checkpoint ([^ ]+).*/\1/' <<<"$*")
if [ -f $note ]; then
  sha256sum "$checkpoint" >>$note
  exec node "$node_main" "$@"
fi
node "$node_main" "$@" &
until [ -f "$checkpoint" ]; do sleep 0.01; done
kill -STOP $!
sha256sum "$checkpoint" >$note
scancel --signal=KILL --full "$SLURM_JOB_ID"
wait
