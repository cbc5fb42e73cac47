import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors';
import { asRng, createRng } from '../../src/core/random';

const seeds = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('createRng', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    fc.assert(
      fc.property(seeds, seeds, (a, b) => {
        const draw = (seed: number): string => {
          const rng = createRng(seed);
          return Array.from({ length: 8 }, () => rng.next()).join();
        };
        expect(draw(a)).toBe(draw(a));
        if (!Object.is(a, b)) expect(draw(a)).not.toBe(draw(b));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('goes on from a saved state as if never interrupted, the spare normal included', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 9 }), (seed, skip) => {
        const rng = createRng(seed);
        for (let i = 0; i < skip; i++) rng.normal();
        const resumed = createRng(JSON.parse(JSON.stringify(rng.state())));
        for (let i = 0; i < 5; i++) expect(resumed.normal()).toBe(rng.normal());
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('is uniform: mean 1/2, variance 1/12, every tenth equally full', () => {
    const rng = createRng(3);
    const count = 200_000;
    const tenths = new Array<number>(10).fill(0);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const u = rng.uniform();
      if (!(u >= 0 && u < 1)) throw new Error(`${u} is outside [0, 1)`);
      sum += u;
      squares += u * u;
      tenths[Math.floor(10 * u)]++;
    }
    const mean = sum / count;
    // Five standard errors.
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(squares / count - mean * mean - 1 / 12)).toBeLessThan(0.001);
    for (const tenth of tenths) expect(Math.abs(tenth - count / 10)).toBeLessThan(5 * Math.sqrt(count * 0.09));
  });

  it('gives integers the remainders of its words, of those below the last multiple', () => {
    const below = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 2 ** 31 - 3, max: 2 ** 32 }));
    fc.assert(
      fc.property(seeds, below, (seed, below) => {
        const [rng, words] = [createRng(seed), createRng(seed)];
        for (let i = 0; i < 20; i++) {
          let word = words.next();
          while (word >= 2 ** 32 - (2 ** 32 % below)) word = words.next();
          expect(rng.integer(below)).toBe(word % below);
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('draws normals with the moments of N(0, 1)', () => {
    const rng = createRng(4);
    const count = 200_000;
    const moments = [0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const x = rng.normal();
      for (let k = 0; k < 4; k++) moments[k] += x ** (k + 1) / count;
    }
    // Five standard errors; the variances of x, x², x³, x⁴ are 1, 2, 15, 96.
    [0, 1, 0, 3].forEach((expected, k) => {
      expect(Math.abs(moments[k] - expected)).toBeLessThan(5 * Math.sqrt([1, 2, 15, 96][k] / count));
    });
  });

  it('draws integers below the bound, each equally often', () => {
    const rng = createRng(5);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[rng.integer(7)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(70_000 * (6 / 49)));
  });

  it('shuffles: a permutation always, every order of three equally often, and only within the given range', () => {
    const rng = createRng(6);
    const counts = new Map<string, number>();
    for (let i = 0; i < 60_000; i++) {
      const items = [0, 1, 2, 3, 4];
      rng.shuffle(items, 1, 4);
      counts.set(items.join(), (counts.get(items.join()) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([
      '0,1,2,3,4',
      '0,1,3,2,4',
      '0,2,1,3,4',
      '0,2,3,1,4',
      '0,3,1,2,4',
      '0,3,2,1,4',
    ]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

describe('asRng', () => {
  it('takes a seed or passes a generator through', () => {
    const rng = createRng(7);
    expect(asRng(rng)).toBe(rng);
    expect(asRng(7).next()).toBe(createRng(7).next());
  });

  it('refuses what is neither, and seeds that are not finite', () => {
    for (const bad of [undefined, null, '7', {}]) expect(() => asRng(bad as never)).toThrow(InputError);
    expect(() => asRng('7' as never)).toThrow('seed: found string, expected a finite number or a generator');
    expect(() => createRng(Number.NaN)).toThrow('seed: found NaN, expected a finite number');
    expect(() => createRng('7' as never)).toThrow('seed: found string');
  });
});
