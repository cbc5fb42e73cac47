import { describe, expect, it } from 'vitest';
import { type DrawOptions, drawBatch, scaleWord, streamKey, streamWords } from './streams';

const base: DrawOptions = { seed: 1, length: 4094, atoms: 8, runs: [8], latent: 3 };

/** The draws of one sample. */
function sample(options: DrawOptions, step: number, index: number) {
  const { rows, permutations, noise } = drawBatch(options, step, index + 1);
  return {
    row: rows[index],
    permutation: [...permutations.subarray(index * options.atoms)],
    noise: [...noise.subarray(index * options.latent)],
  };
}

describe('streams', () => {
  it('agree with an independent implementation in exact integers', () => {
    expect(streamWords(streamKey(1, 0), 0)).toEqual([1998999315, 2635737239, 1392125949, 453044715]);
    expect(streamWords(streamKey(0.1, 3999), 1023)).toEqual([1616902533, 4129211241, 1931186223, 464549375]);
    const shells = sample({ ...base, runs: [4, 8] }, 5, 1);
    expect(shells.row).toBe(1343);
    expect(shells.permutation).toEqual([2, 0, 1, 3, 7, 4, 5, 6]);
    const all = sample(base, 5, 1);
    expect(all.permutation).toEqual([1, 7, 0, 5, 3, 2, 4, 6]);
    const expected = [-0.34000641537791926, 0.19449636366085973, -0.07882021842041748];
    expected.forEach((value, k) => {
      expect(all.noise[k]).toBeCloseTo(value, 7);
    });
    const large = sample({ seed: 0.1, length: 3_000_000_000, atoms: 3, runs: [], latent: 2 }, 123456, 4095);
    expect(large.row).toBe(1157734197);
    expect(large.noise[0]).toBeCloseTo(-0.8265403043481169, 6);
    expect(large.noise[1]).toBeCloseTo(-1.0955766699193104, 6);
    expect(large.permutation).toEqual([0, 1, 2]);
  });

  it('scale words exactly, as a 64-bit product would', () => {
    for (const word of [0, 1, 65535, 65536, 0x7fffffff, 0xfffffffe, 0xffffffff]) {
      for (const below of [1, 2, 3, 8, 4094, 65537, 3_000_000_000, 4294967295]) {
        expect(scaleWord(word, below)).toBe(Number((BigInt(word) * BigInt(below)) >> 32n));
      }
    }
  });

  it('depend on the seed, the step and the sample, each alone', () => {
    const words = new Set<string>();
    for (const seed of [0, -0.5, 1, 1 + 2 ** -52, 2, 1e9]) {
      for (let step = 0; step < 20; step++)
        for (let s = 0; s < 20; s++) words.add(streamWords(streamKey(seed, step), s).join());
    }
    expect(words.size).toBe(6 * 20 * 20);
    expect(streamKey(1, 0)).not.toEqual(streamKey(1, 1));
  });

  it('do not depend on the batch size', () => {
    const small = drawBatch(base, 3, 5);
    const large = drawBatch(base, 3, 9);
    expect(large.rows.subarray(0, 5)).toEqual(small.rows);
    expect(large.permutations.subarray(0, 40)).toEqual(small.permutations);
    expect(large.noise.subarray(0, 15)).toEqual(small.noise);
  });

  it('draw rows and relabellings uniformly, and relabellings within their shells', () => {
    const count = 40_000;
    const options: DrawOptions = { seed: 7, length: 10, atoms: 6, runs: [4, 6], latent: 0 };
    const { rows, permutations, noise } = drawBatch(options, 0, count);
    expect(noise.length).toBe(0);
    const rowCounts = new Float64Array(10);
    const places = new Float64Array(36);
    for (let s = 0; s < count; s++) {
      rowCounts[rows[s]]++;
      const permutation = permutations.subarray(6 * s, 6 * s + 6);
      expect([...permutation.subarray(0, 4)].sort()).toEqual([0, 1, 2, 3]);
      permutation.forEach((old, k) => {
        places[6 * k + old]++;
      });
    }
    // Five standard deviations of a binomial count.
    for (const c of rowCounts) expect(Math.abs(c - count / 10)).toBeLessThan(5 * Math.sqrt(count * 0.09));
    for (let k = 0; k < 4; k++) {
      for (let old = 0; old < 4; old++) {
        expect(Math.abs(places[6 * k + old] - count / 4)).toBeLessThan(5 * Math.sqrt(count * 0.1875));
      }
    }
    expect(Math.abs(places[6 * 4 + 4] - count / 2)).toBeLessThan(5 * Math.sqrt(count * 0.25));
  });

  it('draw standard normals, uncorrelated between neighboring streams', () => {
    const count = 50_000;
    const { noise } = drawBatch({ ...base, latent: 4, runs: [] }, 11, count);
    const next = drawBatch({ ...base, latent: 4, runs: [] }, 12, count).noise;
    const moments = [0, 0, 0, 0];
    let across = 0;
    let between = 0;
    for (let i = 0; i < noise.length; i++) {
      for (let k = 0; k < 4; k++) moments[k] += noise[i] ** (k + 1) / noise.length;
      across += (noise[i] * noise[(i + 4) % noise.length]) / noise.length;
      between += (noise[i] * next[i]) / noise.length;
    }
    const bound = 5 / Math.sqrt(noise.length);
    expect(Math.abs(moments[0])).toBeLessThan(bound);
    expect(Math.abs(moments[1] - 1)).toBeLessThan(bound * Math.sqrt(2));
    expect(Math.abs(moments[2])).toBeLessThan(bound * Math.sqrt(15));
    expect(Math.abs(moments[3] - 3)).toBeLessThan(bound * Math.sqrt(96));
    expect(Math.abs(across)).toBeLessThan(bound);
    expect(Math.abs(between)).toBeLessThan(bound);
  });
});
