// Times of the library for bench/structures.bench.mjs, in a process of its own for the memory.
// run: node structuresOwn.mjs CASE FILE; prints JSON.
import { createRequire } from 'node:module';

const { neighborList, readStructures, writeExtxyz } = createRequire(import.meta.url)('../../dist/structures');
const CUTOFF = 4;
const [kind, file] = process.argv.slice(2);

/** Seconds of each call. */
function times(action, repeats) {
  return Array.from({ length: repeats }, () => {
    const start = process.hrtime.bigint();
    action();
    return Number(process.hrtime.bigint() - start) / 1e9;
  });
}

/** The cell side by side with itself, along each of its vectors. */
export function repeated(cell, [na, nb, nc]) {
  const count = cell.species.length;
  const { lattice } = cell;
  const positions = new Float64Array(3 * count * na * nb * nc);
  let at = 0;
  for (let a = 0; a < na; a++) {
    for (let b = 0; b < nb; b++) {
      for (let c = 0; c < nc; c++) {
        for (let k = 0; k < 3 * count; k++) {
          const axis = k % 3;
          positions[at++] = cell.positions[k] + a * lattice[axis] + b * lattice[3 + axis] + c * lattice[6 + axis];
        }
      }
    }
  }
  return {
    ...cell,
    positions,
    species: new Array(positions.length / 3).fill('Si'),
    lattice: lattice.map((x, k) => x * [na, nb, nc][Math.floor(k / 3)]),
    arrays: {},
  };
}

if (kind === 'list') {
  const [cell] = readStructures(file);
  times(() => neighborList(cell, CUTOFF), 200);
  console.log(JSON.stringify({ list: times(() => neighborList(cell, CUTOFF), 200) }));
} else if (kind === 'large') {
  const large = repeated(readStructures(file)[0], [12, 12, 14]);
  const list = times(() => neighborList(large, CUTOFF), 1);
  console.log(JSON.stringify({ list, atoms: large.species.length, memory: process.resourceUsage().maxRSS * 1024 }));
} else if (kind === 'files') {
  const structures = readStructures(file);
  const read = times(() => readStructures(file), 3);
  console.log(JSON.stringify({ read, write: times(() => writeExtxyz(`${file}.own`, structures), 3) }));
}
