import fc from 'fast-check';
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { permutationSampler, permutePositions } from '../../src/motifs/permutations';
import { randomRotation } from '../../src/motifs/randomRotation';
import { applyRotation, matchPoints, synchronize } from '../../src/motifs/synchronize';
import { allPermutations, largestDifference, mirror, randomPoints, rotate } from './points';

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];

function determinant(q: ArrayLike<number>): number {
  return q[0] * (q[4] * q[8] - q[5] * q[7]) - q[1] * (q[3] * q[8] - q[5] * q[6]) + q[2] * (q[3] * q[7] - q[4] * q[6]);
}

/** Largest entry of |QᵀQ − 1|. */
function orthogonality(q: ArrayLike<number>): number {
  const matrix = Matrix.from1DArray(3, 3, Array.from(q));
  return Matrix.sub(matrix.transpose().mmul(matrix), Matrix.eye(3)).abs().max();
}

/** The textbook route, by an SVD library: least rmsd of Q yᵢ against xᵢ (Kabsch). */
function kabschRmsd(x: ArrayLike<number>, y: ArrayLike<number>, reflections: boolean): number {
  const n = x.length / 3;
  const [a, b] = [x, y].map((points) => Matrix.from1DArray(n, 3, Array.from(points)));
  const svd = new SingularValueDecomposition(a.transpose().mmul(b));
  const u = svd.leftSingularVectors;
  const v = svd.rightSingularVectors;
  const sign = Math.sign(determinant(u.mmul(v.transpose()).to1DArray()));
  const q = u.mmul(Matrix.diag([1, 1, reflections ? 1 : sign])).mmul(v.transpose());
  return Matrix.sub(a, b.mmul(q.transpose())).norm('frobenius') / Math.sqrt(n);
}

function bruteForce(x: Float64Array, y: Float64Array, reflections: boolean): number {
  return Math.min(
    ...allPermutations(x.length / 3).map((permutation) => kabschRmsd(x, permutePositions(y, permutation), reflections)),
  );
}

const seeds = fc.integer();

describe('synchronize', () => {
  it('recovers random rotations to 1e-9', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 3, max: 12 }), (seed, n) => {
        const rng = createRng(seed);
        const moving = randomPoints(n, rng);
        const turn = randomRotation(rng);
        const reference = applyRotation(turn, moving);
        const { rotation, rmsd, moved, permutation } = synchronize(reference, moving);
        expect(largestDifference(rotation, turn)).toBeLessThan(1e-9);
        expect(largestDifference(moved, reference)).toBeLessThan(1e-9);
        expect(rmsd).toBeLessThan(1e-9);
        expect(Array.from(permutation)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('recovers improper rotations with reflections, and only then', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const rng = createRng(seed);
        const moving = randomPoints(8, rng);
        const turn = randomRotation(rng).map((c) => -c);
        const reference = applyRotation(turn, moving);
        const improper = synchronize(reference, moving, { reflections: true });
        expect(largestDifference(improper.rotation, turn)).toBeLessThan(1e-9);
        const proper = synchronize(reference, moving);
        expect(determinant(proper.rotation)).toBeCloseTo(1, 12);
        expect(proper.rmsd).toBeGreaterThan(1e-3);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('fits as well as the textbook SVD on unrelated points, with and without reflections', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 10 }), fc.boolean(), (seed, n, reflections) => {
        const rng = createRng(seed);
        const [x, y] = [randomPoints(n, rng), randomPoints(n, rng)];
        const { rmsd, rotation } = synchronize(x, y, { reflections });
        expect(rmsd).toBeCloseTo(kabschRmsd(x, y, reflections), 9);
        expect(orthogonality(rotation)).toBeLessThan(1e-14);
        if (!reflections) expect(determinant(rotation)).toBeCloseTo(1, 12);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('is a minimum: no small rotation fits better', () => {
    const rng = createRng(4);
    const [x, y] = [randomPoints(8, rng), randomPoints(8, rng)];
    const { moved, rmsd } = synchronize(x, y);
    for (let axis = 0; axis < 3; axis++) {
      for (const angle of [-1e-3, 1e-3]) {
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const turn = Float64Array.from(IDENTITY);
        const [p, q] = [(axis + 1) % 3, (axis + 2) % 3];
        turn[4 * p] = turn[4 * q] = c;
        turn[3 * p + q] = s;
        turn[3 * q + p] = -s;
        expect(Math.hypot(...applyRotation(turn, moved).map((m, k) => m - x[k])) / Math.sqrt(8)).toBeGreaterThan(rmsd);
      }
    }
  });

  it('weights: a point of weight 0 does not count, weights scale out', () => {
    const rng = createRng(5);
    const moving = randomPoints(6, rng);
    const turn = randomRotation(rng);
    const reference = applyRotation(turn, moving);
    reference[15] += 3;
    const fit = synchronize(reference, moving, { weights: [1, 2, 1, 3, 1, 0] });
    expect(largestDifference(fit.rotation, turn)).toBeLessThan(1e-9);
    expect(fit.rmsd).toBeLessThan(1e-9);
    const x = randomPoints(6, rng);
    const [one, seven] = [1, 7].map((w) => synchronize(x, moving, { weights: new Array(6).fill(w) }));
    expect(seven.rmsd).toBeCloseTo(one.rmsd, 12);
    expect(one.rmsd).toBeCloseTo(synchronize(x, moving).rmsd, 12);
  });

  it('never centers: the central atom stays at the origin', () => {
    const shifted = synchronize([1, 0, 0, 2, 0, 0], [0, 0, 0, 1, 0, 0]);
    expect(shifted.rmsd).toBeCloseTo(1, 12);
  });
});

describe('deficient arrangements', () => {
  const rng = createRng(9);
  const solid = randomPoints(6, rng);
  const turn = randomRotation(rng);
  const plane = solid.map((c, k) => (k % 3 === 2 ? 0 : c));
  const line = solid.map((c, k) => (k % 3 === 0 ? c : 0));

  it('coplanar points: fitted exactly by a proper rotation, reflections or not', () => {
    const reference = applyRotation(turn, plane);
    for (const reflections of [false, true]) {
      const { rmsd, rotation } = synchronize(reference, plane, { reflections });
      expect(rmsd).toBeLessThan(1e-12);
      expect(largestDifference(rotation, turn)).toBeLessThan(1e-9);
    }
    // The mirror image of coplanar points is a rotated copy of them.
    expect(synchronize(mirror(reference), plane).rmsd).toBeLessThan(1e-12);
  });

  it('collinear points: fitted exactly by some proper rotation', () => {
    const reference = applyRotation(turn, line);
    for (const reflections of [false, true]) {
      const { rmsd, rotation } = synchronize(reference, line, { reflections });
      expect(rmsd).toBeLessThan(1e-12);
      expect(determinant(rotation)).toBeCloseTo(1, 12);
      expect(orthogonality(rotation)).toBeLessThan(1e-14);
    }
  });

  it('points nearly coplanar or collinear fit to 1e-8: below, squares of the thickness are lost to rounding', () => {
    for (const thickness of [1e-3, 1e-6, 1e-8, 1e-9, 1e-12]) {
      for (const flat of [plane, line]) {
        const points = flat.map((c, k) => (c === 0 ? thickness * solid[k] : c));
        expect(synchronize(applyRotation(turn, points), points).rmsd).toBeLessThan(1e-8);
      }
    }
  });

  it('opposite points of a line: turned by half a turn', () => {
    expect(
      synchronize(
        line.map((c) => -c),
        line,
      ).rmsd,
    ).toBeLessThan(1e-12);
  });

  it('a single point, another length: turned into its direction', () => {
    const { moved, rmsd } = synchronize([0, 3, 0], [0, 0, -2]);
    expect(largestDifference(moved, [0, 2, 0])).toBeLessThan(1e-12);
    expect(rmsd).toBeCloseTo(1, 12);
    expect(synchronize([0, 3, 0], [0, 0, -2], { permute: true, reflections: true }).rmsd).toBeCloseTo(1, 12);
  });

  it('zero points: the identity', () => {
    const zero = new Float64Array(18);
    expect(Array.from(synchronize(zero, zero).rotation)).toEqual(IDENTITY);
    expect(Array.from(synchronize(solid, zero, { reflections: true }).rotation)).toEqual(IDENTITY);
    expect(synchronize(zero, solid, { permute: true }).rmsd).toBeCloseTo(Math.hypot(...solid) / Math.sqrt(6), 12);
  });

  it('regular arrangements, whose singular values coincide', () => {
    const tetrahedron = Float64Array.from([1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1]);
    const reference = applyRotation(turn, tetrahedron);
    expect(largestDifference(synchronize(reference, tetrahedron).rotation, turn)).toBeLessThan(1e-12);
    // The inverted tetrahedron: three singular values equal, the worst case of the proper rotation.
    const inverted = reference.map((c) => -c);
    expect(synchronize(inverted, tetrahedron).rmsd).toBeCloseTo(kabschRmsd(inverted, tetrahedron, false), 12);
    expect(synchronize(inverted, tetrahedron, { reflections: true }).rmsd).toBeLessThan(1e-12);
    // Relabelled, the inverted tetrahedron is a rotated one no more than itself; with reflections it is.
    expect(synchronize(inverted, tetrahedron, { reflections: true, permute: true }).rmsd).toBeLessThan(1e-12);
  });

  it('any scale from 1e-100 to 1e100', () => {
    for (const scale of [1e-100, 1e-20, 1e20, 1e100]) {
      const points = solid.map((c) => scale * c);
      expect(largestDifference(synchronize(applyRotation(turn, points), points).rotation, turn)).toBeLessThan(1e-9);
    }
  });
});

describe('synchronize over relabellings', () => {
  it('recovers random rotations and permutations of eight atoms to 1e-9', () => {
    fc.assert(
      fc.property(seeds, fc.boolean(), (seed, reflected) => {
        const rng = createRng(seed);
        const moving = randomPoints(8, rng);
        const turn = randomRotation(rng).map((c) => (reflected ? -c : c));
        const labels = permutationSampler('all', 8, rng)();
        const reference = permutePositions(applyRotation(turn, moving), labels);
        const fit = synchronize(reference, moving, { permute: true, reflections: reflected });
        expect(fit.permutation).toEqual(labels);
        expect(largestDifference(fit.rotation, turn)).toBeLessThan(1e-9);
        expect(largestDifference(fit.moved, reference)).toBeLessThan(1e-9);
        expect(fit.optimal).toBe(true);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it('recovers relabelled coplanar and collinear points', () => {
    const rng = createRng(12);
    for (const axes of [1, 2]) {
      for (let k = 0; k < 10; k++) {
        const moving = randomPoints(7, rng).map((c, at) => (at % 3 < axes ? c : 0));
        const labels = permutationSampler('all', 7, rng)();
        const reference = permutePositions(applyRotation(randomRotation(rng), moving), labels);
        expect(synchronize(reference, moving, { permute: true }).rmsd).toBeLessThan(1e-9);
        expect(synchronize(reference, randomPoints(7, rng), { permute: true }).optimal).toBe(true);
      }
    }
  });

  it('is the best of all n! relabellings of unrelated points, up to n = 5', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 5 }), fc.boolean(), (seed, n, reflections) => {
        const rng = createRng(seed);
        const [x, y] = [randomPoints(n, rng), randomPoints(n, rng)];
        const fit = synchronize(x, y, { permute: true, reflections });
        expect(fit.optimal).toBe(true);
        expect(fit.rmsd).toBeCloseTo(bruteForce(x, y, reflections), 9);
        expect(kabschRmsd(x, permutePositions(y, fit.permutation), reflections)).toBeCloseTo(fit.rmsd, 9);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('is the best of the 720 relabellings of six atoms, with noise and without relation', () => {
    const rng = createRng(7);
    for (let k = 0; k < 8; k++) {
      const x = randomPoints(6, rng);
      const related = permutePositions(rotate(x, randomRotation(rng)), permutationSampler('all', 6, rng)());
      const y = k % 2 === 0 ? randomPoints(6, rng) : related.map((c) => c + 0.5 * rng.normal());
      for (const reflections of [false, true]) {
        const fit = synchronize(x, y, { permute: true, reflections });
        expect(fit.rmsd).toBeCloseTo(bruteForce(x, y, reflections), 9);
      }
    }
  });

  it('picks the matching points out of more', () => {
    const rng = createRng(3);
    for (let k = 0; k < 20; k++) {
      const moving = randomPoints(8, rng);
      const labels = permutationSampler('all', 8, rng)().subarray(0, 5);
      const turned = applyRotation(randomRotation(rng), moving);
      const reference = Float64Array.from({ length: 15 }, (_, c) => turned[3 * labels[Math.floor(c / 3)] + (c % 3)]);
      const fit = synchronize(reference, moving, { permute: true });
      expect(fit.rmsd).toBeLessThan(1e-9);
      expect(fit.permutation).toEqual(labels);
    }
  });

  it('is symmetric in rmsd: either of the two may be the moving one', () => {
    const rng = createRng(31);
    for (let k = 0; k < 10; k++) {
      const [x, y] = [randomPoints(7, rng), randomPoints(7, rng)];
      const options = { permute: true, reflections: true };
      expect(synchronize(x, y, options).rmsd).toBeCloseTo(synchronize(y, x, options).rmsd, 9);
    }
  });
});

describe('matchPoints', () => {
  it('is the cheapest relabelling of all, nothing turned', () => {
    const rng = createRng(41);
    for (let n = 1; n <= 5; n++) {
      const [x, y] = [randomPoints(n, rng), randomPoints(n, rng)];
      const { rmsd, permutation, distances } = matchPoints(x, y);
      const cost = (p: ArrayLike<number>) =>
        Math.hypot(...permutePositions(y, p).map((c, k) => c - x[k])) / Math.sqrt(n);
      expect(rmsd).toBeCloseTo(Math.min(...allPermutations(n).map(cost)), 12);
      expect(cost(permutation)).toBeCloseTo(rmsd, 12);
      expect(Math.hypot(...distances) / Math.sqrt(n)).toBeCloseTo(rmsd, 12);
    }
  });

  it('takes the closest of more points, and refuses fewer', () => {
    expect(Array.from(matchPoints([1, 0, 0], [5, 0, 0, 1, 0.5, 0, 0, 0, 9]).permutation)).toEqual([1]);
    expect(() => matchPoints([1, 0, 0, 2, 0, 0], [1, 0, 0])).toThrow(
      'points length: found 3, expected at least 3n = 6',
    );
  });
});

describe('bad input', () => {
  it('is refused with the place and what was found', () => {
    expect(() => synchronize([1, 2, 3], [1, 2, 3, 4, 5, 6])).toThrow('moving length: found 6, expected 3n = 3');
    expect(() => synchronize([1, 2, 3, 4, 5, 6], [1, 2, 3], { permute: true })).toThrow('expected at least 3n = 6');
    expect(() => synchronize([1, 2], [1, 2])).toThrow('reference length: found 2');
    expect(() => synchronize([], [])).toThrow('reference length: found 0');
    expect(() => synchronize([1, Number.NaN, 3], [1, 2, 3])).toThrow('reference[1]: found NaN');
    expect(() => synchronize([1, 2, 3], [1, 2, Infinity])).toThrow('moving[2]: found Infinity');
    expect(() => synchronize([1, 2, 3], [1, 2, 3], { weights: [1, 1] })).toThrow('option weights length: found 2');
    expect(() => synchronize([1, 2, 3], [1, 2, 3], { weights: [-1] })).toThrow('option weights[0]: found -1');
    expect(() => synchronize([1, 2, 3], [1, 2, 3], { weights: [0] })).toThrow('option weights: found zeros only');
    expect(() => synchronize([1, 2, 3], [1, 2, 3], { permute: 'exact' as never })).toThrow(
      'option permute: found "exact"',
    );
    expect(() => synchronize([1, 2, 3], [1, 2, 3], { reflect: true } as never)).toThrow('option reflect: found');
    expect(() => applyRotation([1], [1, 2, 3])).toThrow('rotation length: found 1');
  });
});
