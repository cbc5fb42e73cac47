"""Times of the peers of bench/structures.bench.mjs. run: python structures_peers.py CASE FILE; prints JSON."""
import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import ase
import matscipy
import vesin
from ase.io import read, write
from ase.neighborlist import neighbor_list
from matscipy.neighbours import neighbour_list

CUTOFF = 4.0
case, path = sys.argv[1:3]


def times(function, repeats):
    """Seconds of each call."""
    result = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        result.append(time.perf_counter() - start)
    return result


def by_vesin(atoms, ordered=False):
    calculator = vesin.NeighborList(cutoff=CUTOFF, full_list=True, sorted=ordered)
    return lambda: calculator.compute(points=atoms.positions, box=atoms.cell.array, periodic=True, quantities="ijSDd")


if case == "list":
    atoms = read(path)
    timings = {
        f"vesin {vesin.__version__}": times(by_vesin(atoms), 200),
        f"vesin {vesin.__version__}, sorted": times(by_vesin(atoms, True), 200),
        f"matscipy {matscipy.__version__}": times(lambda: neighbour_list("ijSDd", atoms, CUTOFF), 100),
        f"ase {ase.__version__}": times(lambda: neighbor_list("ijSDd", atoms, CUTOFF), 5),
    }
elif case == "large":
    atoms = read(path).repeat((12, 12, 14))
    timings = {f"vesin {vesin.__version__}": times(by_vesin(atoms), 1)}
else:
    frame = read(path)
    timings = {
        f"ase {ase.__version__}, read": times(lambda: read(path), 2),
        f"ase {ase.__version__}, write": times(lambda: write(path + ".out", frame, format="extxyz"), 2),
    }
print(json.dumps(timings))
