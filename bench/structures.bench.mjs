import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadLibrary } from './library.mjs';
import { repeated } from './reference/structuresOwn.mjs';

export const title = 'neighbor lists against vesin, matscipy and ASE; extended XYZ against ASE';

const ROUNDS = 3;

export async function run({ python, root }) {
  const cell = path.join(root, 'data', 'a-si', 'a-si-512-01.extxyz');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-structures-'));
  try {
    const small = rounds(root, python, 'list', cell, ROUNDS);
    table('neighbor list, 512 atoms, 4 Å, one thread', 'ms', 1e3, small.own.list, small.peers);

    const large = rounds(root, python, 'large', cell, 1);
    table(`neighbor list, ${large.own.atoms[0]} atoms, 4 Å`, 's', 1, large.own.list, large.peers);
    console.log(`  peak memory of the process ${(large.own.memory[0] / 1e9).toFixed(2)} GB\n`);

    const file = path.join(folder, 'large.extxyz');
    const bytes = writeLarge(root, cell, file);
    const files = rounds(root, python, 'files', file, ROUNDS);
    for (const action of ['read', 'write']) {
      const peers = Object.entries(files.peers).filter(([name]) => name.endsWith(action));
      table(
        `${action} 200,704 atoms, ${(bytes / 1e6).toFixed(1)} MB`,
        's',
        1,
        files.own[action],
        Object.fromEntries(peers),
      );
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** 200,704 atoms with forces, in the columns and decimals that ASE writes. */
function writeLarge(root, cell, file) {
  const { readStructures } = loadLibrary(root);
  const [one] = readStructures(cell);
  const { positions, species, lattice } = repeated(one, [7, 7, 8]);
  const forces = one.arrays.forces.values;
  const column = (x) => x.toFixed(8).padStart(16);
  const rows = species.map((symbol, i) => {
    const values = [...positions.subarray(3 * i, 3 * i + 3), ...forces.subarray((3 * i) % 1536, ((3 * i) % 1536) + 3)];
    return `${symbol.padEnd(2)} ${values.map(column).join('')}`;
  });
  const comment = `Lattice="${lattice.join(' ')}" Properties=species:S:1:pos:R:3:forces:R:3 pbc="T T T"`;
  fs.writeFileSync(file, `${species.length}\n${comment}\n${rows.join('\n')}\n`);
  return fs.statSync(file).size;
}

/** Library and peers by turns, so that both meet the same disturbance. */
function rounds(root, python, kind, file, count) {
  const reference = path.join(root, 'bench', 'reference');
  const collect = (into, part) => {
    for (const [name, values] of Object.entries(part)) into[name] = [...(into[name] ?? []), ...[values].flat()];
  };
  const own = {};
  const peers = {};
  for (let round = 0; round < count; round++) {
    collect(own, measured(process.execPath, [path.join(reference, 'structuresOwn.mjs'), kind, file]));
    collect(peers, measured(python, [path.join(reference, 'structures_peers.py'), kind, file]));
  }
  return { own, peers };
}

function measured(command, args) {
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } }));
}

function table(what, unit, scale, own, peers) {
  const line = (name, values, ratio) => {
    const [best, middle] = [Math.min(...values), median(values)].map((t) => (t * scale).toFixed(3).padStart(9));
    console.log(`  ${name.padEnd(24)}${best} ${middle}  ${ratio}`);
  };
  console.log(`${what}\n  ${''.padEnd(24)}  best, ${unit}   median  glassy-motifs / peer (best, median)`);
  line('glassy-motifs', own, '');
  for (const [name, values] of Object.entries(peers)) {
    const ratios = [Math.min(...own) / Math.min(...values), median(own) / median(values)];
    line(name, values, ratios.map((r) => r.toFixed(2)).join(', '));
  }
  console.log('');
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
