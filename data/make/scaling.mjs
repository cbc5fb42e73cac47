// What the network for cells gains by channels, layers, cells and steps, for notebook 10:
//   node data/make/scaling.mjs -o data/results/scaling.json
// Small trainings that differ from one in the middle by one setting each, and the supplied model: the loss of
// validation cells at 0.35 Å, and what the chain makes of them. Goes on where the file ends. Half an hour on two
// processors.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { resultsIn } from './results.mjs';

const load = createRequire(import.meta.url);
const [glass, diffusion, evaluate, materials] = ['', '/diffusion', '/evaluate', '/materials'].map((name) =>
  load(`../../dist${name}`),
);
const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '600' },
    calls: { type: 'string', default: '600' },
    out: { type: 'string', short: 'o' },
  },
});
const MIDDLE = { channels: 32, layers: 4, cells: 20, steps: Number(values.steps) };
const VARIED = {
  steps: [MIDDLE.steps / 4, MIDDLE.steps / 2, 2 * MIDDLE.steps],
  channels: [8, 16, 48],
  layers: [2, 3],
  cells: [1, 4],
};
const { bonds } = materials.material('silicon').limits;
const split = glass.splitCells(glass.readCells());
const results = resultsIn(values.out);
/** The supplied model has the settings in the middle, but for its steps. */
const SUPPLIED = { ...MIDDLE, steps: 14_000 };
const varied = Object.entries(VARIED).flatMap(([key, list]) => list.map((x) => ({ ...MIDDLE, [key]: x })));
for (const run of [MIDDLE, ...varied, SUPPLIED]) {
  if (results.has(run)) continue;
  const denoiser = run === SUPPLIED ? diffusion.Denoiser.load(glass.modelFile('cells')) : await trained(run);
  const row = { ...run, loss: denoiser.metrics['validation at 0.35 Å'], ...(await quality(denoiser)) };
  denoiser.dispose();
  results.add(row);
  console.log(JSON.stringify(row));
}

async function trained({ channels, layers, cells, steps }) {
  const denoiser = diffusion.Denoiser.create({ species: ['Si'], channels, layers, lMax: 2, cutoff: 5, seed: 1 });
  const training = { steps, every: steps, batchSize: 2, learningRate: 3e-3, decay: 0.4, seed: 1 };
  const sets = { train: split.train.slice(0, cells), validation: split.validation };
  for await (const _ of diffusion.trainOnCells(denoiser, sets, training));
  return denoiser;
}

/** Share of four-fold atoms, and the deviation of bond angles, degrees, of cells by the chain. */
async function quality(denoiser) {
  const made = await diffusion.generateCells(denoiser, {
    ...{ atoms: 512, density: 2.23, steps: Number(values.calls), count: 2, seed: 1 },
  });
  const counts = [...evaluate.coordination(made, { bonds })];
  const angles = evaluate.moments([...evaluate.bondAngles(made, { bonds })].map((a) => (a * 180) / Math.PI));
  return { fourFold: counts.filter((k) => k === 4).length / counts.length, angleDeviation: angles.deviation };
}
