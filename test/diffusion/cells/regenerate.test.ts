import { describe, expect, it } from 'vitest';
import { createRng, InputError, type Rng } from '../../../src/core';
import type { Denoiser } from '../../../src/diffusion';
import { type RegenerateOptions, type RegenerateRound, regenerate } from '../../../src/diffusion/cells';
import { atomCount, distancesTo, type Structure } from '../../../src/structures';
import { holds } from '../graph/toy';
import { cube, grid, largestDifference, mean, network, noisy, oracle, ruled, watched } from './denoisers';

const still = ruled(() => 0);
/** eV: each atom's squared distance from its place, Å². */
const springs =
  (places: Float64Array) =>
  ({ positions }: Structure): Float64Array =>
    Float64Array.from({ length: positions.length / 3 }, (_, i) =>
      [0, 1, 2].reduce((sum, c) => sum + (positions[3 * i + c] - places[3 * i + c]) ** 2, 0),
    );
const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

/** A cell of side 24 Å with 512 atoms a little off their grid: room for a handful of regions. */
function disturbed(rng: Rng): { places: Float64Array; structure: Structure } {
  const structure = grid(8, 3);
  const places = structure.positions;
  return { places, structure: { ...structure, positions: noisy(places, 0.2, rng) } };
}

/** A cell so small that any region is all of it. */
const tiny = (): Structure => cube(createRng(1), 4, 2);

/** Runs and gives the rounds, and the free atoms of each. */
function rounds(
  denoiser: Denoiser,
  structure: Structure,
  options: RegenerateOptions,
): { rounds: RegenerateRound[]; free: number[][]; found: Structure } {
  const free: number[][] = [];
  const { estimate } = denoiser;
  watched(denoiser, (_, [noise]) => {
    free[all.length] = Array.from(noise.keys()).filter((i) => noise[i] > 0);
  });
  const all: RegenerateRound[] = [];
  const onRound = (round: RegenerateRound): boolean | undefined => {
    all.push(round);
    return options.onRound?.(round);
  };
  const found = regenerate(denoiser, structure, { ...options, onRound });
  denoiser.estimate = estimate;
  return { rounds: all, free, found };
}

/** Atoms linked by distances below `reach`, as they fall apart. */
function pieces(structure: Structure, atoms: number[], reach: number): number[][] {
  const left = new Set(atoms);
  const found: number[][] = [];
  for (const first of atoms) {
    if (!left.delete(first)) continue;
    const piece = [first];
    for (const i of piece) {
      const distances = distancesTo(structure, structure.positions.subarray(3 * i, 3 * i + 3));
      for (const j of left) {
        if (distances[j] >= reach) continue;
        left.delete(j);
        piece.push(j);
      }
    }
    found.push(piece);
  }
  return found;
}

describe('regenerate at temperature 0', () => {
  it('never raises the energy, whatever the denoiser', () => {
    holds((rng) => {
      const structure = cube(rng, 12);
      const places = Float64Array.from({ length: 36 }, () => 5 * rng.uniform());
      const options = {
        potential: { energies: springs(places) },
        temperature: 0,
        rounds: 6,
        steps: 2,
        radius: 1 + rng.uniform(),
      };
      let last = sum(springs(places)(structure)) / 12;
      let accepted = 0;
      const run = rounds(network(rng.next()), structure, { ...options, seed: rng.integer(99) });
      for (const round of run.rounds) {
        expect(round.energy).toBeLessThanOrEqual(last);
        expect(round.energy).toBe(sum(springs(places)(round.structure)) / 12);
        if (round.accepted > 0) expect(round.energy).toBeLessThan(last);
        last = round.energy;
        accepted += round.accepted;
      }
      expect(run.rounds).toHaveLength(6);
      expect(run.found).toBe(run.rounds[5].structure);
      if (accepted === 0) expect(run.found.positions).toEqual(structure.positions);
    });
  });

  it('comes with a denoiser that knows the places down to their energy', () => {
    const { places, structure } = disturbed(createRng(1));
    const options = {
      potential: { energies: springs(places) },
      temperature: 0,
      rounds: 150,
      steps: 3,
      radius: 3,
      noise: [1, 1] as [number, number],
    };
    const run = rounds(oracle(places), structure, options);
    expect(sum(springs(places)(structure))).toBeGreaterThan(30);
    expect(sum(springs(places)(run.found))).toBeLessThan(1e-6);
    expect(largestDifference(run.found.positions, places)).toBeLessThan(1e-3);
    // At first whatever is tried goes down.
    expect(run.rounds[0].tried).toBeGreaterThan(4);
    expect(run.rounds[0].accepted).toBe(run.rounds[0].tried);
  });

  it('keeps nothing that leaves the energy as it is', () => {
    const structure = tiny();
    const run = rounds(still, structure, {
      potential: { energies: () => new Float64Array(4) },
      temperature: 0,
      rounds: 5,
    });
    for (const { accepted, tried } of run.rounds) expect([accepted, tried]).toEqual([0, 1]);
    expect(run.found.positions).toEqual(structure.positions);
  });
});

describe('the regions of a round', () => {
  it('are balls about atoms, 3.8 Å from each other, as many as find room, and are counted', () => {
    holds((rng) => {
      // Anywhere, so that some atoms lie just at the edges of regions.
      const structure = cube(rng, 600, 22);
      const radius = 1 + 2 * rng.uniform();
      const energies = springs(noisy(structure.positions, 0.3, rng));
      const options = { potential: { energies }, rounds: 2, steps: 1, radius, seed: rng.integer(99) };
      const run = rounds(still, structure, options);
      run.rounds.forEach(({ tried }, k) => {
        const before = k === 0 ? structure : run.rounds[k - 1].structure;
        const from = (i: number): Float64Array => distancesTo(before, before.positions.subarray(3 * i, 3 * i + 3));
        const regions = pieces(before, run.free[k], 3.8);
        expect(regions).toHaveLength(tried);
        const centers = regions.map((region) =>
          region.filter((i) => {
            const distances = from(i);
            const ball = Array.from(distances.keys()).filter((j) => distances[j] < radius);
            return ball.length === region.length && ball.every((j) => region.includes(j));
          }),
        );
        for (const candidates of centers) expect(candidates.length).toBeGreaterThan(0);
        // No atom is left around which there is room for one more.
        const closed = centers.flat().map(from);
        for (let i = 0; i < atomCount(before); i++) {
          expect(closed.some((distances) => distances[i] < 2 * radius + 3.8)).toBe(true);
        }
      });
    }, 4);
  });

  it('are two as soon as atoms at their edges would be 3.8 Å apart, through the faces of the cell too', () => {
    for (const [gap, count] of [
      [3.79, 1],
      [3.81, 2],
    ]) {
      const distance = 2 * 1.5 + gap;
      for (const x of [distance, 40 - distance]) {
        const pair = { ...cube(createRng(1), 2, 40), positions: Float64Array.of(0, 5, 0, x, 5, 0) };
        const options = { potential: { energies: () => new Float64Array(2) }, rounds: 1, steps: 1, radius: 1.5 };
        expect(rounds(still, pair, options).rounds[0].tried).toBe(count);
      }
    }
  });

  it('leave all other atoms where they were to the bit, in what the denoiser sees and in what comes back', () => {
    holds((rng) => {
      const structure = cube(rng, 60, 12);
      const given = structure.positions.slice();
      const places = noisy(structure.positions, 0.5, rng);
      let current = structure;
      let regions: number[] = [];
      const denoiser = watched(network(rng.next()), ([{ positions }], [noise]) => {
        regions = Array.from(noise.keys()).filter((i) => noise[i] > 0);
        expect(heldOf(positions, regions)).toEqual(heldOf(current.positions, regions));
      });
      let moved = 0;
      const onRound = (round: RegenerateRound): undefined => {
        expect(heldOf(round.structure.positions, regions)).toEqual(heldOf(current.positions, regions));
        if (round.accepted > 0) expect(round.structure.positions).not.toEqual(current.positions);
        else expect(round.structure.positions).toEqual(current.positions);
        moved += round.accepted;
        current = round.structure;
      };
      regenerate(denoiser, structure, {
        potential: { energies: springs(places) },
        temperature: 1,
        rounds: 8,
        steps: 2,
        radius: 1.5,
        onRound,
      });
      expect(moved).toBeGreaterThan(0);
      expect(structure.positions).toEqual(given);
    }, 5);
  });

  it('begin with the atom of by far the highest energy', () => {
    const { structure } = disturbed(createRng(4));
    for (const worst of [0, 77, 511]) {
      const energies = (): Float64Array => new Float64Array(512).fill(0).fill(50, worst, worst + 1);
      const { free } = rounds(still, structure, { potential: { energies }, rounds: 1, steps: 1, seed: worst });
      const distances = distancesTo(structure, structure.positions.subarray(3 * worst, 3 * worst + 3));
      const ball = Array.from(distances.keys()).filter((i) => distances[i] < 3);
      expect(free[0]).toEqual(expect.arrayContaining(ball));
    }
  });

  it('are given the noise of their level: normal vectors', () => {
    const structure = cube(createRng(1), 500, 5);
    const denoiser = watched(
      ruled(() => 0),
      ([{ positions }]) => {
        const noise = positions.map((x, k) => (x - structure.positions[k]) / 0.8);
        const error = 5 / Math.sqrt(noise.length);
        expect(Math.abs(mean(noise))).toBeLessThan(error);
        expect(Math.abs(mean(noise.map((x) => x * x)) - 1)).toBeLessThan(Math.SQRT2 * error);
      },
    );
    const energies = (): Float64Array => new Float64Array(500);
    regenerate(denoiser, structure, { potential: { energies }, noise: [0.8, 0.8], radius: 5, rounds: 1, steps: 1 });
    expect.assertions(2);
  });

  it('are taken back to levels alike in the logarithm, of at least and at most what is asked for', () => {
    const levels: number[] = [];
    const denoiser = watched(
      ruled(() => 0),
      (_, [noise]) => levels.push(noise[0]),
    );
    regenerate(denoiser, tiny(), {
      potential: { energies: () => new Float64Array(4) },
      noise: [0.1, 1],
      rounds: 500,
      steps: 1,
    });
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(Math.fround(0.1));
    expect(Math.max(...levels)).toBeLessThanOrEqual(1);
    const below = levels.filter((sigma) => sigma < Math.sqrt(0.1)).length;
    expect(Math.abs(below - 250)).toBeLessThan(5 * Math.sqrt(125));
  });

  it('come back by as many calls as asked for, from their level down', () => {
    const levels: number[] = [];
    const denoiser = watched(
      ruled(() => 0),
      (_, [noise]) => levels.push(noise[0]),
    );
    regenerate(denoiser, tiny(), {
      potential: { energies: () => new Float64Array(4) },
      noise: [0.6, 0.6],
      rounds: 1,
      steps: 4,
    });
    expect(levels).toHaveLength(4);
    [0.6, 0.6 * 0.05 ** (1 / 3), 0.6 * 0.05 ** (2 / 3), 0.03].forEach((level, k) => {
      expect(levels[k]).toBeCloseTo(level, 6);
    });
  });
});

describe('the choice of Metropolis', () => {
  /** Share of seeds with which a proposal of the last of some rounds, `rise` eV higher, is kept. */
  const share = (rise: number, temperature: number, all: number, seeds: number): number => {
    let kept = 0;
    for (let seed = 0; seed < seeds; seed++) {
      let calls = 0;
      // What the structure has, then proposals that are never kept, then the one that counts.
      const energies = (): Float64Array => {
        const call = calls++;
        return Float64Array.of(0, 0, 0, call === 0 ? 0 : call < all ? Infinity : rise);
      };
      const run = rounds(still, tiny(), { potential: { energies }, temperature, rounds: all, steps: 1, seed });
      kept += run.rounds[all - 1].accepted;
    }
    return kept / seeds;
  };

  it('keeps what costs energy with probability exp(−ΔE/T), T falling linearly from round to round', () => {
    for (const [rise, temperature, all] of [
      [0.3, 0.3, 1],
      [0.1, 0.3, 1],
      [0.3, 0.9, 3],
    ]) {
      const expected = Math.exp((-rise / temperature) * all);
      const found = share(rise, temperature, all, 1000);
      expect(Math.abs(found - expected)).toBeLessThan(5 * Math.sqrt((expected * (1 - expected)) / 1000));
    }
  });

  it('always keeps what lowers the energy', () => {
    expect(share(-1e-9, 0.3, 1, 50)).toBe(1);
    expect(share(-1e-9, 0, 1, 50)).toBe(1);
    expect(share(1e-9, 0, 1, 50)).toBe(0);
  });

  it('never keeps an energy that is no number', () => {
    expect(share(NaN, 5, 1, 20)).toBe(0);
  });

  it('is made for each region alone', () => {
    const { places, structure } = disturbed(createRng(2));
    // Regions about atoms of the lower half come back lower, others higher.
    const energies = ({ positions }: Structure): Float64Array =>
      springs(places)({ positions } as Structure).map((e, i) => (places[3 * i] < 12 ? e : -e));
    const run = rounds(oracle(places), structure, {
      potential: { energies },
      temperature: 0,
      rounds: 5,
      steps: 2,
      radius: 2,
    });
    const [accepted, tried] = run.rounds.reduce(([a, t], round) => [a + round.accepted, t + round.tried], [0, 0]);
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(tried);
    for (let i = 0; i < 512; i++) {
      if (places[3 * i] < 15) continue;
      const atom = [3 * i, 3 * i + 3] as const;
      expect(run.found.positions.subarray(...atom)).toEqual(structure.positions.subarray(...atom));
    }
  });
});

describe('regenerate', () => {
  const energies = springs(new Float64Array(12));

  it('gives the same bytes from the same seed, others from another', () => {
    const run = (seed: number): Structure =>
      regenerate(network(1), tiny(), { potential: { energies }, rounds: 5, steps: 2, temperature: 50, seed });
    expect(run(3)).toEqual(run(3));
    expect(run(4)).not.toEqual(run(3));
  });

  it('stops where onRound gives false, with what that round left', () => {
    const { rounds: all, found } = rounds(still, tiny(), {
      potential: { energies },
      rounds: 10,
      steps: 1,
      temperature: 1e6,
      onRound: ({ round }) => round < 3,
    });
    expect(all.map(({ round }) => round)).toEqual([0, 1, 2, 3]);
    expect(found).toBe(all[3].structure);
  });

  it('takes 25 rounds unless told otherwise', () => {
    expect(rounds(still, tiny(), { potential: { energies }, steps: 1 }).rounds).toHaveLength(25);
  });

  it('takes the whole structure at once if no radius is given', () => {
    const { places, structure } = disturbed(createRng(2));
    const options = { potential: { energies: springs(places) }, temperature: 0, rounds: 2, steps: 2 };
    const run = rounds(oracle(places), structure, options);
    expect(run.rounds[0]).toMatchObject({ tried: 1, accepted: 1 });
    expect(largestDifference(run.found.positions, places)).toBeLessThan(1e-6);
  });

  it('says nothing of what was known of the structure before, except its name', () => {
    const forces = { kind: 'real', columns: 3, values: new Float64Array(12) } as const;
    const known = { ...tiny(), info: { name: 'a', energy: -3 }, arrays: { forces } };
    const found = regenerate(still, known, { potential: { energies }, rounds: 1, steps: 1 });
    expect([found.info, found.arrays]).toEqual([{ name: 'a' }, {}]);
    expect(known.arrays).toEqual({ forces });
  });

  it('regenerates a single atom', () => {
    const alone = cube(createRng(1), 1, 5);
    const places = Float64Array.of(1, 2, 3);
    const options = {
      potential: { energies: springs(places) },
      noise: [2, 2] as [number, number],
      temperature: 0,
      rounds: 3,
    };
    expect(largestDifference(regenerate(oracle(places), alone, options).positions, places)).toBeLessThan(1e-6);
  });

  it('needs atoms', () => {
    const empty = cube(createRng(1), 0, 5);
    expect(() => regenerate(still, empty, { potential: { energies } })).toThrow(/^structure: found no atoms/);
  });

  it.each<[string, object]>([
    ['potential', { potential: undefined }],
    ['potential', { potential: { energies: () => new Float64Array(3) } }],
    ['rounds', { rounds: 0 }],
    ['noise', { noise: [0.02, 1] }],
    ['noise', { noise: [1, 0.5] }],
    ['noise', { noise: [1, Infinity] }],
    ['noise', { noise: [1] }],
    ['noise', { noise: 1 }],
    ['radius', { radius: 0 }],
    ['steps', { steps: 0 }],
    ['temperature', { temperature: -1 }],
    ['temperature', { temperature: NaN }],
    ['temperature', { temperature: Infinity }],
    ['seed', { seed: 0.5 }],
    ['cooling', { cooling: 1 }],
  ])('names the option %s in %j', (name, options) => {
    const run = (): unknown => regenerate(still, tiny(), { potential: { energies }, ...options } as RegenerateOptions);
    expect(run).toThrow(InputError);
    expect(run).toThrow(new RegExp(`^option ${name}: found`));
  });
});

/** Coordinates of the atoms that are not free. */
function heldOf(positions: Float64Array, free: number[]): Float64Array {
  const inside = new Set(free);
  return positions.filter((_, k) => !inside.has(Math.floor(k / 3)));
}
