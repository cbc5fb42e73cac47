import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, InputError, noiseSchedule, type Rng } from '../../../src/core';
import {
  chainSchedule,
  type Guide,
  type Sampler,
  type SamplerOptions,
  type SamplerProgress,
  type SamplerStart,
  sampleStructures,
} from '../../../src/diffusion/cells/sampler';
import type { Structure } from '../../../src/structures';
import { withAtoms } from '../../../src/structures';
import { randomRotation, toyStructure, turned } from '../graph/toy';
import {
  alwaysHolds,
  cube,
  largestDifference,
  mean,
  network,
  noisy,
  oracle,
  ruled,
  startOf,
  watched,
} from './denoisers';

const SAMPLERS = ['chain', 'ancestral', 'flow'] as const;
/** Those that sample what the model was trained on. */
const TRUE_SAMPLERS = ['ancestral', 'flow'] as const;
const still = ruled(() => 0);

/** Of silicon alone, in an oblique cell. */
function silicon(rng: Rng, atoms: number): Structure {
  return { ...toyStructure(rng, atoms), species: new Array<string>(atoms).fill('Si') };
}

describe('chainSchedule', () => {
  it('has so many falling levels between the ends and then 0, whatever the window', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 4, maxLength: 4 }),
        (steps, all) => {
          const [low, high] = all
            .slice(0, 2)
            .map((x) => x / 100)
            .sort((a, b) => a - b);
          const [end, begin] = all
            .slice(2)
            .map((x) => x / 100)
            .sort((a, b) => a - b);
          fc.pre(high > low && begin > end);
          const levels = chainSchedule(steps, [high, low], [begin, end]);
          expect(levels).toHaveLength(steps + 1);
          expect(levels[0]).toBeCloseTo(high, 9);
          if (steps > 1) expect(levels[steps - 1]).toBeCloseTo(low, 9);
          expect(levels[steps]).toBe(0);
          for (let k = 0; k < steps; k++) expect(levels[k + 1]).toBeLessThan(levels[k]);
        },
      ),
      { seed: 1 },
    );
  });

  it('spends nine calls in ten within the window, but for eight at the end', () => {
    const levels = chainSchedule(1000, [0.6, 0.03], [0.36, 0.24]);
    const count = (from: number, to: number): number => levels.filter((x) => x <= from && x >= to).length;
    const rounding = 1e-9;
    expect(count(Infinity, 0.36 + rounding)).toBe(100);
    expect(count(0.36 + rounding, 0.24 - rounding)).toBe(892);
    expect(count(0.24 - rounding, 0.01)).toBe(8);
  });

  it('falls in equal ratios where there are few calls, or the window is beyond the ends', () => {
    const noise: [number, number] = [0.6, 0.03];
    expect(chainSchedule(9, noise, [0.36, 0.24])).toEqual(noiseSchedule(9, noise));
    expect(chainSchedule(50, noise, [3, 2])).toEqual(noiseSchedule(50, noise));
    expect(chainSchedule(50, noise, [0.02, 0.01])).toEqual(noiseSchedule(50, noise));
  });
});

describe('with a denoiser that knows the places', () => {
  it.each(SAMPLERS)('the %s sampler comes back to them, whatever the levels', async (sampler) => {
    await alwaysHolds(async (rng) => {
      const structures = [1, 7].map((atoms) => cube(rng, atoms));
      const high = 0.5 + 3 * rng.uniform();
      const starts = structures.map((structure) =>
        startOf({ ...structure, positions: noisy(structure.positions, high, rng) }, rng),
      );
      const denoiser = oracle(...structures.map(({ positions }) => positions));
      const found = await sampleStructures(denoiser, starts, {
        sampler,
        steps: 1 + rng.integer(30),
        noise: [high, high * rng.uniform()],
      });
      // What single precision of ε̂ leaves.
      found.forEach(({ positions }, k) => {
        expect(largestDifference(positions, structures[k].positions)).toBeLessThan(5e-6);
      });
    }, 20);
  });

  it('the flow has at each level the same noise, only less of it', async () => {
    const rng = createRng(1);
    const structure = cube(rng, 20);
    const places = structure.positions;
    const start = { ...structure, positions: noisy(places, 2, rng) };
    const check = ({ structures: [{ positions }], sigma }: SamplerProgress): undefined => {
      const expected = places.map((x, k) => x + (sigma / 2) * (start.positions[k] - x));
      expect(largestDifference(positions, expected)).toBeLessThan(1e-5);
    };
    await sampleStructures(oracle(places), [startOf(start, rng)], {
      sampler: 'flow',
      noise: [2, 0.03],
      steps: 100,
      onProgress: check,
    });
    expect.assertions(100);
  });

  it('the ancestral sampler has at each level normal noise, which forgets the first as σ/σ₀', async () => {
    const rng = createRng(2);
    const structure = cube(rng, 2000);
    const places = structure.positions;
    const start = { ...structure, positions: noisy(places, 2, rng) };
    const error = 5 / Math.sqrt(places.length);
    const check = ({ structures: [{ positions }], sigma }: SamplerProgress): undefined => {
      if (sigma === 0) return;
      const noise = positions.map((x, k) => (x - places[k]) / sigma);
      const first = start.positions.map((x, k) => (x - places[k]) / 2);
      expect(Math.abs(mean(noise))).toBeLessThan(error);
      expect(Math.abs(mean(noise.map((x) => x * x)) - 1)).toBeLessThan(Math.SQRT2 * error);
      expect(Math.abs(mean(noise.map((x, k) => x * first[k])) - sigma / 2)).toBeLessThan(Math.SQRT2 * error);
    };
    await sampleStructures(oracle(places), [startOf(start, rng)], {
      sampler: 'ancestral',
      levels: [2, 1.9, 1, 0.4, 0.3, 0.02],
      onProgress: check,
    });
    expect.assertions(15);
  });
});

describe('with the score of a Gaussian well', () => {
  const [width, high, low, atoms] = [0.5, 4, 0.01, 3000];
  /** E[ε | x] of x = x₀ + σ ε with x₀ normal of deviation `width` about the origin. */
  const well = ruled((x, _, sigma) => (sigma * x) / (width ** 2 + sigma ** 2));
  const variance = async (sampler: Sampler, steps: number): Promise<number> => {
    const rng = createRng(steps);
    const structure = cube(rng, atoms);
    // All at the usual distance, so that no estimate is too long.
    const radius = Math.sqrt(3) * Math.hypot(width, high);
    const positions = Float64Array.from(Array.from({ length: atoms }, () => randomRotation(rng).slice(0, 3)).flat());
    for (let k = 0; k < positions.length; k++) positions[k] *= radius;
    const start = startOf({ ...structure, positions }, rng);
    const independent = sampler === 'chain' ? { correlation: 0 } : {};
    const [found] = await sampleStructures(well, [start], { sampler, steps, noise: [high, low], ...independent });
    return mean(found.positions.map((x) => x * x));
  };
  const error = 5 * Math.sqrt(2 / (3 * atoms));

  it.each(SAMPLERS)('the %s sampler has the variance of a linear map a step', async (sampler) => {
    for (const steps of [1, 2, 5, 20]) {
      const levels = noiseSchedule(steps, [high, low]);
      let expected = width ** 2 + high ** 2;
      for (let k = 0; k < steps; k++) {
        const [from, to] = [levels[k] ** 2, levels[k + 1] ** 2];
        const added = { flow: 0, ancestral: (to * (from - to)) / from, chain: to }[sampler];
        // σ σ_d, for x′ = x + (σ_d − σ) ε̂.
        const product = { flow: Math.sqrt(from * to), ancestral: to, chain: 0 }[sampler];
        expected = expected * (1 - (from - product) / (width ** 2 + from)) ** 2 + added;
      }
      const found = await variance(sampler, steps);
      expect(Math.abs(found - expected)).toBeLessThan(error * expected);
    }
  });

  it.each(TRUE_SAMPLERS)('the %s sampler comes to the variance of the well in many steps', async (sampler) => {
    // What steps of this size leave, 3 %, above the error of the sample.
    const found = await variance(sampler, 300);
    expect(Math.abs(found / width ** 2 - 1)).toBeLessThan(error + 0.03);
  });
});

/** Variance, over 6,000 coordinates, of a walk of the chain at one level in a Gaussian well of this width. */
async function varianceInWell(width: number, sigma: number, steps: number, options: SamplerOptions): Promise<number> {
  const well = ruled((x, _, level) => (level * x) / (width ** 2 + level ** 2));
  const structure = cube(createRng(3), 2000);
  const start = { ...structure, positions: structure.positions.map(() => 0) };
  // Levels must fall; by a millionth in all.
  const levels = Float64Array.from({ length: steps }, (_, k) => sigma * (1 - (1e-6 * k) / steps));
  let variance = 0;
  const onProgress = ({ step, steps: all, structures: [{ positions }] }: SamplerProgress): boolean => {
    variance = mean(positions.map((x) => x * x));
    return step < all - all / steps;
  };
  await sampleStructures(well, [startOf(start, createRng(4))], { ...options, levels, onProgress });
  return variance;
}

describe('the chain', () => {
  const places = cube(createRng(1), 2000).positions;

  it('has at each level normal noise about the denoised places, which forgets all noise before', async () => {
    const rng = createRng(2);
    const structure = cube(createRng(1), 2000);
    const start = { ...structure, positions: noisy(places, 2, rng) };
    const error = 5 / Math.sqrt(places.length);
    const onProgress = ({ structures: [{ positions }], sigma }: SamplerProgress): undefined => {
      if (sigma === 0) return;
      const noise = positions.map((x, k) => (x - places[k]) / sigma);
      expect(Math.abs(mean(noise.map((x) => x * x)) - 1)).toBeLessThan(Math.SQRT2 * error);
      expect(Math.abs(mean(noise.map((x, k) => (x * (start.positions[k] - places[k])) / 2)))).toBeLessThan(error);
    };
    await sampleStructures(oracle(places), [startOf(start, rng)], {
      sampler: 'chain',
      levels: [2, 1.9, 0.4],
      onProgress,
    });
    expect.assertions(4);
  });

  it.each([0, 1 / 3, 0.5, -0.9])(
    'has the variance of a walk with noise of correlation %d in a Gaussian well',
    async (correlation) => {
      const [width, sigma, steps] = [0.5, 0.1, 400];
      const variance = await varianceInWell(width, sigma, steps, { correlation });
      const shrunk = width ** 2 / (width ** 2 + sigma ** 2);
      const cross = correlation * shrunk;
      const expected = (sigma ** 2 * (1 + cross)) / ((1 - shrunk ** 2) * (1 - cross));
      expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / 6000));
      // A walk at that share of the temperature has that share of the variance of the well.
      const temperature = (1 + correlation) / (2 - 2 * correlation);
      expect(expected / width ** 2).toBeCloseTo(temperature, 1);
    },
  );
});

describe('an ancestral approach', () => {
  const start = (): SamplerStart => startOf(silicon(createRng(1), 6), createRng(2));

  it('is ancestral sampling above the window, to the bit', async () => {
    const levels = [1.2, 0.9, 0.6, 0.4, 0.3];
    /** Positions after each step. */
    const walk = async (options: SamplerOptions): Promise<number[][]> => {
      const seen: number[][] = [];
      const onProgress = ({ structures: [{ positions }] }: SamplerProgress): undefined => {
        seen.push(Array.from(positions));
      };
      await sampleStructures(network(1), [start()], { levels, onProgress, ...options });
      return seen;
    };
    const mixed = await walk({ approach: 'ancestral', window: [0.6, 0.2] });
    const ancestral = await walk({ sampler: 'ancestral' });
    expect(mixed.slice(0, 2)).toEqual(ancestral.slice(0, 2));
    expect(mixed[2]).not.toEqual(ancestral[2]);
    // No level above the window: the chain alone, at the temperature of the data.
    const alone = await walk({ approach: 'ancestral', window: [2, 0.2] });
    expect(alone).toEqual(await walk({ correlation: 1 / 3 }));
  });

  it('takes half of the calls, from 1.5 Å', async () => {
    const sigmas: number[] = [];
    const onProgress = ({ sigma }: SamplerProgress): undefined => {
      sigmas.push(sigma);
    };
    await sampleStructures(still, [start()], {
      ...{ approach: 'ancestral', window: [0.15, 0.05], steps: 40 },
      onProgress,
    });
    const levels = chainSchedule(40, [1.5, 0.03], [0.15, 0.05], 0.5);
    expect(sigmas).toEqual(Array.from(levels.subarray(1)));
    expect(levels[0]).toBeCloseTo(1.5, 12);
    expect(levels.filter((level) => level > 0.15 + 1e-9)).toHaveLength(20);
  });
});

describe('several calls a step', () => {
  const [width, sigma, steps] = [0.5, 0.3, 200];

  /** What the calls of a step leave of a displacement in the well. */
  function left(calls: number): number {
    const path = Array.from({ length: calls }, (_, k) => sigma / 4 ** (k / Math.max(1, calls - 1))).concat(0);
    return path.slice(1).reduce((product, to, k) => {
      return product * (1 + ((to / path[k] - 1) * path[k] ** 2) / (width ** 2 + path[k] ** 2));
    }, 1);
  }

  it.each([1, 2, 5])('of %d calls leave the closed form of a walk in a Gaussian well', async (callsPerStep) => {
    const variance = await varianceInWell(width, sigma, steps, { correlation: 0, callsPerStep });
    const expected = sigma ** 2 / (1 - left(callsPerStep) ** 2);
    expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / 6000));
  });

  it('come to the whole temperature of the data', () => {
    const share = (calls: number): number => sigma ** 2 / (1 - left(calls) ** 2) / (width ** 2 + sigma ** 2);
    expect(share(1)).toBeLessThan(0.65);
    expect(share(2)).toBeGreaterThan(share(1) + 0.05);
    expect(share(64)).toBeGreaterThan(0.9);
  });

  it('are counted one by one', async () => {
    const seen: number[][] = [];
    const onProgress = ({ step, steps }: SamplerProgress): undefined => {
      seen.push([step, steps]);
    };
    const start = startOf(cube(createRng(1), 3), createRng(1));
    await sampleStructures(still, [start], { steps: 7, callsPerStep: 3, onProgress });
    expect(seen).toEqual([
      [3, 6],
      [6, 6],
    ]);
  });
});

describe('an estimate that is too long to be true', () => {
  it('takes an atom 4.4 σ towards where it points, and no farther', async () => {
    const rng = createRng(3);
    const direction = randomRotation(rng).slice(0, 3);
    const structure = { ...cube(rng, 1, 100), positions: Float64Array.from(direction, (x) => 50 * x) };
    const [found] = await sampleStructures(oracle([0, 0, 0]), [startOf(structure, rng)], {
      sampler: 'flow',
      noise: [2, 0.1],
    });
    const left = 50 - 4.4 * 2;
    expect(
      largestDifference(
        found.positions,
        direction.map((x) => left * x),
      ),
    ).toBeLessThan(1e-4);
  });

  it('is believed up to that length', async () => {
    const structure = { ...cube(createRng(1), 1, 100), positions: Float64Array.of(4.39, 0, 0) };
    const start = startOf(structure, createRng(1));
    const [found] = await sampleStructures(oracle([0, 0, 0]), [start], { steps: 1, noise: [1, 1] });
    expect(Math.abs(found.positions[0])).toBeLessThan(1e-6);
  });
});

describe('known atoms', () => {
  it.each(SAMPLERS)('stay where they are to the bit, in the %s sampler', async (sampler) => {
    await alwaysHolds(async (rng) => {
      const structure = silicon(rng, 8);
      const free = Uint8Array.from({ length: 8 }, () => rng.integer(2));
      const before = structure.positions.slice();
      for (const denoiser of [network(rng.next()), ruled(() => 1, {}, NaN)]) {
        const options = { sampler, steps: 3 };
        const [{ positions }] = await sampleStructures(denoiser, [{ structure, free, rng }], options);
        positions.forEach((x, k) => {
          if (free[Math.floor(k / 3)]) expect(x).not.toBe(before[k]);
          else expect(x).toBe(before[k]);
        });
      }
      expect(structure.positions).toEqual(before);
    });
  });

  it('may be given once for all starts, which changes nothing', async () => {
    await alwaysHolds(async (rng) => {
      const known = silicon(rng, 8);
      const seed = rng.next();
      const start = (k: number): SamplerStart => {
        const own = createRng(seed + k);
        const places = Float64Array.from({ length: 6 }, () => 6 * own.uniform());
        const structure = withAtoms(known, places, ['Si', 'Si']);
        return { structure, free: new Uint8Array(10).fill(1, 8), rng: own };
      };
      const denoiser = network(seed, { layers: 3 });
      const run = (given?: Structure): Promise<Structure[]> =>
        sampleStructures(denoiser, [start(0), start(1)], { steps: 3 }, given);
      expect(await run(known)).toEqual(await run());
    });
  });

  it('are told to the denoiser as such, free ones with the level at hand', async () => {
    const seen: number[][] = [];
    const denoiser = watched(
      ruled(() => 0),
      (_, noise) => seen.push(...noise.map((levels) => Array.from(levels))),
    );
    const start = { structure: cube(createRng(1), 3), free: Uint8Array.of(0, 1, 0), rng: createRng(1) };
    await sampleStructures(denoiser, [start], { levels: [2, 0.5] });
    expect(seen).toEqual([
      [0, 2, 0],
      [0, 0.5, 0],
    ]);
  });
});

describe('structures side by side', () => {
  it.each(SAMPLERS)(
    'are each as alone, the empty and the wholly known ones too, in the %s sampler',
    async (sampler) => {
      const denoiser = network(1);
      const structures = [5, 0, 9, 1, 4].map((atoms, k) => silicon(createRng(k), atoms));
      const start = (k: number) => startOf(structures[k], createRng(100 + k), k === 4 ? 4 : 1);
      const together = await sampleStructures(
        denoiser,
        structures.map((_, k) => start(k)),
        { sampler, steps: 4 },
      );
      for (const [k, found] of together.entries()) {
        expect(await sampleStructures(denoiser, [start(k)], { sampler, steps: 4 })).toEqual([found]);
      }
      expect(together[4].positions).toEqual(structures[4].positions);
    },
  );

  it('are none where there are no starts', async () => {
    expect(await sampleStructures(network(1), [], { steps: 1 })).toEqual([]);
  });

  it('come out the same from the same seed, otherwise from another; the flow draws nothing', async () => {
    const structure = silicon(createRng(1), 6);
    const run = async (seed: number, sampler: Sampler): Promise<[Structure[], unknown]> => {
      const rng = createRng(seed);
      return [await sampleStructures(network(1), [startOf(structure, rng)], { sampler, steps: 4 }), rng.state()];
    };
    for (const sampler of ['chain', 'ancestral'] as const) {
      const found = await run(5, sampler);
      expect(await run(5, sampler)).toEqual(found);
      expect((await run(6, sampler))[0]).not.toEqual(found[0]);
    }
    const flow = await run(5, 'flow');
    expect((await run(6, 'flow'))[0]).toEqual(flow[0]);
    expect(flow[1]).toEqual(createRng(5).state());
  });
});

describe('what an equivariant network finds', () => {
  const options = { steps: 4, noise: [1, 0.1] as [number, number] };

  /** A generator whose normal vectors are those of a seed, turned. */
  const turnedRng = (seed: number, Q: number[]): Rng => {
    const rng = createRng(seed);
    let held: number[] = [];
    const normal = (): number => {
      if (held.length === 0) held = Array.from(turned(Float64Array.from([0, 0, 0], rng.normal), Q));
      return held.shift()!;
    };
    return { ...rng, normal };
  };

  it.each(SAMPLERS)('turns with the start and its noise, under reflections too, in the %s sampler', async (sampler) => {
    await alwaysHolds(async (rng) => {
      const denoiser = network(rng.next());
      const structure = silicon(rng, 7);
      const Q = randomRotation(rng, rng.uniform() < 0.5);
      const shift = [3, -20, 0.1];
      const moved = {
        ...structure,
        lattice: turned(structure.lattice, Q),
        positions: turned(structure.positions, Q).map((x, k) => x + shift[k % 3]),
      };
      const starts = [startOf(structure, createRng(9), 2), startOf(moved, turnedRng(9, Q), 2)];
      const [found, foundMoved] = await sampleStructures(denoiser, starts, { ...options, sampler });
      const expected = turned(found.positions, Q).map((x, k) => x + shift[k % 3]);
      expect(largestDifference(foundMoved.positions, expected)).toBeLessThan(1e-3);
      expect(largestDifference(found.positions, structure.positions)).toBeGreaterThan(0.1);
    });
  });

  it('goes with its atoms when those are numbered otherwise', async () => {
    await alwaysHolds(async (rng) => {
      const structure = silicon(rng, 7);
      const free = Uint8Array.from({ length: 7 }, () => rng.integer(2));
      const order = [0, 1, 2, 3, 4, 5, 6];
      rng.shuffle(order);
      const inOrder = (rows: Float64Array): Float64Array =>
        Float64Array.from(order.flatMap((i) => Array.from(rows.subarray(3 * i, 3 * i + 3))));
      const reordered = { ...structure, positions: inOrder(structure.positions) };
      const starts = [
        { structure, free, rng },
        { structure: reordered, free: Uint8Array.from(order, (i) => free[i]), rng },
      ];
      const found = await sampleStructures(network(rng.next()), starts, { ...options, sampler: 'flow' });
      expect(largestDifference(found[1].positions, inOrder(found[0].positions))).toBeLessThan(1e-3);
    });
  });

  it.each(SAMPLERS)(
    'does not depend on which images of the atoms it starts from, in the %s sampler',
    async (sampler) => {
      await alwaysHolds(async (rng) => {
        const structure = silicon(rng, 7);
        const shifts = structure.positions.map(() => 0);
        for (let i = 0; i < 7; i++) {
          for (let a = 0; a < 3; a++) {
            const times = rng.integer(5) - 2;
            for (let c = 0; c < 3; c++) shifts[3 * i + c] += times * structure.lattice[3 * a + c];
          }
        }
        const wandered = { ...structure, positions: structure.positions.map((x, k) => x + shifts[k]) };
        const starts = [startOf(structure, createRng(4), 3), startOf(wandered, createRng(4), 3)];
        const found = await sampleStructures(network(rng.next()), starts, { ...options, sampler });
        const expected = found[0].positions.map((x, k) => x + shifts[k]);
        expect(largestDifference(found[1].positions, expected)).toBeLessThan(1e-3);
      });
    },
  );
});

describe('onProgress', () => {
  const structure = cube(createRng(1), 2);

  it('hears of each step and the level that it led to', async () => {
    const heard: number[][] = [];
    const onProgress = ({ step, steps, sigma, structures }: SamplerProgress): undefined => {
      heard.push([step, steps, sigma, structures.length]);
    };
    await sampleStructures(still, [startOf(structure, createRng(1))], { levels: [2, 1, 0.5], onProgress });
    expect(heard).toEqual([
      [1, 3, 1, 1],
      [2, 3, 0.5, 1],
      [3, 3, 0, 1],
    ]);
  });

  it('stops where it returns false, as an aborted signal does', async () => {
    const positions = new Float64Array(6).fill(2);
    const controller = new AbortController();
    const ways: SamplerOptions[] = [
      { onProgress: ({ step }) => step < 2 },
      {
        signal: controller.signal,
        onProgress: ({ step }) => (step === 2 ? controller.abort() : undefined) as undefined,
      },
    ];
    for (const way of ways) {
      const options: SamplerOptions = { sampler: 'flow', levels: [2, 1, 0.5], ...way };
      const start = startOf({ ...structure, positions }, createRng(1));
      const [found] = await sampleStructures(oracle(new Float64Array(6)), [start], options);
      expect(largestDifference(found.positions, new Float64Array(6).fill(0.5))).toBeLessThan(1e-6);
    }
  });

  it('leaves other tasks their turn between the steps', async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    let steps = 0;
    await sampleStructures(still, [startOf(structure, createRng(1))], {
      ...{ steps: 100, signal: controller.signal },
      onProgress: ({ step }) => {
        steps = step;
        return true;
      },
    });
    expect(steps).toBeLessThan(5);
  });
});

describe('a guide', () => {
  const places = [1, 2, 3, 4, 5, 6];
  const structure = { ...cube(createRng(1), 2), positions: Float64Array.from(places) };

  it('is called with denoised structures and the level that comes next, each under its index', async () => {
    const heard: [number, number][] = [];
    const guide: Guide = ({ positions }, sigma, index) => {
      heard.push([sigma, index]);
      expect(largestDifference(positions, places)).toBeLessThan(1e-6);
      return positions;
    };
    const starts = [1, 2].map((seed) => startOf(structure, createRng(seed)));
    await sampleStructures(oracle(places), starts, { levels: [1, 0.5], guide });
    expect(heard).toEqual([
      [0.5, 0],
      [0.5, 1],
      [0, 0],
      [0, 1],
    ]);
  });

  it('moves free atoms only, and noise comes on top of where it puts them', async () => {
    const guide: Guide = () => new Float64Array(6).fill(9);
    const during: number[] = [];
    const [found] = await sampleStructures(oracle(places), [startOf(structure, createRng(1), 1)], {
      ...{ levels: [1, 0.5], guide },
      onProgress: ({ structures: [{ positions }] }) => {
        during.push(positions[3]);
        return true;
      },
    });
    expect(Array.from(found.positions)).toEqual([1, 2, 3, 9, 9, 9]);
    expect(during[0]).not.toBe(9);
    expect(Math.abs(during[0] - 9)).toBeLessThan(5 * 0.5);
  });

  it('that changes nothing leaves the same bits as none', async () => {
    const run = (guide?: Guide): Promise<Structure[]> =>
      sampleStructures(network(1), [startOf(silicon(createRng(1), 6), createRng(2))], { steps: 5, guide });
    expect(await run(({ positions }) => positions.slice())).toEqual(await run());
  });

  it.each(SAMPLERS)('keeps the structures of the %s sampler where it puts them', async (sampler) => {
    const own = Float64Array.from(places, (x) => x + 0.3);
    // The noise that is left is that about the guided places, however far the model's are.
    const far = oracle(places.map((x) => x - 0.1));
    const options = { sampler, steps: 6, noise: [1, 0.05] as [number, number], guide: () => own };
    const [found] = await sampleStructures(far, [startOf(structure, createRng(1))], options);
    expect(Array.from(found.positions)).toEqual(Array.from(own));
  });

  it.each(SAMPLERS)('that changes nothing changes the %s sampler by no more than rounding', async (sampler) => {
    const start = (): SamplerStart => startOf(silicon(createRng(1), 6), createRng(2));
    const run = (guide?: Guide): Promise<Structure[]> =>
      sampleStructures(network(1), [start()], { sampler, steps: 5, guide });
    const [[guided], [free]] = [await run(({ positions }) => positions.slice()), await run()];
    expect(largestDifference(guided.positions, free.positions)).toBeLessThan(1e-4);
  });

  it('of a wrong length is named', async () => {
    const run = sampleStructures(still, [startOf(structure, createRng(1))], { levels: [1], guide: () => [1, 2, 3] });
    await expect(run).rejects.toThrow(/^option guide: found 3 numbers, expected 6, three an atom/);
  });
});

describe('the levels', () => {
  it('may be given in place of steps and ends, to the same bits', async () => {
    const structure = silicon(createRng(1), 6);
    const run = (options: SamplerOptions): Promise<Structure[]> =>
      sampleStructures(network(1), [startOf(structure, createRng(1))], options);
    const levels = noiseSchedule(5, [1, 0.05]).subarray(0, 5);
    expect(await run({ levels })).toEqual(await run({ steps: 5, noise: [1, 0.05] }));
  });

  it.each<[string, SamplerOptions | Record<string, unknown>]>([
    ['steps', { steps: 0 }],
    ['steps', { steps: 1.5 }],
    ['noise', { noise: [0.1, 0.2] }],
    ['noise', { noise: [1, 0] }],
    ['noise', { noise: [Infinity, 1] }],
    ['noise', { noise: [NaN, 1] }],
    ['noise', { noise: [1] }],
    ['noise', { noise: 1 }],
    ['levels', { levels: [] }],
    ['levels', { levels: [1, 1] }],
    ['levels', { levels: [1, 2] }],
    ['levels', { levels: [1, 0] }],
    ['levels', { levels: [1, NaN] }],
    ['levels', { levels: [Infinity, 1] }],
    ['window', { window: [0.1, 0.2] }],
    ['window', { sampler: 'flow', window: [0.3, 0.2] }],
    ['correlation', { correlation: 1 }],
    ['correlation', { correlation: NaN }],
    ['correlation', { sampler: 'ancestral', correlation: 0 }],
    ['callsPerStep', { callsPerStep: 0 }],
    ['callsPerStep', { sampler: 'ancestral', callsPerStep: 2 }],
    ['steps', { steps: 2, callsPerStep: 3 }],
    ['approach', { approach: 'flow' }],
    ['approach', { sampler: 'ancestral', approach: 'chain' }],
    ['callsPerStep', { approach: 'ancestral', callsPerStep: 2 }],
    ['sampler', { sampler: 'euler' }],
    ['stepps', { stepps: 3 }],
  ])('are refused, as other options are: %s in %j', async (name, options) => {
    const run = (): Promise<unknown> => sampleStructures(still, [], options as SamplerOptions);
    await expect(run()).rejects.toThrow(InputError);
    await expect(run()).rejects.toThrow(new RegExp(`^option ${name}: found`));
  });

  it('need marks for all atoms', async () => {
    const starts = [2, 3].map((atoms) => ({
      ...startOf(cube(createRng(1), atoms), createRng(1)),
      free: new Uint8Array(2),
    }));
    await expect(sampleStructures(still, starts)).rejects.toThrow(/^start 1: found 2 marks of free atoms, expected 3/);
  });
});
