// Holes filled by the model, for notebook 11: node data/make/holes.mjs STRUCTURES -o results.json [--sizes 1:30,20:10]
// Each structure's first frame loses an atom and its nearest; the region given is larger than the hole and not centered
// on an atom. With --geometry by no model: atoms at the least squares of distances to dangling bonds. Goes on where the
// file ends. For silica: --model sio2 --bonds '{"Si-O":2.2}' --center Si, the element of the atom in the middle.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { danglingPlaces } from './danglingPlaces.mjs';
import { resultsIn, timed } from './results.mjs';

const load = createRequire(import.meta.url);
const [glass, diffusion, evaluate, materials] = ['', '/diffusion', '/evaluate', '/materials'].map((name) =>
  load(`../../dist${name}`),
);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sizes: { type: 'string', default: '1:30,5:30,10:20,20:20,40:10,60:10' },
    samples: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    thermal: { type: 'string', default: '0' },
    energy: { type: 'boolean', default: false },
    geometry: { type: 'boolean', default: false },
    model: { type: 'string', default: 'cells' },
    center: { type: 'string' },
    bonds: { type: 'string' },
    out: { type: 'string', short: 'o' },
  },
});
const seed = Number(values.seed);
const potential = values.energy ? materials.siliconStillingerWeber() : undefined;
const denoiser = diffusion.Denoiser.load(glass.modelFile(values.model));
const results = resultsIn(values.out);

for (const file of positionals) {
  const [given] = glass.readStructures(file);
  for (const [size, count] of values.sizes.split(',').map((part) => part.split(':').map(Number))) {
    const cell = shaken(given, Number(values.thermal), seed);
    const holes = evaluate.vacancies(cell, { atoms: size, center: values.center, count, seed });
    for (const [k, hole] of holes.entries()) {
      const key = { structure: given.info.name, thermal: Number(values.thermal), size, hole: k, center: values.center };
      if (results.has(key)) continue;
      const missing = {
        missing: hole.missing.missing,
        region: besides(hole.missing.region, glass.createRng(seed + 1000 * k + size)),
      };
      const { made, seconds } = await timed(() => answersTo(hole.structure, missing));
      results.add({ ...key, seconds, answers: made.map((answer) => row(hole, answer)) });
    }
    console.log(given.info.name, size, holes.length);
  }
}
denoiser.dispose();

async function answersTo(structure, missing) {
  if (values.geometry) {
    return [{ placed: danglingPlaces(structure, missing, { bonds: 2.85 }), residual: 0, agreement: 1 }];
  }
  return diffusion.infillStructure(denoiser, structure, missing, { samples: Number(values.samples), seed, potential });
}

/** A region moved 1.5 Å, and as much larger: where the hole is, but not where an atom is. */
function besides({ center, radius }, rng) {
  const direction = [rng.normal(), rng.normal(), rng.normal()];
  const scale = 1.5 / Math.hypot(...direction);
  return { center: Array.from(center, (x, c) => x + scale * direction[c]), radius: radius + 1.5 };
}

function shaken(cell, sigma, number) {
  const rng = glass.createRng(number);
  return sigma === 0 ? cell : { ...cell, positions: cell.positions.map((x) => x + sigma * rng.normal()) };
}

function row(hole, answer) {
  const errors = Array.from(evaluate.vacancyErrors(hole, answer.placed), (x) => Number(x.toFixed(3)));
  const { residual, agreement, energy } = answer;
  // Of the atoms placed, which are the last of the structure.
  const bonds = values.bonds && evaluate.coordination(answer.structure, { bonds: JSON.parse(values.bonds) });
  const placed = bonds && {
    species: answer.structure.species.slice(-errors.length),
    bonds: [...bonds.slice(-errors.length)],
  };
  return { errors, ...placed, residual: Number(residual.toFixed(4)), agreement: Number(agreement.toFixed(3)), energy };
}
