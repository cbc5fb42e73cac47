import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Structure } from '../../src/structures';

/** A fixture written by its make_*.py. */
export function readFixture<T>(name: string): T {
  return JSON.parse(fs.readFileSync(path.join(__dirname, '../fixtures/evaluate', name), 'utf8')) as T;
}

/** A silicon cell from a fixture's flat arrays. */
export function siliconCell(cell: { lattice: number[]; positions: number[] }): Structure {
  return {
    lattice: Float64Array.from(cell.lattice),
    pbc: [true, true, true],
    species: Array(cell.positions.length / 3).fill('Si'),
    positions: Float64Array.from(cell.positions),
    info: {},
    arrays: {},
  };
}
