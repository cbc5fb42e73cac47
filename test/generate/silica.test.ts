import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { infillAnyRank } from '../../src/generate/anyRank';
import { keepDistinct } from '../../src/generate/distinct';
import { infill } from '../../src/generate/infill';
import { interpolateMotifs } from '../../src/generate/interpolate';
import { checkProblem } from '../../src/generate/problem';
import { sampleMotifs } from '../../src/generate/sample';
import type { InfillSolution } from '../../src/generate/solution';
import { trainVae } from '../../src/model/train';
import { Vae } from '../../src/model/vae';
import { extractEnvironments } from '../../src/motifs/environments';
import { gramVectors } from '../../src/motifs/gram';
import { permuteEnvironments } from '../../src/motifs/permutations';
import { elementRow, environmentPositions } from '../../src/motifs/select';
import type { Motifs } from '../../src/motifs/types';
import { readExtxyz } from '../../src/structures/readStructures';

const [silica] = readExtxyz(path.join(__dirname, '../fixtures/structures/a-sio2-10Kps-1.extxyz.gz'));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'silica-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

async function trained(train: Motifs): Promise<Vae> {
  const vae = Vae.create({ atoms: train.n, hidden: [28, 18], latent: 8, seed: 1 });
  const options = { epochs: 4, stepsPerEpoch: 60, batchSize: 64, permutations: 'all', seed: 2 } as const;
  const losses: number[] = [];
  for await (const report of trainVae(vae, { train }, options)) losses.push(report.train);
  expect(losses[3]).toBeLessThan(0.95 * losses[0]);
  return vae;
}

/** The symbols of every motif, all of which must be the same. */
function requireRow(motifs: Motifs, row: readonly string[]): void {
  expect(motifs.species.length).toBe(motifs.length * (motifs.n + 1));
  expect(elementRow(motifs)).toEqual(row);
}

describe.each([
  ['Si', { O: 4, Si: 4 }],
  ['O', { Si: 2, O: 6 }],
] as [string, Record<string, number>][])('silica around %s with neighbors %j', (centers, neighbors) => {
  const row = [centers, ...Object.entries(neighbors).flatMap(([symbol, count]) => new Array(count).fill(symbol))];
  const motifs = extractEnvironments([silica], { cutoff: 5, centers, neighbors });
  let vae: Vae;
  beforeAll(async () => {
    vae = await trained(motifs);
  });

  it('trains a model that knows its species, also from its file', () => {
    expect(vae.species).toEqual(row);
    const file = path.join(folder, `${centers}.json`);
    vae.save(file);
    const loaded = Vae.load(file);
    expect(loaded.species).toEqual(row);
    expect(loaded.normalizer?.toJSON()).toEqual(vae.normalizer?.toJSON());
    expect(sampleMotifs(loaded, 3).positions).toEqual(sampleMotifs(vae, 3).positions);
  });

  it('normalizes each pair of elements to mean 0 and deviation 1', () => {
    const grams = vae.normalizer?.normalize(gramVectors(motifs)) as Float64Array;
    const sums = new Map<string, number[]>();
    for (let m = 0, entry = 0; m < motifs.length; m++) {
      for (let i = 1; i <= motifs.n; i++) {
        for (let j = i; j <= motifs.n; j++) {
          const kind = i === j ? row[i] : [row[i], row[j]].sort().join('-');
          const sum = sums.get(kind) ?? [0, 0, 0];
          sums.set(kind, [sum[0] + 1, sum[1] + grams[entry], sum[2] + grams[entry++] ** 2]);
        }
      }
    }
    expect([...sums.keys()].sort()).toEqual(['O', 'O-O', 'O-Si', 'Si', 'Si-Si']);
    for (const [number, sum, squares] of sums.values()) {
      expect(sum / number).toBeCloseTo(0, 6);
      expect(squares / number).toBeCloseTo(1, 6);
    }
  });

  it('relabels atoms of one element only, which moves each with its index', () => {
    const other = permuteEnvironments(motifs, 'all', 5);
    expect(other.species).toEqual(motifs.species);
    let moved = 0;
    for (let k = 0; k < motifs.n * motifs.length; k++) {
      expect(silica.species[other.neighbors[k]]).toBe(row[1 + (k % motifs.n)]);
      if (other.neighbors[k] !== motifs.neighbors[k]) moved++;
    }
    expect(moved).toBeGreaterThan(motifs.length);
  });

  it('samples and interpolates motifs of these species', () => {
    const samples = sampleMotifs(vae, 20, { seed: 4 });
    requireRow(samples, row);
    expect([...new Set([...samples.atoms, ...samples.neighbors, ...samples.structures])]).toEqual([-1]);
    const [a, b] = [3, 40].map((m) => environmentPositions(motifs, m));
    requireRow(interpolateMotifs(vae, a, b, 5, { relabel: true }), row);
  });

  it('completes a motif, turned with the known atoms', () => {
    const positions = environmentPositions(motifs, 11);
    const known = Array.from({ length: motifs.n - 1 }, (_, i) => i);
    const problem = { known, positions: positions.slice(0, 3 * known.length) };
    const [best] = infill(vae, problem, { restarts: 4, steps: 60 });
    const turned = { known, positions: problem.positions.map((_, k, x) => x[k - (k % 3) + ((k + 1) % 3)]) };
    const [other] = infill(vae, turned, { restarts: 4, steps: 60 });
    const expected = best.positions.map((_, k, x) => x[k - (k % 3) + ((k + 1) % 3)]);
    other.positions.forEach((x, k) => {
      expect(x).toBeCloseTo(expected[k], 3);
    });
    expect(best.knownRmsd).toBeLessThan(1.5);
    expect(best.species).toEqual(row);
  });

  it('tries the known atoms in rows of their element only', () => {
    const positions = environmentPositions(motifs, 11);
    const known = Array.from({ length: motifs.n - 1 }, (_, i) => i + 1);
    const problem = { known, positions: positions.slice(3) };
    const found = infillAnyRank(vae, [problem], { restarts: 2, steps: 60, distinct: 0 })[0];
    // One atom missing of the first element: as many ranks as that has rows.
    const ranks = Object.values(neighbors)[0];
    expect(found.reduce((sum, { restarts }) => sum + restarts, 0)).toBe(2 * ranks);
    for (const { positions: x } of found) expect(x.every(Number.isFinite)).toBe(true);
  });

  it('does not learn from motifs of other species, or of mixed ones', () => {
    const others = extractEnvironments([silica], { cutoff: 5, centers: 'Si', neighbors: { Si: 4, O: 4 } });
    expect(() => trainVae(vae, { train: others })).toThrow(/data\.train: found motifs of Si Si/);
    const mixed = extractEnvironments([silica], { cutoff: 5, count: 8 });
    const fresh = Vae.create({ atoms: 8 });
    expect(() => trainVae(fresh, { train: mixed })).toThrow(/options centers and neighbors/);
  });
});

it("tells completions apart that have unlike atoms in each other's places", () => {
  const solution = (...positions: number[]): InfillSolution => ({
    ...{ latent: new Float32Array(1), objective: 0, gram: new Float64Array(0), species: [] },
    ...{ positions: Float64Array.from(positions), knownRmsd: 0, residual: 0, restarts: 1 },
  });
  const kept = (solutions: InfillSolution[], known: number, codes?: number[]): number => {
    const n = solutions[0].positions.length / 3;
    const mask = Array.from({ length: n }, (_, k) => k < known);
    const problem = checkProblem({ known: mask, positions: solutions[0].positions.subarray(0, 3 * known) }, n);
    return keepDistinct(solutions, problem, 0.3, codes).length;
  };
  const frame = [3, 0, 0, 0, 3, 0, 0, 0, 3];
  const framed = [solution(...frame, 2, 0, 0, 0, 2, 0), solution(...frame, 0, 2, 0, 2, 0, 0)];
  expect(kept(framed, 3)).toBe(1);
  expect(kept(framed, 3, [0, 0, 0, 0, 1])).toBe(2);
  const free = [solution(1, 0, 0, 0, 2, 0, 0, 0, 3), solution(0, 2, 0, 1, 0, 0, 0, 0, 3)];
  expect(kept(free, 1)).toBe(1);
  expect(kept(free, 1, [0, 1, 1])).toBe(2);
});

it('has the same Gram matrices in a rotated cell', () => {
  const rng = createRng(6);
  const angle = rng.next() * 6;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const turn = (x: Float64Array): Float64Array =>
    x.map((_, k, all) => {
      const [p, q] = [all[k - (k % 3)], all[k - (k % 3) + 1]];
      return [c * p - s * q, s * p + c * q, all[k]][k % 3];
    });
  const turned = { ...silica, lattice: turn(silica.lattice), positions: turn(silica.positions), arrays: {} };
  const options = { cutoff: 5, centers: 'Si', neighbors: { O: 4, Si: 4 } };
  const [a, b] = [silica, turned].map((structure) => extractEnvironments([structure], options));
  expect(b.neighbors).toEqual(a.neighbors);
  const grams = gramVectors(a);
  gramVectors(b).forEach((entry, k) => {
    expect(Math.abs(entry - grams[k])).toBeLessThan(1e-9);
  });
});
