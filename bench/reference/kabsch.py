"""Kabsch synchronization of all pairs at once by numpy: one line a round with its seconds, the last rmsd sum first.

Usage: kabsch.py PAIRS.bin COUNT ATOMS ROUNDS; the file holds references, then moving, as float64.
"""

import sys
import time

import numpy as np

path, count, atoms, rounds = sys.argv[1], *map(int, sys.argv[2:5])
x, y = np.fromfile(path).reshape(2, count, atoms, 3)


def synchronize(x, y):
    u, _, vt = np.linalg.svd(np.swapaxes(x, 1, 2) @ y)
    u[:, :, 2] *= np.sign(np.linalg.det(u @ vt))[:, None]
    rotation = u @ vt
    moved = y @ np.swapaxes(rotation, 1, 2)
    return rotation, moved, np.sqrt(np.mean(np.sum((x - moved) ** 2, axis=2), axis=1))


print(repr(float(synchronize(x, y)[2].sum())))
for _ in range(rounds):
    begun = time.perf_counter()
    synchronize(x, y)
    print(time.perf_counter() - begun)
