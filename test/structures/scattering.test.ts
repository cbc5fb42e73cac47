import { describe, expect, it } from 'vitest';
import { createRng, InputError, type Rng } from '../../src/core';
import { atomWeights, Scattering, WaveBins, waveVectors } from '../../src/structures/scattering';
import type { Structure } from '../../src/structures/structure';
import { holds, toyStructure } from '../diffusion/graph/toy';

function sums(
  structure: Structure,
  qMax: number,
): { scattering: Scattering; values: Float64Array; lengths: Float64Array } {
  const waves = waveVectors(structure, qMax);
  const scattering = new Scattering(structure.lattice, waves, atomWeights(structure, { Si: 1, O: 0.5 }));
  return {
    scattering,
    values: scattering.intensities(scattering.amplitudes(structure.positions)),
    lengths: waves.lengths,
  };
}

const toy = (rng: Rng): Structure => ({ ...toyStructure(rng, 7), pbc: [true, true, true] });
const sorted = (values: Float64Array): number[] => Array.from(values).sort((a, b) => a - b);

describe('waveVectors', () => {
  it('have products of 2π times integers with the lattice vectors, one of each pair, all that are short enough', () => {
    holds((rng) => {
      const structure = toy(rng);
      const { vectors, lengths } = waveVectors(structure, 3);
      const seen = new Set<string>();
      for (let w = 0; w < lengths.length; w++) {
        const q = vectors.subarray(3 * w, 3 * w + 3);
        const hkl = [0, 1, 2].map((a) => {
          const product = [0, 1, 2].reduce((sum, c) => sum + q[c] * structure.lattice[3 * a + c], 0) / (2 * Math.PI);
          expect(Math.abs(product - Math.round(product))).toBeLessThan(1e-9);
          return Math.round(product);
        });
        expect(lengths[w]).toBeCloseTo(Math.hypot(...q), 12);
        expect(lengths[w]).toBeLessThanOrEqual(3);
        for (const sign of [1, -1]) seen.add(hkl.map((x) => sign * x + 0).join());
      }
      expect(seen.size).toBe(2 * lengths.length);
      // A ball of reciprocal space holds as many as its volume times that of the cell, but for its surface.
      const [a, b, c] = [0, 3, 6].map((k) => structure.lattice.subarray(k, k + 3));
      const volume = Math.abs(
        a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) + a[2] * (b[0] * c[1] - b[1] * c[0]),
      );
      const expected = ((4 / 3) * Math.PI * 27 * volume) / (2 * Math.PI) ** 3;
      expect(Math.abs(seen.size + 1 - expected)).toBeLessThan(0.35 * expected + 20);
    }, 10);
  });

  it('need a cell that is periodic throughout', () => {
    const structure = { ...toy(createRng(1)), pbc: [true, true, false] as Structure['pbc'] };
    expect(() => waveVectors(structure, 3)).toThrow(InputError);
    expect(() => waveVectors(toy(createRng(1)), 0)).toThrow(/^option qMax/);
  });
});

describe('Scattering', () => {
  it('is the sum of exp(i q·r), written out', () => {
    holds((rng) => {
      const structure = toy(rng);
      const { scattering, values } = sums(structure, 2.5);
      const { vectors } = scattering.waves;
      const weights = structure.species.map((symbol) => (symbol === 'Si' ? 1 : 0.5));
      const norm = weights.reduce((sum, f) => sum + f * f, 0);
      values.forEach((value, w) => {
        let [re, im] = [0, 0];
        weights.forEach((f, j) => {
          const phase = [0, 1, 2].reduce((sum, c) => sum + vectors[3 * w + c] * structure.positions[3 * j + c], 0);
          re += f * Math.cos(phase);
          im += f * Math.sin(phase);
        });
        expect(value).toBeCloseTo((re ** 2 + im ** 2) / norm, 9);
      });
    }, 10);
  });

  it('does not change with a translation, the numbering, the images of atoms or the choice of the cell', () => {
    holds((rng) => {
      const structure = toy(rng);
      const shift = [0, 1, 2].map(() => 5 * rng.normal());
      const order = [3, 1, 6, 0, 2, 5, 4];
      const [a, b] = [structure.lattice.slice(0, 3), structure.lattice.slice(3, 6)];
      const moved: Structure = {
        ...structure,
        species: order.map((i) => structure.species[i]),
        positions: Float64Array.from(
          order.flatMap((i) => [0, 1, 2].map((c) => structure.positions[3 * i + c] + shift[c] + (i % 3) * a[c])),
        ),
        lattice: Float64Array.from([...a, ...b.map((x, c) => x + 2 * a[c]), ...structure.lattice.slice(6)]),
      };
      const [before, after] = [structure, moved].map((one) => sorted(sums(one, 2.5).values));
      expect(after).toHaveLength(before.length);
      after.forEach((value, k) => {
        expect(value).toBeCloseTo(before[k], 8);
      });
    }, 10);
  });

  it('has the gradient of finite differences', () => {
    holds((rng) => {
      const structure = toy(rng);
      const { scattering, values } = sums(structure, 2);
      const coefficients = values.map(() => rng.normal());
      const total = (positions: Float64Array): number =>
        scattering.intensities(scattering.amplitudes(positions)).reduce((sum, s, w) => sum + coefficients[w] * s, 0);
      const gradient = scattering.gradient(
        structure.positions,
        scattering.amplitudes(structure.positions),
        coefficients,
      );
      for (const k of [0, 4, 11, 20]) {
        const [up, down] = [1e-5, -1e-5].map((h) => total(structure.positions.map((x, i) => (i === k ? x + h : x))));
        expect(gradient[k]).toBeCloseTo((up - down) / 2e-5, 4);
      }
    }, 10);
  });

  it('refuses an element without a weight by name', () => {
    expect(() => atomWeights({ species: ['Si', 'O'] }, { Si: 1 })).toThrow(/^option weights.O: found undefined/);
  });
});

describe('WaveBins', () => {
  it('have the mean of their wave vectors', () => {
    const { values, lengths } = sums(toy(createRng(3)), 3);
    const bins = new WaveBins(lengths, 0.5);
    const means = bins.means(values);
    bins.q.forEach((q, b) => {
      const inside = Array.from(lengths.keys()).filter((w) => Math.floor(lengths[w] / 0.5) === Math.floor(q / 0.5));
      expect(bins.counts[b]).toBe(inside.length);
      expect(means[b]).toBeCloseTo(inside.reduce((sum, w) => sum + values[w], 0) / inside.length, 9);
    });
  });
});
