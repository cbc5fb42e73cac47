// Half cells and free surfaces filled by the model, for notebook 11: node data/make/walls.mjs CELLS -o walls.json
// A half cell lacks all atoms in the upper half of its third axis, and is filled as whole cells are made. The other
// test gives the cell a vacuum of 12 Å above and takes five atoms from the surface. Goes on where the file ends.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { resultsIn, timed } from './results.mjs';

const load = createRequire(import.meta.url);
const [glass, diffusion, evaluate, materials] = ['', '/diffusion', '/evaluate', '/materials'].map((name) =>
  load(`../../dist${name}`),
);
const { atomPositions, distancesTo, distancesToNearest, withoutAtoms } = load('../../dist/structures');
const { wrappedPositions } = load('../../dist/structures/wrap');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, out: { type: 'string', short: 'o' } },
});
const VACUUM = 12;
const seed = Number(values.seed);
const silicon = materials.material('silicon');
const potential = materials.siliconStillingerWeber();
const denoiser = diffusion.Denoiser.load(glass.modelFile('cells'));
const results = resultsIn(values.out);

for (const file of positionals) {
  const [cell] = glass.readStructures(file);
  await once(cell, 'half cell', halfCell);
  await once(cell, 'surface', surface);
}
denoiser.dispose();

async function once(cell, kind, test) {
  const key = { structure: cell.info.name, kind };
  if (results.has(key)) return;
  const { made, seconds } = await timed(() => test(cell));
  const result = { ...key, ...made, seconds };
  results.add(result);
  console.log(JSON.stringify(result));
}

async function halfCell(cell) {
  const positions = wrappedPositions(cell);
  const missing = [...cell.species.keys()].filter((i) => positions[3 * i + 2] > cell.lattice[8] / 2);
  const known = withoutAtoms(cell, missing);
  const options = { samples: 1, correlation: -0.95, seed };
  const [answer] = await diffusion.infillStructure(denoiser, known, { missing: missing.length }, options);
  return { missing: missing.length, ...bonding(answer.structure, missing.length), ...energies(cell, answer.structure) };
}

async function surface(cell) {
  const lattice = cell.lattice.slice();
  lattice[8] += VACUUM;
  const wide = { ...cell, lattice, positions: wrappedPositions(cell) };
  const [x, y, depth] = [cell.lattice[0] / 2, cell.lattice[4] / 2, cell.lattice[8]];
  const away = distancesTo(wide, [x, y, depth]);
  const top = [...away.keys()].sort((a, b) => away[a] - away[b]).slice(0, 5);
  const where = { missing: 5, region: { center: [x, y, depth - 1], radius: 6 } };
  const [answer] = await diffusion.infillStructure(denoiser, withoutAtoms(wide, top), where, { samples: 4, seed });
  const off = distancesToNearest({ ...wide, positions: answer.placed }, atomPositions(wide, top));
  const found = off.filter((distance) => distance < 0.5).length;
  return { missing: 5, found, agreement: answer.agreement, ...energies(wide, answer.structure) };
}

/** Shares of four-fold atoms among those placed, which come last, and among the known ones. */
function bonding(structure, placed) {
  const bonds = [...evaluate.coordination(structure, { bonds: silicon.limits.bonds })];
  const share = (counts) => Number((counts.filter((k) => k === 4).length / counts.length).toFixed(4));
  return { fourFold: share(bonds.slice(-placed)), fourFoldKnown: share(bonds.slice(0, -placed)) };
}

/** Of the whole structure relaxed by Stillinger–Weber, eV: as it was, and as it was filled. */
function energies(before, after) {
  const energy = (structure) =>
    Number((materials.relaxStructure(structure, potential).energyAfter * structure.species.length).toFixed(3));
  return { energyBefore: energy(before), energyAfter: energy(after) };
}
