import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import { siliconStillingerWeber } from '../../../src/materials';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { type RelaxOptions, readExtxyz, relaxStructure, type Structure } from '../../../src/structures';
import { cluster, crystal, DIAMOND, expectClose, rattle, rotateStructure } from '../../evaluate/helpers';
import { stillingerWeber } from '../../materials/silicon/energies';
import { rotate } from '../../motifs/points';

const diamond = crystal(DIAMOND, 5.431, 2);
const noisy = rattle(diamond, 0.1, 3);

/** The slow way down, that shares nothing with the minimizer: short steps along the forces, shorter when they fail. */
function steepestDescent(structure: Structure, steps: number): Structure {
  let { positions } = structure;
  let { energy, forces } = stillingerWeber(structure);
  let length = 0.01;
  for (let s = 0; s < steps; s++) {
    const moved = positions.map((x, c) => x + length * forces[c]);
    const next = stillingerWeber({ ...structure, positions: moved });
    length *= next.energy < energy ? 1.1 : 0.5;
    if (next.energy < energy) {
      positions = moved;
      ({ energy, forces } = next);
    }
  }
  return { ...structure, positions };
}

const relax = (structure: Structure, options?: RelaxOptions) =>
  relaxStructure(structure, siliconStillingerWeber(), options);

describe('relaxStructure', () => {
  it('returns noisy diamond to diamond, −4.3366 eV/atom at 5.431 Å', () => {
    const found = relax(noisy, { forceTolerance: 1e-5 });
    expect(found.converged).toBe(true);
    expect(found.energyBefore).toBeGreaterThan(-4.2);
    expect(found.energyAfter).toBeCloseTo(-4.3366, 4);
    expect(found.energyAfter).toBeCloseTo(stillingerWeber(diamond).energy / 64, 8);
  });

  it('leaves diamond where it is', () => {
    const { structure, steps, converged, energyAfter, energyBefore } = relax(diamond);
    expect(structure.positions).toEqual(diamond.positions);
    expect({ steps, converged }).toEqual({ steps: 0, converged: true });
    expect(energyAfter).toBe(energyBefore);
  });

  it('tells energies and forces that the potential confirms, and changes no argument', () => {
    const before = noisy.positions.slice();
    const found = relax(noisy, { steps: 7 });
    expect(noisy.positions).toEqual(before);
    const { energy, forces } = stillingerWeber(found.structure);
    expect(found.energyBefore).toBeCloseTo(stillingerWeber(noisy).energy / 64, 10);
    expect(found.energyAfter).toBeCloseTo(energy / 64, 10);
    const lengths = Array.from({ length: 64 }, (_, i) => Math.hypot(...forces.subarray(3 * i, 3 * i + 3)));
    expect(found.largestForce).toBeCloseTo(Math.max(...lengths), 8);
    expect(found).toMatchObject({ steps: 7, converged: false });
  });

  it('never raises the energy, whatever the number of steps', () => {
    const energies = [0, 1, 2, 4, 8, 16].map((steps) => relax(noisy, { steps }).energyAfter);
    expect(energies[0]).toBe(relax(noisy).energyBefore);
    for (let k = 1; k < energies.length; k++) expect(energies[k]).toBeLessThan(energies[k - 1]);
  });

  it('agrees with steepest descent on a cluster of five', () => {
    const corners = [1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1].map((x) => (2.4 * x) / Math.sqrt(3));
    const start = rattle(cluster([0, 0, 0, ...corners]), 0.1, 5);
    const found = relax(start, { forceTolerance: 1e-7 });
    expect(found.energyAfter).toBeCloseTo(stillingerWeber(steepestDescent(start, 2000)).energy / 5, 7);
  });

  it('brings two atoms to the distance of the least pair energy, 2^(1/6) σ', () => {
    const { structure, energyAfter } = relax(cluster([0, 0, 0, 1, 0, 0]), { forceTolerance: 1e-8 });
    expect(structure.positions[3] - structure.positions[0]).toBeCloseTo(2 ** (1 / 6) * 2.0951, 4);
    expect(energyAfter).toBeCloseTo(-2.1683 / 2, 6);
  });

  it('turns, moves and repeats with the structure', () => {
    const start = rattle(crystal(DIAMOND, 5.431, 1), 0.1, 4);
    const options = { steps: 10 };
    const { structure, energyAfter } = relax(start, options);
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rng = createRng(seed);
        const q = randomRotation(rng);
        const turned = relax(rotateStructure(start, q), options);
        expectClose(turned.structure.positions, rotate(structure.positions, q), 6);
        const shift = [rng.normal(), rng.normal(), rng.normal()];
        const positions = start.positions.map((x, c) => x + 9 * shift[c % 3]);
        expect(relax({ ...start, positions }, options).energyAfter).toBeCloseTo(energyAfter, 8);
      }),
      { seed: 1, numRuns: 5 },
    );
    expect(relax(start, options).structure.positions).toEqual(structure.positions);
  });

  it('moves atoms alike in any order', () => {
    const order = Int32Array.from({ length: 64 }, (_, i) => i);
    createRng(6).shuffle(order);
    const shuffled = noisy.positions.map((_, c) => noisy.positions[3 * order[Math.floor(c / 3)] + (c % 3)]);
    const found = relax({ ...noisy, positions: shuffled }, { steps: 10 }).structure.positions;
    const { positions } = relax(noisy, { steps: 10 }).structure;
    found.forEach((x, c) => {
      expect(x).toBeCloseTo(positions[3 * order[Math.floor(c / 3)] + (c % 3)], 8);
    });
  });

  it('moves the movable atoms only, feeling the others', () => {
    const found = relax(noisy, { movable: [3, 17], forceTolerance: 1e-6 });
    expect(found.converged).toBe(true);
    const { forces } = stillingerWeber(found.structure);
    for (let c = 0; c < noisy.positions.length; c++) {
      const movable = [3, 17].includes(Math.floor(c / 3));
      if (movable) expect(Math.abs(forces[c])).toBeLessThan(1e-6);
      else expect(found.structure.positions[c]).toBe(noisy.positions[c]);
    }
    expect(relax(noisy, { movable: [] })).toMatchObject({ steps: 0, converged: true, largestForce: 0 });
  });

  it('survives atoms 1 Å apart, where forces are thousands of eV/Å', () => {
    const start = { ...diamond, positions: diamond.positions.slice() };
    for (let c = 0; c < 3; c++) start.positions[3 * 5 + c] = start.positions[3 * 4 + c] + 0.58;
    const found = relax(start);
    expect(found.converged).toBe(true);
    expect(found.energyAfter).toBeLessThan(-4);
    const random = createRng(2);
    const gas = relax({ ...diamond, positions: diamond.positions.map(() => 10.862 * random.uniform()) });
    expect(gas.converged).toBe(true);
    expect(gas.energyAfter).toBeLessThan(-3.5);
  });

  it('relaxes 512 atoms moved by 0.1 Å to 0.01 eV/Å in fewer than 100 force calls', () => {
    const [cell] = readExtxyz('data/a-si/a-si-512-10.extxyz');
    const found = relax(rattle(cell, 0.1, 1));
    expect(found.converged).toBe(true);
    expect(found.largestForce).toBeLessThanOrEqual(0.01);
    expect(found.forceCalls).toBeLessThan(100);
  });

  it('takes a single atom and a crystal of one atom a cell', () => {
    expect(relax(cluster([1, 2, 3]))).toMatchObject({ energyBefore: 0, energyAfter: 0, converged: true });
    expect(relax(crystal([[0, 0, 0]], 2.5, 1)).steps).toBe(0);
  });

  it('refuses by name what it cannot relax', () => {
    expect(() => relax(cluster([]))).toThrow(/structure: found no atoms/);
    expect(() => relax(cluster([0, 0, 0, 0, 0, 0]))).toThrow(/atoms 0 and 1: found 0 Å apart/);
    expect(() => relax(diamond, { steps: -1 })).toThrow(/option steps/);
    expect(() => relax(diamond, { forceTolerance: 0 })).toThrow(/option forceTolerance/);
    expect(() => relax(diamond, { largestStep: Number.NaN })).toThrow(/option largestStep/);
    expect(() => relax(diamond, { movable: [64] })).toThrow(/option movable\[0\]: found 64/);
    expect(() => relax(diamond, { movable: [1, 1] })).toThrow(/a second time/);
    expect(() => relax(diamond, { step: 3 } as never)).toThrow(/option step/);
    expect(() => relax({ ...diamond, positions: diamond.positions.slice().fill(Number.NaN, 3, 4) })).toThrow(
      InputError,
    );
  });
});
