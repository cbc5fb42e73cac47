import { Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { InputError, type Rng } from '../../../src/core';
import { type Path, pathsOf } from '../../../src/diffusion/graph/config';
import { couplings, harmonics } from './couplings';
import { holds, randomRotation, turned, unit } from './toy';

const DEGREES = [0, 1, 2];
const PATHS = pathsOf(1);
/** Squares of the 3j symbols (a b c; 0 0 0), by the sorted degrees. */
const SQUARED_3J: Record<string, number> = { '000': 1, '011': 1 / 3, '022': 1 / 5, '112': 2 / 15, '222': 2 / 35 };

const direction = (rng: Rng): number[] => unit([rng.normal(), rng.normal(), rng.normal()]);
const at = (l: number, [x, y, z]: number[]): number[] => harmonics(l, x, y, z);
const legendre = (l: number, t: number): number => [1, t, (3 * t * t - 1) / 2][l];

/** D with Y(Q r) = D Y(r), from the harmonics of random directions. */
function wigner(l: number, Q: number[], rng: Rng): Matrix {
  const directions = Array.from({ length: 4 * l + 4 }, () => direction(rng));
  const before = new Matrix(directions.map((r) => at(l, r)));
  const after = new Matrix(directions.map((r) => at(l, Array.from(turned(Float64Array.from(r), Q)))));
  return solve(before, after, true).transpose();
}

/** Σ_ab C_cab u_a w_b. */
function coupled([a, b, c]: Path, u: number[], w: number[]): number[] {
  const tensor = couplings([a, b, c]);
  return Array.from({ length: 2 * c + 1 }, (_, row) =>
    u.reduce(
      (sum, ua, column) =>
        sum + w.reduce((s, wb, k) => s + tensor[(row * u.length + column) * w.length + k] * ua * wb, 0),
      0,
    ),
  );
}

describe('harmonics', () => {
  it('come in the orders x, y, z and xy, yz, 3z² − 1, xz, x² − y²', () => {
    const [x, y, z] = [0.48, 0.6, 0.64];
    const expected = [
      [1],
      [Math.sqrt(3) * x, Math.sqrt(3) * y, Math.sqrt(3) * z],
      [
        Math.sqrt(15) * x * y,
        Math.sqrt(15) * y * z,
        (Math.sqrt(5) / 2) * (2 * z * z - x * x - y * y),
        Math.sqrt(15) * x * z,
        (Math.sqrt(15) / 2) * (x + y) * (x - y),
      ],
    ];
    for (const l of DEGREES) {
      harmonics(l, x, y, z).forEach((value, m) => {
        expect(value).toBeCloseTo(expected[l][m], 12);
      });
    }
  });

  it('obey the addition theorem Σ_m Y_m(r) Y_m(s) = (2l + 1) P_l(r · s)', () => {
    holds((rng) => {
      const [r, s] = [direction(rng), direction(rng)];
      const cosine = r.reduce((sum, x, k) => sum + x * s[k], 0);
      for (const l of DEGREES) {
        const Ys = at(l, s);
        const sum = at(l, r).reduce((total, Y, m) => total + Y * Ys[m], 0);
        expect(sum).toBeCloseTo((2 * l + 1) * legendre(l, cosine), 12);
      }
    }, 50);
  });

  it('turn by an orthogonal matrix, with the sign (−1)^l under inversion', () => {
    holds((rng) => {
      const seed = rng.next();
      for (const l of DEGREES) {
        const Q = randomRotation(rng, seed % 2 === 0);
        const D = wigner(l, Q, rng);
        expect(
          D.mmul(D.transpose())
            .sub(Matrix.eye(2 * l + 1))
            .norm(),
        ).toBeLessThan(1e-10);
        const r = direction(rng);
        const inverted = at(
          l,
          r.map((x) => -x),
        ).map((Y) => (l % 2 === 0 ? Y : -Y));
        inverted.forEach((Y, m) => {
          expect(Y).toBeCloseTo(at(l, r)[m], 12);
        });
      }
    });
  });
});

describe('paths', () => {
  it('are all of even parity up to the highest degree, each once', () => {
    const all = [0, 1, 2].flatMap((a) => [0, 1, 2].flatMap((b) => [0, 1, 2].map((c) => [a, b, c])));
    const allowed = all.filter((path) => {
      const sum = path[0] + path[1] + path[2];
      return sum % 2 === 0 && Math.max(...path) <= sum / 2;
    });
    const paths = pathsOf(1).map(String);
    expect([...paths].sort()).toEqual(allowed.map(String).sort());
    expect(pathsOf(0).map(String)).toEqual(paths.filter((path) => path.startsWith('0')));
  });
});

describe('couplings', () => {
  it.each(PATHS)('of %i, %i → %i have squares that sum to 2 l + 1, equally for every order', (...path) => {
    const tensor = couplings(path);
    const rows = 2 * path[2] + 1;
    for (let c = 0; c < rows; c++) {
      const row = tensor.subarray((c * tensor.length) / rows, ((c + 1) * tensor.length) / rows);
      expect(row.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 12);
    }
  });

  it.each(PATHS)(
    'of %i, %i → %i are κ ⟨Y Y Y⟩, κ > 0: along one direction the root of products of 2l + 1 and 3j²',
    (...path) => {
      const [a, b, c] = path;
      const squared3j = SQUARED_3J[[...path].sort().join('')];
      const expected = (2 * c + 1) * Math.sqrt((2 * a + 1) * (2 * b + 1) * squared3j);
      holds((rng) => {
        const r = direction(rng);
        const message = coupled(path, at(a, r), at(b, r));
        const sum = at(c, r).reduce((total, Y, m) => total + Y * message[m], 0);
        expect(sum).toBeCloseTo(expected, 10);
      });
    },
  );

  it.each(PATHS)('of %i, %i → %i turn with their arguments, under reflections as well', (...path) => {
    const [a, b, c] = path;
    holds((rng) => {
      const Q = randomRotation(rng, rng.uniform() < 0.5);
      const [Da, Db, Dc] = [a, b, c].map((l) => wigner(l, Q, rng));
      const [u, w] = [a, b].map((l) => Array.from({ length: 2 * l + 1 }, () => rng.normal()));
      const turn = (D: Matrix, vector: number[]): number[] => D.mmul(Matrix.columnVector(vector)).to1DArray();
      const first = coupled(path, turn(Da, u), turn(Db, w));
      turn(Dc, coupled(path, u, w)).forEach((value, m) => {
        expect(first[m]).toBeCloseTo(value, 9);
      });
    });
  });

  it('of degrees 1 and 1 to 0 are the dot product over √3', () => {
    const tensor = couplings([1, 1, 0]);
    Matrix.eye(3)
      .to1DArray()
      .forEach((delta, k) => {
        expect(tensor[k]).toBeCloseTo(delta / Math.sqrt(3), 12);
      });
  });

  it.each([
    [1, 1, 1],
    [0, 1, 0],
    [0, 0, 2],
    [2, 2, 1],
  ] as Path[])('of %i, %i → %i do not exist', (...path) => {
    expect(() => couplings(path)).toThrow(InputError);
    expect(() => couplings(path)).toThrow(/^path: found \d, \d → \d/);
  });
});
