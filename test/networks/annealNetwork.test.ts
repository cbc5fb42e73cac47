import { describe, expect, it } from 'vitest';
import { type AnnealProgress, annealNetwork } from '../../data/make/networks/annealNetwork';
import { randomCell } from '../../src/diffusion';
import { bondAngles } from '../../src/evaluate';
import { siliconStillingerWeber } from '../../src/materials';
import { neighborList, relaxStructure } from '../../src/structures';
import { cluster } from '../evaluate/helpers';
import { stillingerWeber } from '../materials/silicon/energies';
import { diamond, RANDOM } from './networks';

const start = randomCell({ ...RANDOM, atoms: 64, seed: 5 });
const quick = { sweeps: 300, energy: 0 };

function angleDeviation(angles: Float64Array): number {
  const mean = angles.reduce((sum, x) => sum + x, 0) / angles.length;
  return (Math.sqrt(angles.reduce((sum, x) => sum + (x - mean) ** 2, 0) / angles.length) * 180) / Math.PI;
}

describe('annealNetwork', () => {
  it('makes a network of random atoms that relaxation alone does not find', () => {
    const found = annealNetwork(start, { ...quick, sweeps: 1000 });
    const relaxed = relaxStructure(start, siliconStillingerWeber()).structure;
    expect(found.energyAfter).toBeLessThan(0.6 * found.energyBefore);
    expect(stillingerWeber(found.structure).energy).toBeLessThan(stillingerWeber(relaxed).energy);
    expect(angleDeviation(bondAngles(found.structure))).toBeLessThan(0.8 * angleDeviation(bondAngles(relaxed)));
    expect(Math.min(...neighborList(found.structure, 4).distances)).toBeGreaterThan(2);
  });

  it('gives the same bytes for the same seed, and changes no argument', () => {
    const before = start.positions.slice();
    const first = annealNetwork(start, { ...quick, seed: 2 });
    expect(annealNetwork(start, { ...quick, seed: 2 })).toEqual(first);
    expect(annealNetwork(start, { ...quick, seed: 3 }).structure.positions).not.toEqual(first.structure.positions);
    expect(start.positions).toEqual(before);
  });

  it('tells of its way, stops when told and at the energy asked for', () => {
    const seen: AnnealProgress[] = [];
    const all = annealNetwork(start, { ...quick, onProgress: (p) => void seen.push(p) });
    expect(seen.length).toBe(100);
    expect(seen[99]).toMatchObject({ sweeps: 300, temperature: 0.3, accepted: all.accepted });
    seen.slice(1).forEach((p, k) => {
      expect(p.temperature).toBeLessThan(seen[k].temperature);
    });
    const stopped = annealNetwork(start, { ...quick, onProgress: ({ sweeps }) => sweeps < 30 });
    expect(stopped.tried).toBe(30 * 64);
    const target = annealNetwork(start, { sweeps: 300, energy: seen[40].energy });
    expect(target.tried).toBeLessThanOrEqual(41 * 3 * 64);
    expect(target.energyAfter).toBeLessThanOrEqual(seen[40].energy);
  });

  it('keeps the cell and returns atoms inside it, four bonds each', () => {
    const { structure, bonds } = annealNetwork(start, { ...quick, relax: false });
    const edge = start.lattice[0];
    expect(structure.lattice).toEqual(start.lattice);
    for (const x of structure.positions) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(edge);
    }
    expect(bonds.length).toBe(256);
    bonds.forEach((j, slot) => {
      expect(Array.from(bonds.subarray(4 * j, 4 * j + 4))).toContain(slot >> 2);
    });
  });

  it('leaves diamond what it is', () => {
    const { structure, accepted, energyAfter } = annealNetwork(diamond, {
      sweeps: 50,
      temperatures: [0.1, 0.1],
      energy: 0,
    });
    expect(accepted).toBe(0);
    expect(energyAfter).toBeLessThan(1e-3);
    expect(stillingerWeber(structure).energy / 64).toBeCloseTo(-4.3366, 3);
  });

  it('refuses by name what it cannot do', () => {
    expect(() => annealNetwork(start, { sweeps: -1 })).toThrow(/option sweeps/);
    expect(() => annealNetwork(start, { temperatures: [0.2, 0.3] })).toThrow(/option temperatures: found 0.2, 0.3/);
    expect(() => annealNetwork(start, { energy: Number.NaN })).toThrow(/option energy/);
    expect(() => annealNetwork(start, { seed: 0.5 })).toThrow(/option seed/);
    expect(() => annealNetwork(start, { steps: 3 } as never)).toThrow(/option steps/);
    expect(() => annealNetwork(cluster([0, 0, 0]))).toThrow(/pbc/);
    expect(() => annealNetwork(randomCell({ ...RANDOM, atoms: 8, species: 'Ge' }))).toThrow(
      /atom 0: found Ge, expected Si/,
    );
  });
});
