import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { infill, infillMany } from '../../src/generate/infill';
import type { InfillProblem } from '../../src/generate/problem';
import { gramIndex, gramSize, gramVector } from '../../src/motifs/gram';
import { GramNormalizer } from '../../src/motifs/normalizer';
import { randomRotation } from '../../src/motifs/randomRotation';
import { largestDifference, mirror, randomPoints, rotate } from '../motifs/points';
import { cartesianModel, linearVae, normalization, randomGramModel } from './models';

/** The rows of x that are known. */
function problemOf(x: Float64Array, known: number[]): InfillProblem {
  return { known, positions: Float64Array.from(known.flatMap((i) => [...x.subarray(3 * i, 3 * i + 3)])) };
}

describe('infill with a linear Gram decoder', () => {
  const n = 5;
  const size = gramSize(n);
  const model = randomGramModel(n, 3, 1);
  const vae = linearVae(n, 'gram', model);

  /** The least value of the masked objective, by linear least squares. */
  function closedForm(x: Float64Array, known: number[], prior: number): { latent: number[]; objective: number } {
    const target = new GramNormalizer(n, normalization).normalize(gramVector(x, n));
    const entries = known.flatMap((i) => known.filter((j) => j >= i).map((j) => gramIndex(i, j, n)));
    const rows = entries.map((k) => model.rows.map((row) => row[k]));
    const misfit = entries.map((k) => target[k] - model.bias[k]);
    model.rows.forEach((_, l) => {
      rows.push(model.rows.map((__, k) => (k === l ? Math.sqrt(prior / 2) : 0)));
      misfit.push(0);
    });
    const [matrix, right] = [new Matrix(rows), Matrix.columnVector(misfit)];
    const latent = solve(matrix, right, true);
    return { latent: latent.to1DArray(), objective: Matrix.sub(matrix.mmul(latent), right).norm('frobenius') ** 2 };
  }

  it('finds the closed-form minimum over the entries between known atoms, for any mask and prior', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.subarray([0, 1, 2, 3, 4], { minLength: 2, maxLength: 4 }),
        fc.constantFrom(0.01, 0.3, 2),
        (seed, known, prior) => {
          const x = randomPoints(n, createRng(seed), 1.7);
          const [best] = infill(vae, problemOf(x, known), { prior, restarts: 3, steps: 3000 });
          const expected = closedForm(x, known, prior);
          expect(Math.abs(best.objective / expected.objective - 1)).toBeLessThan(1e-4);
          if (prior === 2) expect(largestDifference(best.latent, expected.latent)).toBeLessThan(1e-2);
        },
      ),
      { seed: 1, numRuns: 25 },
    );
  });

  it('completes the Gram vector: entries between known atoms as given, the others decoded', () => {
    const x = randomPoints(n, createRng(5));
    const known = [0, 2, 3];
    const [best] = infill(vae, problemOf(x, known), { restarts: 4 });
    const decoded = vae.decode(best.latent);
    const given = gramVector(x, n);
    for (let i = 0; i < n; i++) {
      for (let j = i; j < n; j++) {
        const k = gramIndex(i, j, n);
        expect(best.gram[k]).toBe(known.includes(i) && known.includes(j) ? given[k] : decoded[k]);
      }
    }
  });

  it('leaves the noise of the unknown entries alone where the decoder loses nothing', () => {
    const unit = Array.from({ length: size }, (_, l) =>
      Float64Array.from({ length: size }, (__, k) => (k === l ? 1 : 0)),
    );
    const lossless = linearVae(n, 'gram', { bias: new Float64Array(size), rows: unit, encoder: unit });
    const solutions = infill(lossless, problemOf(randomPoints(n, createRng(6)), [0, 1, 2, 3]), {
      prior: 0,
      restarts: 6,
      distinct: 0,
    });
    for (const { objective } of solutions) expect(objective).toBeLessThan(1e-12);
    expect(solutions.length).toBe(6);
    expect(new Set(solutions.map(({ gram }) => gram[size - 1])).size).toBe(6);
  });

  it('takes a mask and indices alike, in any order', () => {
    const x = randomPoints(n, createRng(8));
    const options = { restarts: 3, steps: 50 };
    const byIndex = infill(vae, problemOf(x, [0, 1, 3]), options);
    expect(infill(vae, problemOf(x, [3, 0, 1]), options)).toEqual(byIndex);
    const mask = [true, true, false, true, false];
    expect(infill(vae, { known: mask, positions: problemOf(x, [0, 1, 3]).positions }, options)).toEqual(byIndex);
  });

  it('gives each of many problems what it gives it alone', () => {
    const [x, y] = [randomPoints(n, createRng(9)), randomPoints(n, createRng(10))];
    const problems = [problemOf(x, [0, 1, 3]), problemOf(y, [1, 2, 3, 4]), problemOf(y, [4])];
    const options = { restarts: 4, steps: 50, seed: 3 };
    expect(infillMany(vae, problems, options)).toEqual(problems.map((problem) => infill(vae, problem, options)));
    expect(infillMany(vae, [], options)).toEqual([]);
  });

  it('repeats itself from a seed; another seed starts elsewhere', () => {
    const problem = problemOf(randomPoints(n, createRng(11)), [0, 1, 2, 3]);
    const [a, b, c] = [1, 1, 2].map((seed) => infill(vae, problem, { seed, restarts: 2, steps: 0 }));
    expect(a).toEqual(b);
    expect(a[0].latent).not.toEqual(c[0].latent);
  });

  it('counts every restart once and ranks by objective', () => {
    const problem = problemOf(randomPoints(n, createRng(12)), [0, 1, 2]);
    const solutions = infill(vae, problem, { restarts: 20, steps: 3, distinct: 0.1 });
    expect(solutions.length).toBeGreaterThan(1);
    expect(solutions.reduce((sum, { restarts }) => sum + restarts, 0)).toBe(20);
    const objectives = solutions.map(({ objective }) => objective);
    expect(objectives).toEqual([...objectives].sort((p, q) => p - q));
  });
});

describe('infill with a linear Cartesian decoder', () => {
  const rng = createRng(20);
  const base = randomPoints(6, rng);
  const directions = [randomPoints(6, rng, 0.5), randomPoints(6, rng, 0.5)];
  const vae = linearVae(6, 'cartesian', cartesianModel(base, directions, 21));

  it('recovers the missing atoms of motifs of the model, in their own frame and mirror image', () => {
    for (let trial = 0; trial < 6; trial++) {
      const z = [rng.normal(), rng.normal()];
      const motif = base.map((c, k) => c + z[0] * directions[0][k] + z[1] * directions[1][k]);
      const turned = rotate(trial % 2 === 0 ? motif : mirror(motif), randomRotation(rng));
      const [best] = infill(vae, problemOf(turned, [0, 1, 2, 4, 5]), { prior: 0, restarts: 8, steps: 2000 });
      expect(best.objective).toBeLessThan(1e-6);
      expect(best.knownRmsd).toBeLessThan(1e-2);
      expect(largestDifference(best.positions, turned)).toBeLessThan(2e-2);
      expect(best.residual).toBeLessThan(1e-10);
    }
  });

  it('gives both answers to a question that has two', () => {
    // |atom 0|² = 4 + z², and nothing else known depends on z: z and −z fit alike, and differ by a reflection y → −y of
    // the known atoms, which takes the missing atom from y = 2 to y = −2.
    const half = Float64Array.from([2, 0, 0, 0, 0, 2, 2, 0, 1, 0.5, 2, 0]);
    const shift = Float64Array.from([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const twoWays = linearVae(4, 'cartesian', cartesianModel(half, [shift], 3));
    const known = { known: [0, 1, 2], positions: [2, 1.5, 0, 0, 0, 2, 2, 0, 1] };
    const solutions = infill(twoWays, known, { prior: 0, restarts: 16, steps: 1000 });
    expect(solutions.length).toBe(2);
    const sides = solutions.map(({ positions }) => positions[10]).sort((p, q) => p - q);
    expect(largestDifference(sides, [-2, 2])).toBeLessThan(0.01);
    for (const { knownRmsd } of solutions) expect(knownRmsd).toBeLessThan(0.01);
  });

  it('counts mirror images once where coplanar known atoms cannot tell them apart', () => {
    // All y are odd in z: the motifs of z and −z are mirror images, and restarts end in both.
    const flat = Float64Array.from([2, 0, 0.3, 0.5, 0, 2, -1, 0, 1, -2, 0, -1]);
    const bend = Float64Array.from([0, 1, 0, 0, -1, 0, 0, 1.5, 0, 0, 0.7, 0]);
    const lastEntry = Float64Array.from({ length: 10 }, (_, k) => (k === 9 ? 1 : 0));
    const odd = linearVae(4, 'cartesian', { ...cartesianModel(flat, [bend], 2), encoder: [lastEntry] });
    const motif = flat.map((c, k) => c + 1.2 * bend[k]);
    for (const known of [[0], [0, 1], [0, 1, 2]]) {
      const options = { prior: 0, restarts: 12, steps: 1000 };
      const all = infill(odd, problemOf(motif, known), { ...options, distinct: 0 });
      const signs = all.map(({ latent }) => Math.sign(latent[0]));
      expect(new Set(signs)).toEqual(new Set([-1, 1]));
      expect(infill(odd, problemOf(motif, known), options).length).toBe(1);
    }
  });

  it('a strong prior pulls to the middle of latent space', () => {
    const problem = problemOf(
      base.map((c, k) => c + 2 * directions[0][k]),
      [0, 1, 2, 3, 4],
    );
    const norms = [0, 1e4].map((prior) => {
      const [best] = infill(vae, problem, { prior, restarts: 4, steps: 500 });
      return Math.hypot(...best.latent);
    });
    expect(norms[0]).toBeGreaterThan(1);
    expect(norms[1]).toBeLessThan(0.01);
  });
});

describe('bad problems', () => {
  const vae = linearVae(4, 'gram', randomGramModel(4, 2, 1));
  const refuse = (known: InfillProblem['known'], positions: number[], message: string) =>
    expect(() => infill(vae, { known, positions })).toThrow(message);

  it('mask of wrong length', () => {
    refuse([true, false, true], [1, 2, 3, 4, 5, 6], 'problem.known length: found 3, expected a mask of n = 4');
  });

  it('no known atom', () => {
    refuse([], [], 'problem.known: found no known atom, expected at least one');
    refuse([false, false, false, false], [], 'found no known atom');
  });

  it('all atoms known', () => {
    refuse([0, 1, 2, 3], new Array(12).fill(1), 'found all 4 atoms, expected at least one unknown atom');
    refuse([true, true, true, true], new Array(12).fill(1), 'found all 4 atoms');
  });

  it('indices out of range, twice, or no integers', () => {
    refuse([0, 4], [1, 2, 3, 4, 5, 6], 'problem.known[1]: found 4, expected indices from 0 to 3, each once');
    refuse([-1], [1, 2, 3], 'problem.known[0]: found -1');
    refuse([1, 1], [1, 2, 3, 4, 5, 6], 'problem.known[1]: found 1');
    refuse([0.5], [1, 2, 3], 'problem.known[0]: found 0.5');
  });

  it('positions that are not finite, or too few or too many', () => {
    refuse([0], [1, Number.NaN, 3], 'problem.positions[1]: found NaN');
    refuse([0], [1, 2], 'problem.positions length: found 2, expected 3 × 1 known atoms = 3');
    refuse([0], new Array(12).fill(1), 'problem.positions length: found 12');
  });

  it('options out of range', () => {
    const problem = { known: [0], positions: [1, 2, 3] };
    expect(() => infill(vae, problem, { restarts: 0 })).toThrow('option restarts: found 0');
    expect(() => infill(vae, problem, { prior: -1 })).toThrow('option prior: found -1');
    expect(() => infill(vae, problem, { steps: 1.5 })).toThrow('option steps: found 1.5');
    expect(() => infill(vae, problem, { learningRate: 0 })).toThrow('option learningRate: found 0');
    expect(() => infill(vae, problem, { restart: 4 } as never)).toThrow('option restart: found an unknown name');
    expect(() => infill(vae, problem, { seed: '1' as never })).toThrow('seed: found string');
    expect(() => infill(vae, {} as never)).toThrow('problem.known: found nothing');
    expect(() => infill(vae, problem, { distinct: Number.NaN })).toThrow('option distinct: found NaN');
  });

  it('says which of many problems is wrong', () => {
    const good = { known: [0], positions: [1, 2, 3] };
    expect(() => infillMany(vae, [good, { known: [9], positions: [1, 2, 3] }])).toThrow(
      'problems[1].known[0]: found 9',
    );
  });
});
