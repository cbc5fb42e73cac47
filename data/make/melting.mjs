// What the walk does to real cells, for notebook 10: node data/make/melting.mjs -o data/results/melting.json
// Validation cells walk at a noise of 0.36 Å, with one, two and eight calls of the model a step; after some steps, the
// noise is taken away along the probability flow. Walks of a perfect model would leave the cells as they are. Goes on
// where the file ends. Two minutes on two processors.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { resultsIn } from './results.mjs';

const load = createRequire(import.meta.url);
const [glass, diffusion, evaluate, materials, { sampleStructures }] = [
  ...['', '/diffusion', '/evaluate', '/materials', '/diffusion/cells/sampler'],
].map((name) => load(`../../dist${name}`));
const { values } = parseArgs({ options: { out: { type: 'string', short: 'o' } } });
const SIGMA = 0.36;
const STEPS = [0, 25, 50, 100, 200];
const { bonds } = materials.material('silicon').limits;
const denoiser = diffusion.Denoiser.load(glass.modelFile('cells'));
const results = resultsIn(values.out);

for (const cell of glass.splitCells(glass.readCells()).validation) {
  for (const callsPerStep of [1, 2, 8]) {
    let [at, walked] = [0, noisy(cell)];
    const rng = glass.createRng(2);
    for (const steps of STEPS) {
      if (steps > at) walked = await walk(walked, steps - at, callsPerStep, rng);
      at = steps;
      const key = { cell: cell.info.name, callsPerStep, steps };
      if (results.has(key)) continue;
      results.add({ ...key, ...measured(await clean(walked)) });
    }
  }
}
denoiser.dispose();

/** Noise of SIGMA at each atom. */
function noisy(cell) {
  const rng = glass.createRng(1);
  return { ...cell, positions: cell.positions.map((x) => x + SIGMA * rng.normal()) };
}

async function walk(structure, steps, callsPerStep, rng) {
  // Levels must fall; by a millionth in all. The last step, which would add no noise, is not reached.
  const levels = Float64Array.from({ length: steps + 1 }, (_, k) => SIGMA * (1 - (1e-6 * k) / steps));
  const onProgress = ({ step }) => step < steps * callsPerStep;
  const [walked] = await sampleStructures(denoiser, [startOf(structure, rng)], {
    ...{ levels, callsPerStep, correlation: 0, onProgress },
  });
  return walked;
}

async function clean(structure) {
  const options = { sampler: 'flow', steps: 30, noise: [SIGMA, 0.03] };
  return (await sampleStructures(denoiser, [startOf(structure, glass.createRng(3))], options))[0];
}

function startOf(structure, rng) {
  return { structure, free: new Uint8Array(structure.species.length).fill(1), rng };
}

/** Share of four-fold atoms, and rings of five, six and seven atoms, per atom. */
function measured(cell) {
  const counts = [...evaluate.coordination(cell, { bonds })];
  const { perAtom } = evaluate.ringStatistics(cell, { bonds, maxSize: 8 });
  return { fourFold: counts.filter((k) => k === 4).length / counts.length, rings: [5, 6, 7].map((s) => perAtom[s]) };
}
