import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import {
  type NearestInfill,
  type NearestInfillOptions,
  nearestMotifInfills,
  randomInfill,
} from '../../src/generate/baselines';
import type { InfillProblem } from '../../src/generate/problem';
import { match } from '../../src/motifs/match/match';
import { permutationSampler, permutePositions } from '../../src/motifs/permutations';
import { randomRotation } from '../../src/motifs/randomRotation';
import { madeMotifs } from '../../src/motifs/select';
import { matchPoints } from '../../src/motifs/synchronize';
import type { Motifs } from '../../src/motifs/types';
import { largestDifference, mirror, randomPoints, rotate } from '../motifs/points';

function setOf(motifs: Float64Array[]): Motifs {
  const length = motifs.length;
  const positions = new Float64Array(motifs.flatMap((x) => [...x]));
  return madeMotifs({ n: motifs[0].length / 3, length, positions }, 'Si');
}

const rng = createRng(1);
const motifs = Array.from({ length: 60 }, () => randomPoints(8, rng));
const environments = setOf(motifs);

function nearestMotifInfill(of: Motifs, problem: InfillProblem, options?: NearestInfillOptions): NearestInfill[] {
  return nearestMotifInfills(of, [problem], options)[0];
}

describe('nearestMotifInfills', () => {
  it('finds a motif it has seen, relabelled, turned and mirrored, and completes it exactly', () => {
    for (const known of [
      [0, 1, 2, 3, 4, 5, 6],
      [1, 2, 4, 5, 7],
      [3, 6, 7],
    ]) {
      for (let trial = 0; trial < 5; trial++) {
        const which = rng.integer(60);
        const labels = permutationSampler('all', 8, rng)();
        const seen = trial % 2 === 0 ? motifs[which] : mirror(motifs[which]);
        const x = permutePositions(rotate(seen, randomRotation(rng)), labels);
        const rows = (points: Float64Array, atoms: number[]) =>
          atoms.flatMap((i) => [...points.subarray(3 * i, 3 * i + 3)]);
        const [best] = nearestMotifInfill(environments, { known, positions: rows(x, known) });
        expect(best.environment).toBe(which);
        expect(best.knownRmsd).toBeLessThan(1e-9);
        expect(largestDifference(rows(best.positions, known), rows(x, known))).toBeLessThan(1e-8);
        const unknown = [0, 1, 2, 3, 4, 5, 6, 7].filter((i) => !known.includes(i));
        expect(matchPoints(rows(x, unknown), rows(best.positions, unknown)).rmsd).toBeLessThan(1e-8);
      }
    }
  });

  it('gives as many completions as asked for, best fit first, each from another motif', () => {
    const x = randomPoints(8, rng);
    const found = nearestMotifInfill(
      environments,
      { known: [0, 1, 2, 3, 4], positions: x.slice(0, 15) },
      { results: 7 },
    );
    const misfits = found.map(({ knownRmsd }) => knownRmsd);
    expect(misfits).toEqual([...misfits].sort((p, q) => p - q));
    expect(new Set(found.map(({ environment }) => environment)).size).toBe(7);
  });

  it('its shortlist holds a fit about as good as the best of all', () => {
    for (let trial = 0; trial < 5; trial++) {
      const which = rng.integer(60);
      const x = rotate(motifs[which], randomRotation(rng)).map((c) => c + 0.15 * rng.normal());
      const problem = { known: [0, 1, 2, 3, 4, 5], positions: x.slice(0, 18) };
      const [quick] = nearestMotifInfill(environments, problem, { shortlist: 10 });
      const [full] = nearestMotifInfill(environments, problem, { shortlist: 60 });
      expect(quick.knownRmsd).toBeLessThan(full.knownRmsd + 0.05);
      expect(full.environment).toBe(which);
      const fits = motifs.map((motif) => match(problem.positions, motif, { reflections: true }).rmsd);
      expect(full.knownRmsd).toBeCloseTo(Math.min(...fits), 9);
    }
  });

  it('lays known atoms on atoms of their species, and completes them by the others', () => {
    const species = [0, 0, 0, 0, 1, 1, 1, 1];
    for (let trial = 0; trial < 8; trial++) {
      const which = rng.integer(60);
      const labels = [2, 1, 3, 0, 7, 5, 4, 6];
      const x = permutePositions(rotate(motifs[which], randomRotation(rng)), labels);
      const known = [0, 2, 3, 4, 6, 7];
      const positions = known.flatMap((i) => [...x.subarray(3 * i, 3 * i + 3)]);
      const [best] = nearestMotifInfill(environments, { known, positions }, { species });
      expect(best.environment).toBe(which);
      expect(largestDifference(best.positions, x)).toBeLessThan(1e-8);
    }
    expect(() => nearestMotifInfill(environments, { known: [0], positions: [1, 2, 3] }, { species: [0] })).toThrow(
      'option species length: found 1',
    );
  });

  it('completes a single known atom', () => {
    const [best] = nearestMotifInfill(environments, { known: [2], positions: [1, 2, 2] });
    expect(best.positions.every(Number.isFinite)).toBe(true);
    expect(best.knownRmsd).toBeLessThan(0.1);
  });

  it('completes each of many as it does alone, one after another', () => {
    const problems = Array.from({ length: 70 }, (_, k) => ({
      known: [0, 1, 2, 3, 4, 5].slice(0, 1 + (k % 6)),
      positions: randomPoints(8, rng).slice(0, 3 * (1 + (k % 6))),
    }));
    const alone = problems.map((problem) => nearestMotifInfill(environments, problem, { results: 3 }));
    expect(nearestMotifInfills(environments, problems, { results: 3 })).toEqual(alone);
    expect(nearestMotifInfills(environments, [])).toEqual([]);
    expect(() => nearestMotifInfills(environments, [problems[0], { known: [9], positions: [1, 2, 3] }])).toThrow(
      'problems[1].known[0]: found 9',
    );
  });

  it('refuses bad problems and an empty set', () => {
    expect(() => nearestMotifInfill(environments, { known: [8], positions: [1, 2, 3] })).toThrow(
      'problem.known[0]: found 8',
    );
    expect(() => nearestMotifInfill({ ...environments, length: 0 }, { known: [0], positions: [1, 2, 3] })).toThrow(
      'environments: found none',
    );
    expect(() => nearestMotifInfill(environments, { known: [0], positions: [1, 2, 3] }, { results: 0 })).toThrow(
      'option results: found 0',
    );
  });
});

describe('randomInfill', () => {
  const SI = { bondLength: 2.35, minDistance: 2 };
  const known = [0, 1, 2, 3];
  const tetrahedron = [1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1].map((c) => 1.357 * c);

  it('bonds each atom to one that is there, keeps its distance from all, and stays within the cutoff', () => {
    for (let seed = 0; seed < 30; seed++) {
      const x = randomInfill({ known, positions: tetrahedron }, 8, { ...SI, seed });
      expect(Array.from(x.subarray(0, 12))).toEqual(tetrahedron);
      const points = [[0, 0, 0], ...Array.from({ length: 8 }, (_, i) => [...x.subarray(3 * i, 3 * i + 3)])];
      for (let i = 5; i < 9; i++) {
        const distances = points.slice(0, i).map((p) => Math.hypot(...p.map((c, k) => c - points[i][k])));
        expect(Math.min(...distances)).toBeGreaterThanOrEqual(2);
        expect(Math.min(...distances.map((d) => Math.abs(d - 2.35)))).toBeLessThan(1e-9);
        expect(distances[0]).toBeLessThanOrEqual(4);
      }
    }
  });

  it('repeats itself from a seed', () => {
    const problem = { known, positions: tetrahedron };
    expect(randomInfill(problem, 8, { ...SI, seed: 4 })).toEqual(randomInfill(problem, 8, { ...SI, seed: 4 }));
    expect(randomInfill(problem, 8, { ...SI, seed: 4 })).not.toEqual(randomInfill(problem, 8, { ...SI, seed: 5 }));
  });

  it('takes the roomiest try where nothing fits', () => {
    const x = randomInfill({ known, positions: tetrahedron }, 5, { ...SI, minDistance: 50, attempts: 300 });
    const placed = x.subarray(12);
    expect(Math.hypot(...placed)).toBeGreaterThan(2);
    expect(Math.hypot(...placed)).toBeLessThanOrEqual(4);
  });

  it('refuses bad problems and options', () => {
    expect(() => randomInfill({ known: [], positions: [] }, 8, SI)).toThrow('no known atom');
    expect(() => randomInfill({ known, positions: tetrahedron }, 4, SI)).toThrow('all 4 atoms');
    expect(() => randomInfill({ known, positions: tetrahedron }, 8, { ...SI, bondLength: 0 })).toThrow(
      'option bondLength',
    );
    expect(() => randomInfill({ known, positions: tetrahedron }, 8, { ...SI, bondLength: 9 })).toThrow(
      'option bondLength',
    );
  });
});
