// Half cells and free surfaces filled by the model, for notebook 11: node data/make/walls.mjs CELLS -o walls.json
// A half cell lacks all atoms in the upper half of its third axis, and is filled as whole cells are made. The other
// test gives the cell a vacuum of 12 Å above and takes five atoms from the surface. Goes on where the file ends.
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const load = createRequire(import.meta.url);
const [glass, diffusion, evaluate, materials] = ['', '/diffusion', '/evaluate', '/materials'].map((name) =>
  load(`../../dist${name}`),
);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, out: { type: 'string', short: 'o' } },
});
const VACUUM = 12;
const seed = Number(values.seed);
const silicon = materials.material('silicon');
const potential = materials.siliconStillingerWeber();
const denoiser = diffusion.Denoiser.load(glass.modelFile('cells'));
const results = fs.existsSync(values.out) ? JSON.parse(fs.readFileSync(values.out, 'utf8')) : [];

for (const file of positionals) {
  const [cell] = glass.readStructures(file);
  await once(cell, 'half cell', halfCell);
  await once(cell, 'surface', surface);
}
denoiser.dispose();

async function once(cell, kind, test) {
  const name = cell.info.name;
  if (results.some((row) => row.structure === name && row.kind === kind)) return;
  const begun = process.cpuUsage();
  const row = await test(cell);
  const { user, system } = process.cpuUsage(begun);
  results.push({ structure: name, kind, ...row, seconds: (user + system) / 1e6 });
  fs.writeFileSync(values.out, `[\n${results.map((result) => JSON.stringify(result)).join(',\n')}\n]\n`);
  console.log(JSON.stringify(results[results.length - 1]));
}

async function halfCell(cell) {
  const missing = [...cell.species.keys()].filter((i) => height(cell, i) > 0.5);
  const known = without(cell, missing);
  const options = { samples: 1, correlation: -0.95, seed };
  const [answer] = await diffusion.infillStructure(denoiser, known, { missing: missing.length }, options);
  return { missing: missing.length, ...bonding(answer.structure, missing.length), ...energies(cell, answer.structure) };
}

async function surface(cell) {
  const wide = withVacuum(cell);
  const depth = cell.lattice[8];
  const top = nearestTo(wide, [cell.lattice[0] / 2, cell.lattice[4] / 2, depth]).slice(0, 5);
  const known = without(wide, top);
  const region = { center: [cell.lattice[0] / 2, cell.lattice[4] / 2, depth - 1], radius: 6 };
  const [answer] = await diffusion.infillStructure(denoiser, known, { missing: 5, region }, { samples: 4, seed });
  const truth = top.map((i) => Array.from(wide.positions.subarray(3 * i, 3 * i + 3)));
  const found = truth.filter((place) => least(place, answer.placed) < 0.5).length;
  return { missing: 5, found, agreement: answer.agreement, ...energies(wide, answer.structure) };
}

function without(cell, atoms) {
  const kept = [...cell.species.keys()].filter((i) => !atoms.includes(i));
  const positions = Float64Array.from(kept.flatMap((i) => Array.from(cell.positions.subarray(3 * i, 3 * i + 3))));
  return { ...cell, positions, species: kept.map((i) => cell.species[i]), arrays: {} };
}

/** Fractional coordinate along the third axis of an orthorhombic cell, from 0 to 1. */
function height({ lattice, positions }, i) {
  const z = positions[3 * i + 2] / lattice[8];
  return z - Math.floor(z);
}

function withVacuum(cell) {
  const lattice = cell.lattice.slice();
  lattice[8] += VACUUM;
  const positions = cell.positions.map((x, k) => {
    const length = cell.lattice[4 * (k % 3)];
    return x - length * Math.floor(x / length);
  });
  return { ...cell, lattice, positions };
}

function nearestTo({ positions, species }, place) {
  const squared = (i) => place.reduce((sum, x, c) => sum + (positions[3 * i + c] - x) ** 2, 0);
  return [...species.keys()].sort((a, b) => squared(a) - squared(b));
}

function least(place, placed) {
  const distances = Array.from({ length: placed.length / 3 }, (_, j) =>
    Math.hypot(...place.map((x, c) => placed[3 * j + c] - x)),
  );
  return Math.min(...distances);
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
