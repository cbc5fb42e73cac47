import { describe, expect, it } from 'vitest';
import { judgeDecoder } from '../../src/evaluate';
import { infillAnyRank } from '../../src/generate/anyRank';
import { infill, infillMany } from '../../src/generate/infill';
import { interpolateMotifs } from '../../src/generate/interpolate';
import { sampleMotifs } from '../../src/generate/sample';
import { modelFile } from '../../src/model/models';
import { Vae } from '../../src/model/vae';
import { match } from '../../src/motifs/match/match';
import { permuteEnvironments, permutePositions } from '../../src/motifs/permutations';
import { randomRotation } from '../../src/motifs/randomRotation';
import { environmentPositions } from '../../src/motifs/select';
import { applyRotation } from '../../src/motifs/synchronize';

const vae = Vae.load(modelFile('matched'));
const motifs = sampleMotifs(vae, 12, { seed: 7 });
const whole = environmentPositions(motifs, 0);
const KNOWN = [1, 2, 3, 4, 5, 6, 7];
const options = { restarts: 4, seed: 1 };

describe('infill with a learned prior', () => {
  it('finds the missing atom of most motifs of the model itself among its answers', () => {
    const problems = Array.from({ length: 12 }, (_, m) => ({
      known: KNOWN,
      positions: environmentPositions(motifs, m).slice(3),
    }));
    const off = infillMany(vae, problems, { seed: 1 }).map((answers, m) =>
      Math.min(
        ...answers.map(({ positions }) =>
          Math.hypot(...[0, 1, 2].map((c) => positions[c] - environmentPositions(motifs, m)[c])),
        ),
      ),
    );
    expect(off.filter((distance) => distance < 0.7).length).toBeGreaterThan(6);
  });

  it('returns the known atoms close to where they were given, in their rows', () => {
    const [{ positions, knownRmsd }] = infill(vae, { known: KNOWN, positions: whole.slice(3) }, options);
    const squares = positions.slice(3).map((x, k) => (x - whole[3 + k]) ** 2);
    expect(Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / 7)).toBeCloseTo(knownRmsd, 9);
    expect(knownRmsd).toBeLessThan(0.8);
  });

  it('depends neither on which row is unknown nor on the frame', () => {
    const rotation = randomRotation(3);
    const given = whole.slice(3);
    const [plain] = infill(vae, { known: KNOWN, positions: given }, options);
    const turned = applyRotation(rotation, given);
    const [other] = infill(vae, { known: [0, 1, 2, 3, 4, 5, 6], positions: turned }, options);
    const expected = applyRotation(rotation, plain.positions.slice(0, 3));
    expect(Math.hypot(...other.positions.slice(21).map((x, c) => x - expected[c]))).toBeLessThan(1e-3);
  });

  it('is what every set of rows is tried by too: the model finds the rows', () => {
    const problem = { known: KNOWN, positions: whole.slice(3) };
    expect(infillAnyRank(vae, [problem], options)[0]).toEqual(infill(vae, problem, options));
  });

  it('is refused where labels are matched and no prior is there to find them by', () => {
    const bare = Vae.load(modelFile('matched'));
    bare.prior = null;
    expect(() => infill(bare, { known: KNOWN, positions: whole.slice(3) })).toThrow('trainPrior');
  });

  it('answers each of many problems as it does alone', () => {
    const problems = [0, 1].map((m) => ({ known: KNOWN, positions: environmentPositions(motifs, m).slice(3) }));
    const together = infillMany(vae, problems, options);
    expect(infill(vae, problems[1], options)).toEqual(together[1]);
  });
});

describe('judgeDecoder', () => {
  it('compares in the labels of the model, whatever those of the motifs are', () => {
    const limits = { bonds: 2.85, minDistance: 2, coordination: [3, 5] as [number, number] };
    const [a, b] = [motifs, permuteEnvironments(motifs, 'all', 2)].map((set) => judgeDecoder(vae, set, limits));
    expect(Math.max(...a.rmsd)).toBeLessThan(0.5);
    a.rmsd.forEach((value, m) => {
      expect(b.rmsd[m]).toBeCloseTo(value, 3);
    });
  });
});

describe('a path between motifs of a model with matched labels', () => {
  it('does not move between a motif and a relabelled, rotated copy of it', () => {
    const copy = applyRotation(randomRotation(5), permutePositions(whole, [7, 6, 5, 4, 3, 2, 1, 0]));
    const path = interpolateMotifs(vae, whole, copy, 3);
    const ends = [0, 2].map((frame) => environmentPositions(path, frame));
    expect(match(ends[0], ends[1], { reflections: true }).rmsd).toBeLessThan(1e-3);
  });

  it('begins near the first motif, in the labels of the model', () => {
    const path = interpolateMotifs(vae, whole, environmentPositions(motifs, 1), 3);
    expect(match(whole, environmentPositions(path, 0), { reflections: true }).rmsd).toBeLessThan(0.5);
  });
});
