// Time of a cell against its atoms, for notebook 13: node data/make/times.mjs [--model sio2] -o times.json
// The first calls of the chain are timed, of which a cell takes --calls; all take alike.
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import { parseArgs } from 'node:util';

const load = createRequire(import.meta.url);
const [glass, diffusion] = ['', '/diffusion'].map((name) => load(`../../dist${name}`));
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'sio2' },
    composition: { type: 'string', default: '{"Si":1,"O":2}' },
    density: { type: 'string', default: '2.165' },
    conditions: { type: 'string', default: '{"cooling_rate":10}' },
    atoms: { type: 'string', default: '300,3000,24000' },
    calls: { type: 'string', default: '600' },
    out: { type: 'string', short: 'o' },
  },
});
/** Calls that are timed, of the smallest cell and at least. */
const TIMED = { most: 60, least: 4 };
const denoiser = diffusion.Denoiser.load(glass.modelFile(values.model));
const sizes = values.atoms.split(',').map(Number);
const rows = [];
for (const atoms of sizes) {
  const timed = Math.max(TIMED.least, Math.round((TIMED.most * sizes[0]) / atoms));
  let [first, begun, processor] = [true, 0, process.cpuUsage()];
  await diffusion.generateCells(denoiser, {
    ...{ atoms, density: Number(values.density), composition: JSON.parse(values.composition) },
    ...{ conditions: JSON.parse(values.conditions), steps: timed + 1, seed: 1 },
    onProgress: () => {
      // The first call makes memory and threads.
      if (first) [first, begun, processor] = [false, performance.now(), process.cpuUsage()];
      return true;
    },
  });
  const { user, system } = process.cpuUsage(processor);
  const of = (seconds) => Number(((seconds * Number(values.calls)) / timed).toPrecision(3));
  rows.push({
    atoms,
    processorSeconds: of((user + system) / 1e6),
    seconds: of((performance.now() - begun) / 1e3),
    timed,
  });
  console.log(rows.at(-1));
}
denoiser.dispose();
const machine = `${os.cpus().length} × ${os.cpus()[0].model}, load ${os.loadavg()[0].toFixed(1)}`;
const command = `node data/make/times.mjs ${process.argv.slice(2).join(' ')}`;
const head = { date: new Date().toISOString().slice(0, 10), command, machine, calls: Number(values.calls) };
fs.writeFileSync(values.out, `${JSON.stringify({ ...head, rows }, null, 1)}\n`);
