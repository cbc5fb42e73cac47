#!/bin/bash
# A Slurm of one node on this machine, for tests: slurm.sh start FOLDER | slurm.sh stop FOLDER. Needs slurm-wlm and munge.
# After the start, the commands in FOLDER/bin talk to it: jobs do not keep SLURM_CONF, but they keep PATH.
set -euo pipefail
[ $# = 2 ] || { sed -n 2,3p "$0"; exit 1; }
folder=$(realpath -m "$2")
export PATH=$PATH:/usr/sbin:/sbin SLURM_CONF=$folder/slurm.conf

start() {
  mkdir -p "$folder/state" "$folder/spool" "$folder/munge"
  chmod 711 "$folder" && chmod 700 "$folder/munge"
  head -c 1024 /dev/urandom >"$folder/munge/key" && chmod 400 "$folder/munge/key"
  # The socket's path has at most 107 characters, and others must reach it.
  munged --force --socket="$folder/munge.socket" --key-file="$folder/munge/key" --pid-file="$folder/munge/pid" \
    --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
  local host ports
  host=$(hostname -s)
  read -r -a ports < <(python3 -c 'import socket
s = [socket.socket() for _ in range(2)]
for one in s: one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in s))')
  cat >"$SLURM_CONF" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
KillWait=5
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1
NodeName=$host NodeAddr=127.0.0.1 CPUs=4 RealMemory=8000 State=UNKNOWN
PartitionName=test Nodes=$host Default=YES MaxTime=UNLIMITED State=UP
CONF
  mkdir "$folder/bin"
  local command
  for command in sbatch scancel scontrol sinfo squeue srun; do
    printf '#!/bin/sh\nSLURM_CONF=%s exec %s "$@"\n' "$SLURM_CONF" "$(command -v $command)" >"$folder/bin/$command"
  done
  chmod +x "$folder"/bin/*
  slurmctld
  slurmd
  for _ in $(seq 60); do
    if sinfo --noheader --states=idle 2>/dev/null | grep -q test; then return 0; fi
    sleep 0.5
  done
  tail -n 5 "$folder"/slurm*.log >&2
  return 1
}

stop() {
  local file pid
  for file in "$folder"/slurmd.pid "$folder"/slurmctld.pid "$folder"/munge/pid; do
    [ -f "$file" ] || continue
    pid=$(cat "$file")
    kill "$pid" 2>/dev/null || continue
    while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
  done
}

"$1"
