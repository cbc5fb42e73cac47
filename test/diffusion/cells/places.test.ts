import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import { placesNear, type Region, roomyPlaces } from '../../../src/diffusion/cells/places';
import { distancesTo, type Structure } from '../../../src/structures';
import { holds } from '../graph/toy';
import { cube, grid, mean } from './denoisers';

const least = (structure: Structure, place: ArrayLike<number>): number => Math.min(...distancesTo(structure, place));

describe('roomyPlaces', () => {
  it('lie in the region', () => {
    holds((rng) => {
      const structure = { ...cube(rng, 5), pbc: [false, true, false] as Structure['pbc'] };
      const region = { center: [0, 0, 0].map(() => 20 * rng.normal()), radius: 0.1 + 3 * rng.uniform() };
      const places = roomyPlaces(structure, 4, region, rng);
      expect(places).toHaveLength(12);
      for (let i = 0; i < 12; i += 3) {
        const away = region.center.map((x, c) => places[i + c] - x);
        expect(Math.hypot(...away)).toBeLessThanOrEqual(region.radius);
      }
    });
  });

  it('fill a region evenly where there are no other atoms', () => {
    const empty = { ...cube(createRng(1), 0), pbc: [false, false, false] as Structure['pbc'] };
    const region = { center: [1, 2, 3], radius: 2 };
    const rng = createRng(2);
    const places = Array.from({ length: 2000 }, () => roomyPlaces(empty, 1, region, rng));
    const inner = places.filter(([x, y, z]) => Math.hypot(x - 1, y - 2, z - 3) < 2 * Math.cbrt(0.5));
    const above = places.filter(([, , z]) => z > 3);
    for (const { length } of [inner, above]) expect(Math.abs(length - 1000)).toBeLessThan(5 * Math.sqrt(2000 / 4));
  });

  it('lie in the half of a cell that is empty, and far from each other', () => {
    const full = grid(6, 2);
    const kept = Array.from(full.species.keys()).filter((i) => full.positions[3 * i] < 6);
    const positions = Float64Array.from(kept.flatMap((i) => Array.from(full.positions.subarray(3 * i, 3 * i + 3))));
    const half = { ...full, positions, species: kept.map(() => 'Si') };
    for (let seed = 0; seed < 20; seed++) {
      const places = roomyPlaces(half, 2, undefined, createRng(seed));
      for (let i = 0; i < 6; i += 3) expect(least(half, places.subarray(i, i + 3))).toBeGreaterThan(2);
      expect(least({ ...half, positions: places.slice(0, 3) }, places.subarray(3))).toBeGreaterThan(2);
    }
  });

  it('are the roomiest of 24 places of the region', () => {
    const center = [1, 2, 3];
    const alone = { ...cube(createRng(1), 1), positions: Float64Array.from(center), pbc: [false, false, false] };
    const rng = createRng(3);
    // About an atom in the middle of a ball the room r of a place has (r/R)³ uniform, the most of 24 (r/R)⁷².
    const uniform = Array.from({ length: 1500 }, () => {
      const places = roomyPlaces(alone as Structure, 1, { center, radius: 2 }, rng);
      return (least(alone as Structure, places) / 2) ** 72;
    });
    const error = 5 / Math.sqrt(1500);
    expect(Math.abs(mean(uniform) - 1 / 2)).toBeLessThan(error / Math.sqrt(12));
    expect(Math.abs(mean(uniform.map((u) => u * u)) - 1 / 3)).toBeLessThan(error * Math.sqrt(4 / 45));
  });

  it('lie within the cell where no region is given, oblique or not', () => {
    const structure = { ...cube(createRng(1), 4), lattice: Float64Array.of(5, 0, 0, 2, 5, 0, 0, -1, 6) };
    for (let seed = 0; seed < 20; seed++) {
      const [x, y, z] = roomyPlaces(structure, 1, undefined, createRng(seed));
      const c = z / 6;
      const b = (y + c) / 5;
      const a = (x - 2 * b) / 5;
      for (const fraction of [a, b, c]) expect(fraction >= 0 && fraction < 1).toBe(true);
    }
  });

  it('need a region in a structure that is not periodic in all directions', () => {
    const structure = cube(createRng(1), 4);
    for (const pbc of [[false, false, false] as const, [true, true, false] as const]) {
      const run = (): unknown => roomyPlaces({ ...structure, pbc: [...pbc] }, 1, undefined, createRng(1));
      expect(run).toThrow(InputError);
      expect(run).toThrow(/^region: found none, expected a center and radius/);
    }
  });

  it.each<[string, unknown]>([
    ['region.radius', { center: [0, 0, 0], radius: 0 }],
    ['region.radius', { center: [0, 0, 0] }],
    ['region.center', { center: [0, 0], radius: 1 }],
    ['region.center', { radius: 1 }],
    ['region.center[1]', { center: [0, NaN, 0], radius: 1 }],
    ['region size', { center: [0, 0, 0], radius: 1, size: 3 }],
    ['region', null],
  ])('names %s in %j', (name, region) => {
    const run = (): unknown => roomyPlaces(cube(createRng(1), 4), 1, region as Region, createRng(1));
    expect(run).toThrow(InputError);
    expect(run).toThrow(`${name}: found`);
  });
});

describe('placesNear', () => {
  const structure = grid(3, 10);

  it('are near atoms drawn as often as their weights say', () => {
    const weights = new Float64Array(27);
    weights.set([1, 3], 4);
    const places = placesNear(structure, weights, 2000, createRng(1));
    expect(places).toHaveLength(6000);
    const nearest = Array.from({ length: 2000 }, (_, k) => {
      const distances = Array.from(distancesTo(structure, places.subarray(3 * k, 3 * k + 3)));
      expect(Math.min(...distances)).toBeLessThanOrEqual(2.5);
      return distances.indexOf(Math.min(...distances));
    });
    expect(new Set(nearest)).toEqual(new Set([4, 5]));
    const second = nearest.filter((atom) => atom === 5).length;
    expect(Math.abs(second - 1500)).toBeLessThan(5 * Math.sqrt(2000 * 0.75 * 0.25));
  });

  it('are near any atom where all weights are 0', () => {
    const places = placesNear(structure, new Float64Array(27), 2000, createRng(2));
    const nearest = Array.from({ length: 2000 }, (_, k) => {
      const distances = Array.from(distancesTo(structure, places.subarray(3 * k, 3 * k + 3)));
      return distances.indexOf(Math.min(...distances));
    });
    expect(new Set(nearest).size).toBe(27);
  });
});
