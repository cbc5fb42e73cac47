import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import { motifEnergies } from '../../../src/evaluate';
import { siliconStillingerWeber } from '../../../src/materials';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { neighborList, readExtxyz, type Structure } from '../../../src/structures';
import { readFixture, siliconCell } from '../../evaluate/fixtures';
import { cluster, crystal, DIAMOND, expectClose, rattle, rotateStructure } from '../../evaluate/helpers';
import { rotate } from '../../motifs/points';
import { stillingerWeber } from './energies';

interface Entry {
  name: string;
  energy: number;
  forces: number[];
  lattice?: number[];
  positions?: number[];
}

const rattled = rattle(crystal(DIAMOND, 5.431, 1), 0.25, 9);

describe('siliconStillingerWeber', () => {
  it.each(readFixture<Entry[]>('stillinger-weber.json'))('agrees with LAMMPS to 1e-6 eV: $name', (entry) => {
    const structure: Structure =
      entry.lattice && entry.positions
        ? siliconCell({ lattice: entry.lattice, positions: entry.positions })
        : readExtxyz('data/a-si/a-si-512-01.extxyz')[0];
    const { energy, forces } = stillingerWeber(structure);
    expect(Math.abs(energy - entry.energy)).toBeLessThan(1e-6);
    expectClose(forces.subarray(0, entry.forces.length), entry.forces, 6);
  });

  it('gives diamond −2ε per atom near its minimum, without forces', () => {
    const { energies, forces } = stillingerWeber(crystal(DIAMOND, 5.431, 1));
    for (const energy of energies) expect(energy).toBeCloseTo(-2 * 2.1683, 5);
    for (const force of forces) expect(Math.abs(force)).toBeLessThan(1e-9);
  });

  it('has forces equal to finite differences, across the cutoff too', () => {
    const { forces } = stillingerWeber(rattled);
    const step = 1e-5;
    for (let i = 0; i < forces.length; i++) {
      const energyAt = (shift: number): number => {
        const positions = rattled.positions.slice();
        positions[i] += shift;
        return stillingerWeber({ ...rattled, positions }).energy;
      };
      expect(forces[i]).toBeCloseTo((energyAt(-step) - energyAt(step)) / (2 * step), 6);
    }
  });

  it('keeps momentum, and turns with the structure', () => {
    const { energy, forces } = stillingerWeber(rattled);
    for (let c = 0; c < 3; c++) {
      expect(forces.reduce((sum, f, i) => (i % 3 === c ? sum + f : sum), 0)).toBeCloseTo(0, 9);
    }
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const q = randomRotation(createRng(seed));
        const turned = stillingerWeber(rotateStructure(rattled, q));
        expect(turned.energy).toBeCloseTo(energy, 9);
        expectClose(turned.forces, rotate(forces, q), 8);
      }),
      { seed: 1, numRuns: 5 },
    );
  });

  it('is zero beyond the cutoff and refuses an empty structure', () => {
    expect(stillingerWeber(cluster([0, 0, 0, 3.78, 0, 0])).energy).toBe(0);
    expect(stillingerWeber(cluster([0, 0, 0, 3.76, 0, 0])).energy).not.toBe(0);
    expect(() => stillingerWeber(cluster([]))).toThrow(InputError);
  });
});

describe('motifEnergies', () => {
  it('sums over the motifs of a cell to the energy of the cell', () => {
    const { offsets, vectors } = neighborList(rattled, 4.2);
    const { energies } = stillingerWeber(rattled);
    for (let i = 0; i < energies.length; i++) {
      const motif = vectors.slice(3 * offsets[i], 3 * offsets[i + 1]);
      expect(motifEnergies(motif, motif.length / 3, siliconStillingerWeber())[0]).toBeCloseTo(energies[i], 10);
    }
  });
});
