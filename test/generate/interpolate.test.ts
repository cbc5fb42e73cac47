import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { interpolateMotifs } from '../../src/generate/interpolate';
import type { Vae } from '../../src/model/vae';
import { gramSize, gramVector } from '../../src/motifs/gram';
import { GramNormalizer } from '../../src/motifs/normalizer';
import { permutePositions } from '../../src/motifs/permutations';
import { randomRotation } from '../../src/motifs/randomRotation';
import { synchronize } from '../../src/motifs/synchronize';
import { largestDifference, mirror, randomPoints, rotate } from '../motifs/points';
import { linearVae, normalization, randomGramModel } from './models';

const rng = createRng(1);
const [a, b] = [randomPoints(5, rng), randomPoints(5, rng)];
const vae = linearVae(5, 'gram', randomGramModel(5, 3, 2));

/** Latent = the Gram vector itself, and back: an autoencoder without loss. */
function losslessVae(atoms: number): Vae {
  const size = gramSize(atoms);
  const unit = Array.from({ length: size }, (_, l) =>
    Float64Array.from({ length: size }, (__, k) => (k === l ? 1 : 0)),
  );
  return linearVae(atoms, 'gram', { bias: new Float64Array(size), rows: unit, encoder: unit });
}

describe('interpolateMotifs', () => {
  it('goes straight through a linear decoder: Gram vectors are the weighted means of the ends', () => {
    const path = interpolateMotifs(vae, a, b, 5);
    const [first, last] = [0, 4].map((k) => path.grams.subarray(15 * k, 15 * k + 15));
    expect(Array.from(path.fractions)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    for (let k = 0; k < 5; k++) {
      const mean = first.map((g, i) => (1 - k / 4) * g + (k / 4) * last[i]);
      expect(largestDifference(path.grams.subarray(15 * k, 15 * k + 15), mean)).toBeLessThan(1e-4);
    }
  });

  it('begins and ends at the reconstructions of the two motifs', () => {
    for (const path of ['linear', 'spherical'] as const) {
      const frames = interpolateMotifs(vae, a, b, 4, { path });
      const ends = [frames.grams.subarray(0, 15), frames.grams.subarray(45)];
      [a, b].forEach((x, k) => {
        expect(largestDifference(ends[k], vae.decode(vae.encode(gramVector(x, 5)).mean))).toBeLessThan(1e-4);
      });
    }
  });

  it('lies at a where the model loses nothing, whatever the mirror image of a', () => {
    for (const start of [a, mirror(a)]) {
      const frames = interpolateMotifs(losslessVae(5), start, b, 3);
      expect(largestDifference(frames.positions.subarray(0, 15), start)).toBeLessThan(1e-4);
      const last = synchronize(b, frames.positions.subarray(30), { reflections: true });
      expect(last.rmsd).toBeLessThan(1e-4);
    }
  });

  it('turns each frame onto the one before: no rotation or reflection brings them closer', () => {
    const frames = interpolateMotifs(vae, a, b, 9);
    for (let k = 1; k < 9; k++) {
      const [before, frame] = [k - 1, k].map((f) => frames.positions.subarray(15 * f, 15 * f + 15));
      const distance = Math.hypot(...frame.map((c, i) => c - before[i])) / Math.sqrt(5);
      expect(distance).toBeCloseTo(synchronize(before, frame, { reflections: true }).rmsd, 9);
    }
  });

  it('on a spherical path turns evenly and changes length evenly', () => {
    const { latents } = interpolateMotifs(vae, a, b, 7, { path: 'spherical' });
    const rows = Array.from({ length: 7 }, (_, k) => latents.subarray(3 * k, 3 * k + 3));
    const length = (z: Float32Array) => Math.hypot(...z);
    const angle = (p: Float32Array, q: Float32Array) =>
      Math.acos(p.reduce((sum, z, k) => sum + z * q[k], 0) / length(p) / length(q));
    const whole = angle(rows[0], rows[6]);
    for (let k = 1; k < 7; k++) {
      expect(angle(rows[k - 1], rows[k])).toBeCloseTo(whole / 6, 4);
      expect(length(rows[k])).toBeCloseTo(length(rows[0]) + (k / 6) * (length(rows[6]) - length(rows[0])), 4);
    }
  });

  it('on a spherical path between equal latents stays', () => {
    const { latents } = interpolateMotifs(vae, a, a, 3, { path: 'spherical' });
    expect(largestDifference(latents.subarray(3, 6), latents.subarray(0, 3))).toBeLessThan(1e-6);
  });

  it('refuses a spherical path between opposite latents', () => {
    // One latent: the first Gram entry, normalized. 9 ± 1 Å² are opposite.
    const first = Float64Array.from({ length: 3 }, (_, k) => (k === 0 ? 1 : 0));
    const line = linearVae(2, 'gram', { bias: new Float64Array(3), rows: [first], encoder: [first] });
    const [low, high] = [8, 10].map((square) => [Math.sqrt(square), 0, 0, 0, 1, 0]);
    expect(() => interpolateMotifs(line, low, high, 3, { path: 'spherical' })).toThrow('opposite latents');
    expect(interpolateMotifs(line, low, high, 3).length).toBe(3);
  });

  it('relabels on demand: an environment and its relabelled copy are then one motif', () => {
    const labels = [3, 0, 4, 1, 2];
    const copy = permutePositions(rotate(mirror(a), randomRotation(rng)), labels);
    const lossless = losslessVae(5);
    const relabelled = interpolateMotifs(lossless, a, copy, 3, { relabel: true });
    expect(relabelled.permutation).toEqual(Int32Array.from(labels, (_, k) => labels.indexOf(k)));
    for (let k = 0; k < 3; k++) {
      expect(largestDifference(relabelled.positions.subarray(15 * k, 15 * k + 15), a)).toBeLessThan(1e-4);
    }
    const asIs = interpolateMotifs(lossless, a, copy, 3);
    expect(Array.from(asIs.permutation)).toEqual([0, 1, 2, 3, 4]);
    const normalizer = new GramNormalizer(5, normalization);
    const moved = normalizer.normalize(asIs.grams.subarray(15, 30));
    expect(largestDifference(moved, normalizer.normalize(gramVector(a, 5)))).toBeGreaterThan(0.1);
  });

  it('refuses motifs of another size, numbers that are not finite, and a path of one frame', () => {
    expect(() => interpolateMotifs(vae, a.subarray(3), b, 3)).toThrow('motif a length: found 12, expected 3n = 15');
    expect(() =>
      interpolateMotifs(
        vae,
        a,
        b.map(() => Number.NaN),
        3,
      ),
    ).toThrow('motif b[0]: found NaN');
    expect(() => interpolateMotifs(vae, a, b, 1)).toThrow('steps: found 1');
    expect(() => interpolateMotifs(vae, a, b, 3, { relabelled: true } as never)).toThrow('option relabelled');
    // @ts-expect-error: the path is not one of the type
    expect(() => interpolateMotifs(vae, a, b, 3, { path: 'curved' })).toThrow('option path: found "curved"');
  });
});
