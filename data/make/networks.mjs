// Networks of amorphous silicon by bond switching, as training cells:
//   node data/make/networks.mjs --cells 32 --seed 1 -o networks.extxyz
// Each cell of a seed is the same whatever their number.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const built = path.join(root, '.cache/make');
const { values } = parseArgs({
  options: {
    cells: { type: 'string', default: '1' },
    atoms: { type: 'string', default: '512' },
    density: { type: 'string', default: '2.28' },
    sweeps: { type: 'string', default: '200000' },
    temperatures: { type: 'string', default: '0.40,0.22' },
    energy: { type: 'string', default: '0' },
    seed: { type: 'string', default: '0' },
    out: { type: 'string', short: 'o' },
  },
});
if (!values.out) throw new Error('-o FILE is missing');

const { annealNetwork, formatExtxyz, randomCell } = library();
const [atoms, density, sweeps, energy, first] = ['atoms', 'density', 'sweeps', 'energy', 'seed'].map((name) =>
  Number(values[name]),
);
const temperatures = values.temperatures.split(',').map(Number);
const cells = [];
for (let k = 0; k < Number(values.cells); k++) {
  const seed = 1000 * first + k;
  const start = randomCell({ atoms, density, species: 'Si', minDistance: 2, seed });
  const { structure, energyAfter } = annealNetwork(start, { sweeps, temperatures, energy, seed });
  const info = {
    name: `network-${first}-${k}`,
    keating_energy: energyAfter,
    sweeps,
    temperatures: values.temperatures,
  };
  cells.push({ ...structure, info });
  fs.writeFileSync(values.out, formatExtxyz(cells));
  console.log(`${info.name}: Keating ${energyAfter.toFixed(4)} eV/atom`);
}

/** The library and the bond switching, compiled. */
function library() {
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', path.join(root, 'data/make')], { stdio: 'inherit' });
  const kernel = 'data/make/networks/wasmBinary.js';
  fs.copyFileSync(path.join(root, kernel), path.join(built, kernel));
  const load = createRequire(import.meta.url);
  return {
    ...load(path.join(built, 'data/make/networks/annealNetwork.js')),
    ...load(path.join(built, 'src/structures/index.js')),
    ...load(path.join(built, 'src/diffusion/cells/randomCell.js')),
  };
}
