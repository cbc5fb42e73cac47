// What the network for cells gains by channels, layers, cells and steps, for notebook 10:
//   node data/make/scaling.mjs -o data/results/scaling.json
// Small trainings that differ from one in the middle by one setting each: held-out losses by noise level, and what the
// chain makes of them. Validation cells only. Goes on where the file ends. Half an hour on two processors.
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

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
const results = fs.existsSync(values.out) ? JSON.parse(fs.readFileSync(values.out, 'utf8')) : [];
const runs = [MIDDLE, ...Object.entries(VARIED).flatMap(([key, list]) => list.map((x) => ({ ...MIDDLE, [key]: x })))];
for (const run of runs) {
  if (results.some((row) => Object.entries(run).every(([key, x]) => row[key] === x))) continue;
  const denoiser = diffusion.Denoiser.create({
    ...{ species: ['Si'], channels: run.channels, layers: run.layers, lMax: 2, cutoff: 5, seed: 1 },
  });
  await add(run, denoiser, await losses(denoiser, run));
}
// The shipped model, for the slope.
if (!results.some(({ steps }) => steps === 14_000)) {
  const denoiser = diffusion.Denoiser.load(glass.modelFile('cells'));
  await add({ ...MIDDLE, steps: 14_000 }, denoiser, denoiser.metrics['validation at 0.35 Å']);
}

/** Held-out loss at 0.35 Å after training. */
async function losses(denoiser, { cells, steps }) {
  const training = { steps, every: steps, batchSize: 2, learningRate: 3e-3, decay: 0.4, seed: 1 };
  const sets = { train: split.train.slice(0, cells), validation: split.validation };
  for await (const _ of diffusion.trainOnCells(denoiser, sets, training));
  return denoiser.metrics['validation at 0.35 Å'];
}

async function add(run, denoiser, loss) {
  const made = await diffusion.generateCells(denoiser, {
    ...{ atoms: 512, density: 2.23, steps: Number(values.calls), count: 2, seed: 1 },
  });
  denoiser.dispose();
  const counts = [...evaluate.coordination(made, { bonds })];
  const angles = evaluate.moments([...evaluate.bondAngles(made, { bonds })].map((a) => (a * 180) / Math.PI));
  const fourFold = counts.filter((k) => k === 4).length / counts.length;
  results.push({ ...run, loss, fourFold, angleDeviation: angles.deviation });
  fs.writeFileSync(values.out, `[\n${results.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
  console.log(JSON.stringify(results[results.length - 1]));
}
