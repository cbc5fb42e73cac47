import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadLibrary, loadReference } from './library.mjs';

/**
 * The talk's autoencoder and VAE against the same in JAX (bench/reference/vae.py): reconstruction error after the same
 * training, and training samples per second.
 */
export const title = 'variational autoencoder: reconstruction error and training speed against JAX';

const SEEDS = [1, 2, 3];
const TRAIN = ['01', '02', '03', '04', '05', '06', '07', '08'];
const TEST = ['10'];

/** Test error of an independent implementation on the same cells. */
const EXPECTED = {
  none: 0.196,
  shells: 0.216,
  all: 0.564,
  'none (AE)': 0.192,
  'shells (AE)': 0.218,
  'all (AE)': 0.572,
};

export async function run({ python, root }) {
  const library = loadLibrary(root);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'glassy-motifs-bench-'));
  try {
    const data = { train: environments(library, root, TRAIN), test: environments(library, root, TEST) };
    for (const part of ['train', 'test']) {
      const { buffer, byteOffset, byteLength } = data[part].positions;
      fs.writeFileSync(path.join(folder, `${part}.bin`), new Uint8Array(buffer, byteOffset, byteLength));
    }
    const reference = (command, config) => {
      const script = path.join(root, 'bench', 'reference', 'vae.py');
      const settings = JSON.stringify({ atoms: data.train.n, ...config });
      return JSON.parse(execFileSync(python, [script, command, folder, settings], { encoding: 'utf8' }));
    };
    await compareErrors(library, data, reference);
    await compareSpeed(library, data, reference, await loadReference(root, 'model/engines/tensorflow'));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function environments({ readStructures, extractEnvironments }, root, cells) {
  const files = cells.map((cell) => path.join(root, 'data', 'a-si', `a-si-512-${cell}.extxyz`));
  return extractEnvironments(
    files.flatMap((file) => readStructures(file)),
    { cutoff: 4, count: 8 },
  );
}

async function compareErrors(library, data, reference) {
  console.log(
    `Normalized mean squared error, ${data.train.length} training and ${data.test.length} test environments,`,
  );
  console.log(`4,000 steps of 1,024, seeds ${SEEDS.join(', ')} (mean ± spread):\n`);
  row('permutations', 'ours train', 'JAX train', 'ours test', 'JAX test', 'ours / JAX', 'expected', 's a run', 'JAX');
  for (const variational of [true, false]) {
    for (const permutations of ['none', 'shells', 'all']) {
      const ours = [];
      const peer = [];
      for (const seed of SEEDS) {
        ours.push(await trainOurs(library, data, { variational, permutations, seed }));
        peer.push(reference('train', { variational, permutations, seed }));
      }
      const name = permutations + (variational ? '' : ' (AE)');
      const columns = ['train', 'test'].flatMap((part) => [spread(ours, part), spread(peer, part)]);
      const ratio = (mean(ours, 'test') / mean(peer, 'test')).toFixed(3);
      const seconds = [ours, peer].map((runs) => mean(runs, 'seconds').toFixed(1));
      row(name, ...columns, ratio, EXPECTED[name].toFixed(3), ...seconds);
    }
  }
}

async function trainOurs({ Vae, trainVae, reconstructionError }, data, { variational, permutations, seed }) {
  const vae = Vae.create({ variational, seed });
  const begun = performance.now();
  for await (const _ of trainVae(vae, { train: data.train }, { permutations, seed, stepsPerEpoch: 100, epochs: 40 }));
  const error = (part) => reconstructionError(vae, data[part], { permutations, seed: seed + 1000 }).normalizedMse;
  return { train: error('train'), test: error('test'), seconds: (performance.now() - begun) / 1000 };
}

async function compareSpeed(library, data, reference, { createTensorFlowEngine }) {
  const batches = [256, 1024, 4096];
  console.log("\nTraining samples per second, 'shells', batch, relabelling and noise drawn in the loop:\n");
  // JAX with its default generator and with the faster one; the better counts.
  const peers = [null, 'unsafe_rbg'].map((generator) =>
    reference('speed', { permutations: 'shells', batches, seconds: 3, generator }),
  );
  row('batch', 'wasm', 'tensorflow', 'JAX', 'wasm / JAX', 'tensorflow / JAX');
  for (const batch of batches) {
    const jax = Math.max(...peers.map((peer) => peer[batch]));
    const wasm = await samplesPerSecond(library, data.train, library.createEngine(), batch);
    const tensorflow = await samplesPerSecond(library, data.train, createTensorFlowEngine(), batch);
    const ratios = [wasm, tensorflow].map((rate) => (rate / jax).toFixed(2));
    row(batch, ...[wasm, tensorflow, jax].map((rate) => Math.round(rate).toLocaleString('en')), ...ratios);
  }
}

/** Best of the rounds that fit into three seconds, as for the peer. */
async function samplesPerSecond({ Vae, GramNormalizer, gramVectors }, train, engine, batchSize) {
  const normalizer = GramNormalizer.fit(gramVectors(train), train.n);
  const network = Vae.create({ normalizer, seed: 1 }).network();
  const session = engine.createSession(network, Float32Array.from(train.positions), {
    batchSize,
    permutations: 'shells',
    seed: 1,
    loss: { head: 'gram', beta: 0.01 },
  });
  const rates = new Float64Array(Math.max(20, 65536 / batchSize)).fill(1e-3);
  await session.run(rates.subarray(0, 20));
  let best = 0;
  for (const until = performance.now() + 3000; performance.now() < until; ) {
    const begun = performance.now();
    await session.run(rates);
    best = Math.max(best, (1000 * batchSize * rates.length) / (performance.now() - begun));
  }
  session.dispose();
  return best;
}

function mean(runs, field) {
  return runs.reduce((sum, run) => sum + run[field], 0) / runs.length;
}

function spread(runs, field) {
  const values = runs.map((run) => run[field]);
  return `${mean(runs, field).toFixed(4)} ± ${((Math.max(...values) - Math.min(...values)) / 2).toFixed(4)}`;
}

function row(...cells) {
  console.log(cells.map((cell) => String(cell).padEnd(17)).join(''));
}
