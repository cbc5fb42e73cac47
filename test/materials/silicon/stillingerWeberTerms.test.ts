import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import {
  CenterTerms,
  STILLINGER_WEBER_SILICON,
  StillingerWeberForces,
} from '../../../src/materials/silicon/stillingerWeber';
import { neighborList, type Structure } from '../../../src/structures';
import { crystal, DIAMOND, rattle } from '../../evaluate/helpers';

const noisy = rattle(crystal(DIAMOND, 5.431, 2), 0.2, 1);

/** The energy of each atom as the paper has it: sums over pairs and triples, with nothing saved. */
function written(structure: Structure): number[] {
  const { epsilon, sigma, a, lambda, gamma, A, B } = STILLINGER_WEBER_SILICON;
  const { offsets, vectors, distances } = neighborList(structure, a * sigma);
  return structure.species.map((_, i) => {
    let energy = 0;
    for (let j = offsets[i]; j < offsets[i + 1]; j++) {
      const r = distances[j] / sigma;
      energy += 0.5 * epsilon * A * (B * r ** -4 - 1) * Math.exp(1 / (r - a));
      for (let k = offsets[i]; k < j; k++) {
        const s = distances[k] / sigma;
        let cosine = 0;
        for (let c = 0; c < 3; c++) cosine += (vectors[3 * j + c] * vectors[3 * k + c]) / (distances[j] * distances[k]);
        energy += epsilon * lambda * Math.exp(gamma / (r - a) + gamma / (s - a)) * (cosine + 1 / 3) ** 2;
      }
    }
    return energy;
  });
}

describe('StillingerWeberForces', () => {
  it('has the energy of each atom that the formula has', () => {
    const energies = new Float64Array(64);
    const forces = new StillingerWeberForces(noisy, STILLINGER_WEBER_SILICON, 0);
    const total = forces.evaluate(noisy.positions, new Float64Array(192), energies);
    const expected = written(noisy);
    energies.forEach((energy, i) => {
      expect(energy).toBeCloseTo(expected[i], 10);
    });
    expect(total).toBeCloseTo(
      expected.reduce((sum, x) => sum + x, 0),
      9,
    );
  });

  it('says the same with a list that is kept as with a new one, while atoms move', () => {
    const kept = new StillingerWeberForces(noisy, STILLINGER_WEBER_SILICON, 0.6);
    const rng = createRng(1);
    const positions = noisy.positions.slice();
    for (let round = 0; round < 20; round++) {
      for (let c = 0; c < 192; c++) positions[c] += 0.03 * rng.normal();
      const [one, other] = [new Float64Array(192), new Float64Array(192)];
      const fresh = new StillingerWeberForces({ ...noisy, positions }, STILLINGER_WEBER_SILICON, 0);
      expect(kept.evaluate(positions, one)).toBeCloseTo(fresh.evaluate(positions, other), 9);
      one.forEach((g, c) => {
        expect(g).toBeCloseTo(other[c], 9);
      });
    }
  });

  it('has the gradient of its energy, by central differences', () => {
    const forces = new StillingerWeberForces(noisy, STILLINGER_WEBER_SILICON, 0.1);
    const gradient = new Float64Array(192);
    forces.evaluate(noisy.positions, gradient);
    const at = noisy.positions.slice();
    for (let c = 0; c < 192; c += 5) {
      const ends = [1e-5, -1e-5].map((h) => {
        at[c] = noisy.positions[c] + h;
        return forces.evaluate(at, new Float64Array(192));
      });
      at[c] = noisy.positions[c];
      expect(gradient[c]).toBeCloseTo((ends[0] - ends[1]) / 2e-5, 5);
    }
  });

  it('sums the centers asked for only', () => {
    const forces = new StillingerWeberForces(noisy, STILLINGER_WEBER_SILICON, 0);
    const [some, others] = [[3, 9], Array.from({ length: 64 }, (_, i) => i).filter((i) => i !== 3 && i !== 9)];
    const [g, h, all] = [new Float64Array(192), new Float64Array(192), new Float64Array(192)];
    const parts = [
      forces.evaluate(noisy.positions, g, undefined, some),
      forces.evaluate(noisy.positions, h, undefined, others),
    ];
    expect(parts[0] + parts[1]).toBeCloseTo(forces.evaluate(noisy.positions, all), 9);
    all.forEach((x, c) => {
      expect(g[c] + h[c]).toBeCloseTo(x, 9);
    });
  });
});

describe('CenterTerms', () => {
  it('takes more bonds than it had room for, and forgets them', () => {
    const terms = new CenterTerms(STILLINGER_WEBER_SILICON);
    const rng = createRng(1);
    for (let b = 0; b < 150; b++) terms.add(3 + 0.1 * rng.normal(), 0.1 * rng.normal(), 0.1 * rng.normal(), b);
    expect(terms.count).toBe(150);
    expect(Array.from(terms.tags.subarray(0, 150))).toEqual(Array.from({ length: 150 }, (_, b) => b));
    expect(terms.energy()).toBeGreaterThan(0);
    terms.clear();
    terms.add(4, 0, 0, 0);
    expect(terms.count).toBe(0);
    expect(terms.energy()).toBe(0);
  });
});
