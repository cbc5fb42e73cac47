// Holes filled by the model, for notebook 11: node data/make/holes.mjs STRUCTURES -o results.json [--sizes 1:30,20:10]
// Each structure's first frame loses an atom and its nearest; the region given is larger than the hole and not centered
// on an atom. With --geometry by no model: atoms at the least squares of distances to dangling bonds. Goes on where the
// file ends.
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { danglingPlaces } from './danglingPlaces.mjs';

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
    out: { type: 'string', short: 'o' },
  },
});
const seed = Number(values.seed);
const potential = values.energy ? materials.siliconStillingerWeber() : undefined;
const denoiser = diffusion.Denoiser.load(glass.modelFile('cells'));
const results = fs.existsSync(values.out) ? JSON.parse(fs.readFileSync(values.out, 'utf8')) : [];
const done = new Set(results.map(({ structure, thermal, size, hole }) => [structure, thermal, size, hole].join()));

for (const file of positionals) {
  const [given] = glass.readStructures(file);
  for (const [size, count] of values.sizes.split(',').map((part) => part.split(':').map(Number))) {
    const cell = shaken(given, Number(values.thermal), seed);
    const holes = evaluate.vacancies(cell, { atoms: size, count, seed });
    for (const [k, hole] of holes.entries()) {
      const key = { structure: given.info.name, thermal: Number(values.thermal), size, hole: k };
      if (done.has(Object.values(key).join())) continue;
      const begun = process.cpuUsage();
      const missing = { missing: size, region: besides(hole.missing.region, glass.createRng(seed + 1000 * k + size)) };
      const answers = values.geometry
        ? [{ placed: danglingPlaces(hole.structure, missing, { bonds: 2.85 }), residual: 0, agreement: 1 }]
        : await diffusion.infillStructure(denoiser, hole.structure, missing, {
            ...{ samples: Number(values.samples), seed, potential },
          });
      const { user, system } = process.cpuUsage(begun);
      results.push({ ...key, seconds: (user + system) / 1e6, answers: answers.map((answer) => row(hole, answer)) });
      fs.writeFileSync(values.out, `[\n${results.map((result) => JSON.stringify(result)).join(',\n')}\n]\n`);
    }
    console.log(given.info.name, size, holes.length);
  }
}
denoiser.dispose();

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
  return { errors, residual: Number(residual.toFixed(4)), agreement: Number(agreement.toFixed(3)), energy };
}
