import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { gramIndex, gramSize, gramVector } from '../../src/motifs/gram';
import { coordinateScale, GramNormalizer } from '../../src/motifs/normalizer';
import { permutationSampler } from '../../src/motifs/permutations';
import { randomRotation } from '../../src/motifs/randomRotation';
import { applyRotation } from '../../src/motifs/synchronize';
import { largestDifference, permuteGram, randomPoints } from './points';

function randomGrams(n: number, count: number, seed: number): Float64Array {
  const rng = createRng(seed);
  const grams = new Float64Array(count * gramSize(n));
  for (let m = 0; m < count; m++) grams.set(gramVector(randomPoints(n, rng), n), m * gramSize(n));
  return grams;
}

describe('GramNormalizer', () => {
  it('fits population means and deviations of the two kinds, by hand for n = 2', () => {
    // Diagonal entries 1, 3, 5, 7: mean 4, variance (9 + 1 + 1 + 9)/4 = 5. Off-diagonal −1, 2: mean ½, variance 9/4.
    const { normalization } = GramNormalizer.fit([1, -1, 3, 5, 2, 7], 2);
    expect(normalization.meanDiagonal).toBeCloseTo(4, 14);
    expect(normalization.deviationDiagonal).toBeCloseTo(Math.sqrt(5), 14);
    expect(normalization.meanOffDiagonal).toBeCloseTo(0.5, 14);
    expect(normalization.deviationOffDiagonal).toBeCloseTo(1.5, 14);
  });

  it('leaves its training set with mean 0 and deviation 1 in both kinds, and gives it back', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 9 }), (seed, n) => {
        const grams = randomGrams(n, 50, seed);
        const normalizer = GramNormalizer.fit(grams, n);
        const normalized = normalizer.normalize(grams);
        const again = GramNormalizer.fit(normalized, n).normalization;
        expect(again.meanDiagonal).toBeCloseTo(0, 10);
        expect(again.meanOffDiagonal).toBeCloseTo(0, 10);
        expect(again.deviationDiagonal).toBeCloseTo(1, 10);
        expect(again.deviationOffDiagonal).toBeCloseTo(1, 10);
        expect(largestDifference(normalizer.denormalize(normalized), grams)).toBeLessThan(1e-12 * 100);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('commutes with relabelling', () => {
    const grams = randomGrams(8, 20, 3);
    const normalizer = GramNormalizer.fit(grams, 8);
    const gram = grams.subarray(0, 36);
    const permutation = permutationSampler('all', 8, 2)();
    expect(normalizer.normalize(permuteGram(gram, permutation))).toEqual(
      permuteGram(normalizer.normalize(gram), permutation),
    );
  });

  it('treats entry (i, i) as diagonal and no other', () => {
    const normalizer = new GramNormalizer(5, {
      meanDiagonal: 100,
      deviationDiagonal: 10,
      meanOffDiagonal: 0,
      deviationOffDiagonal: 1,
    });
    const normalized = normalizer.normalize(new Float64Array(15));
    for (let i = 0; i < 5; i++) {
      for (let j = i; j < 5; j++) expect(normalized[gramIndex(i, j, 5)]).toBe(i === j ? -10 : 0);
    }
  });

  it('writes into single precision where asked', () => {
    const grams = randomGrams(4, 3, 1);
    const normalizer = GramNormalizer.fit(grams, 4);
    const out = new Float32Array(grams.length);
    expect(normalizer.normalize(grams, out)).toBe(out);
    expect(largestDifference(out, normalizer.normalize(grams))).toBeLessThan(1e-6);
    expect(normalizer.denormalize(out)).toBeInstanceOf(Float64Array);
    expect(() => normalizer.normalize(grams, new Float32Array(3))).toThrow('out length: found 3');
  });

  it('survives JSON to the last bit', () => {
    const normalizer = GramNormalizer.fit(randomGrams(8, 30, 7), 8);
    const copy = GramNormalizer.fromJSON(JSON.parse(JSON.stringify(normalizer)));
    expect(copy.toJSON()).toEqual(normalizer.toJSON());
    expect(copy.atoms).toBe(8);
  });

  it('has no off-diagonal numbers to fit for n = 1', () => {
    expect(GramNormalizer.fit([1, 3], 1).normalization).toEqual({
      meanDiagonal: 2,
      deviationDiagonal: 1,
      meanOffDiagonal: 0,
      deviationOffDiagonal: 1,
    });
  });

  it('refuses a perfect crystal, whose entries differ by rounding only', () => {
    const rng = createRng(4);
    const tetrahedron = [1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1];
    const turned = (): Float64Array => gramVector(applyRotation(randomRotation(rng), tetrahedron), 4);
    const grams = Float64Array.from(Array.from({ length: 20 }, () => [...turned()]).flat());
    expect(new Set(grams).size).toBeGreaterThan(2);
    expect(() => GramNormalizer.fit(grams, 4)).toThrow(
      'normalizer.deviationDiagonal: found 0, expected a number above',
    );
    const axes = Float64Array.from({ length: 60 }, (_, k) => (k % 3 === 1 ? 1e-17 * k : 1 + k));
    expect(() => GramNormalizer.fit(axes, 2)).toThrow('normalizer.deviationOffDiagonal: found 0');
  });

  it('refuses what it cannot fit or read', () => {
    expect(() => GramNormalizer.fit([], 8)).toThrow('grams: found no Gram vectors');
    expect(() => GramNormalizer.fit([1, 2], 8)).toThrow('a multiple of n(n+1)/2 = 36');
    expect(() => GramNormalizer.fit([1, Number.NaN, 3], 2)).toThrow('grams[1]: found NaN');
    expect(() => GramNormalizer.fit([1, 0, 1, 1, 2, 1], 2)).toThrow('normalizer.deviationDiagonal: found 0');
    expect(() => GramNormalizer.fromJSON(null)).toThrow('normalizer: found null');
    expect(() => GramNormalizer.fromJSON({ atoms: 8 })).toThrow('normalizer.meanDiagonal: found undefined');
    expect(() =>
      GramNormalizer.fromJSON({ ...GramNormalizer.fit([1, 0, 3, 2, 1, 5], 2).toJSON(), atoms: '2' }),
    ).toThrow('normalizer.atoms: found 2');
    expect(() => GramNormalizer.fromJSON({ atoms: 1e300 })).toThrow('expected an integer from 1 to 2000');
  });
});

describe('coordinateScale', () => {
  it('is the root mean square coordinate of the training set', () => {
    const x = randomPoints(400, createRng(1));
    const grams = new Float64Array(50 * gramSize(8));
    for (let m = 0; m < 50; m++) grams.set(gramVector(x.subarray(24 * m, 24 * (m + 1)), 8), 36 * m);
    const meanSquare = x.reduce((sum, c) => sum + c * c, 0) / x.length;
    expect(coordinateScale(GramNormalizer.fit(grams, 8).normalization)).toBeCloseTo(Math.sqrt(meanSquare), 12);
  });
});

describe('GramNormalizer of several elements', () => {
  const row = ['O', 'O', 'Si'];
  const rng = createRng(8);
  // Scales that differ between the pairs: O at 1.6 Å, Si at 3.1 Å.
  const motif = (): Float64Array => Float64Array.from({ length: 9 }, (_, k) => (k < 6 ? 1.6 : 3.1) * rng.normal());
  const grams = Float64Array.from(Array.from({ length: 400 }, () => Array.from(gramVector(motif(), 3))).flat());
  const normalizer = GramNormalizer.fit(grams, 3, row);
  const kinds = ['O', 'O-O', 'O-Si', 'O', 'O-Si', 'Si'];

  it('has mean 0 and deviation 1 within each pair of elements', () => {
    const normalized = normalizer.normalize(grams);
    for (const kind of new Set(kinds)) {
      const values = Array.from(normalized).filter((_, k) => kinds[k % 6] === kind);
      const mean = values.reduce((a, b) => a + b) / values.length;
      expect(mean).toBeCloseTo(0, 10);
      expect(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length).toBeCloseTo(1, 10);
    }
  });

  it('commutes with relabelling of like atoms', () => {
    const swapped = [1, 0, 2];
    const gram = grams.slice(0, 6);
    const before = permuteGram(normalizer.normalize(gram), swapped);
    expect(normalizer.normalize(permuteGram(gram, swapped))).toEqual(before);
  });

  it('comes back from JSON, and inverts', () => {
    const back = GramNormalizer.fromJSON(JSON.parse(JSON.stringify(normalizer)));
    expect(back.toJSON()).toEqual(normalizer.toJSON());
    back.denormalize(normalizer.normalize(grams)).forEach((g, k) => {
      expect(g).toBeCloseTo(grams[k], 10);
    });
  });

  it('is that of the talk for one element, to the byte', () => {
    const plain = JSON.stringify(GramNormalizer.fit(grams, 3));
    expect(JSON.stringify(GramNormalizer.fit(grams, 3, ['Si', 'Si', 'Si']))).toBe(plain);
    expect(plain).not.toContain('pairs');
  });

  it('refuses a pair that is missing', () => {
    const json = JSON.parse(JSON.stringify(normalizer));
    delete json.pairs.kinds['O-Si'];
    expect(() => GramNormalizer.fromJSON(json)).toThrow('normalizer.pairs.O-Si.mean: found undefined');
  });
});
