import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as readline from 'node:readline';
import { loadLibrary, loadReference } from './library.mjs';

/**
 * The engines' training steps against JAX (bench/reference/vae.py, jit, CPU, all its threads): row, relabelling and
 * noise drawn inside the timed loop for all. Peers take turns, a round each, so that the load of the machine meets all
 * of them alike; the ratio is the median of the rounds' ratios.
 */
export const title = 'fused WebAssembly engine: training steps against JAX and TensorFlow.js, infilling';

const BATCHES = [256, 1024, 4096];
const ROUNDS = 15;

export async function run({ python, root }) {
  const library = loadLibrary(root);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'glassy-motifs-bench-'));
  const peers = [];
  try {
    const { readStructures, extractEnvironments } = library;
    const files = [1, 2, 3, 4].map((cell) => path.join(root, 'data', 'a-si', `a-si-512-0${cell}.extxyz`));
    const structures = files.flatMap((file) => readStructures(file));
    const train = extractEnvironments(structures, { cutoff: 4, count: 8 });
    const { buffer, byteOffset, byteLength } = train.positions;
    fs.writeFileSync(path.join(folder, 'train.bin'), new Uint8Array(buffer, byteOffset, byteLength));
    // JAX with its default generator and with the faster one; the better counts.
    for (const generator of [null, 'unsafe_rbg']) peers.push(await jax(python, root, folder, generator));
    await compareTraining(library, train, peers);
    await compareTensorFlow(library, train, await loadReference(root, 'model/engines/tensorflow'));
    infilling(library, train);
  } finally {
    for (const peer of peers) peer.end();
    fs.rmSync(folder, { recursive: true });
  }
}

/** A JAX process that answers a batch size with the samples per second of a round. */
async function jax(python, root, folder, generator) {
  const script = path.join(root, 'bench', 'reference', 'vae.py');
  const settings = JSON.stringify({ atoms: 8, batches: BATCHES, permutations: 'all', generator });
  const child = spawn(python, [script, 'serve', folder, settings], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  if (value !== 'ready') throw new Error(`JAX did not start: ${value}`);
  return {
    async measure(batch) {
      child.stdin.write(`${batch}\n`);
      return Number((await lines.next()).value);
    },
    end: () => child.stdin.end(),
  };
}

async function compareTraining(library, train, peers) {
  console.log(`Training samples per second, relabelling 'all', ${os.availableParallelism()} processors; best of`);
  console.log(`${ROUNDS} rounds, and the median of the rounds' ratios:\n`);
  row('batch', 'wasm', 'wasm, 1 thread', 'JAX', 'wasm / JAX', '1 thread / JAX', '2 threads / 1');
  for (const batch of BATCHES) {
    const ours = session(library, train, library.createEngine(), batch, 2);
    const single = session(library, train, library.createEngine(), batch, 1);
    for (const one of [ours, single]) for (let k = 0; k < 3; k++) await one.round();
    const rates = [];
    for (let k = 0; k < ROUNDS; k++) {
      const rate = [await ours.round(), await single.round()];
      const theirs = [];
      for (const peer of peers) theirs.push(await peer.measure(batch));
      rates.push([...rate, Math.max(...theirs)]);
    }
    ours.end();
    single.end();
    const best = [0, 1, 2].map((column) => Math.max(...rates.map((r) => r[column])));
    const ratio = (a, b) => median(rates.map((r) => r[a] / r[b])).toFixed(2);
    row(batch, ...best.map(thousands), ratio(0, 2), ratio(1, 2), ratio(0, 1));
  }
}

async function compareTensorFlow(library, train, { createTensorFlowEngine }) {
  const ours = session(library, train, library.createEngine(), 256, undefined);
  const reference = session(library, train, createTensorFlowEngine(), 256, undefined, 4);
  for (const one of [ours, reference]) await one.round();
  const rates = [];
  for (let k = 0; k < 7; k++) rates.push([await ours.round(), await reference.round()]);
  const best = [0, 1].map((column) => thousands(Math.max(...rates.map((r) => r[column]))));
  const ratio = median(rates.map((r) => r[0] / r[1])).toFixed(0);
  console.log(`\nBatch 256: wasm ${best[0]}, tensorflow ${best[1]} samples/s, ratio ${ratio}.`);
  ours.end();
  reference.end();
}

/** A training session and how to time one round of about 65,536 samples. */
function session(library, train, engine, batchSize, threads, steps = Math.max(20, 65536 / batchSize)) {
  const { Vae, GramNormalizer, gramVectors } = library;
  const normalizer = GramNormalizer.fit(gramVectors(train), train.n);
  const network = Vae.create({ normalizer, seed: 1 }).network();
  const options = { batchSize, threads, runs: [train.n], seed: 1, loss: { head: 'gram', beta: 0.01 } };
  const one = engine.createSession(network, Float32Array.from(train.positions), options);
  const rates = new Float64Array(steps).fill(1e-3);
  return {
    async round() {
      const begun = performance.now();
      await one.run(rates);
      return (1000 * batchSize * steps) / (performance.now() - begun);
    },
    end: () => one.dispose(),
  };
}

/** 1,000 environments, 6 of 8 atoms known, 32 restarts of 200 steps each. */
function infilling({ Vae, GramNormalizer, gramVectors, createEngine, createRng }, train) {
  const grams = gramVectors(train);
  const normalizer = GramNormalizer.fit(grams, train.n);
  const network = Vae.create({ normalizer, seed: 1 }).network();
  const entries = 36;
  const [environments, restarts, steps] = [1000, 32, 200];
  const normalized = normalizer.normalize(grams);
  const targets = new Float32Array(environments * restarts * entries);
  const weights = new Float32Array(targets.length);
  for (let k = 0; k < environments * restarts; k++) {
    const row = Math.floor(k / restarts);
    targets.set(normalized.subarray(row * entries, (row + 1) * entries), k * entries);
    let entry = k * entries;
    for (let i = 0; i < 8; i++) for (let j = i; j < 8; j++) weights[entry++] = Number(j < 6);
  }
  const rng = createRng(1);
  const starts = Float32Array.from({ length: environments * restarts * 8 }, () => rng.normal());
  const begun = performance.now();
  createEngine().descend(network, starts, targets, weights, { steps, learningRate: 0.05, prior: 0.01 });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`\nInfilling, ${environments} environments, ${restarts} restarts of ${steps} steps: ${seconds} s.`);
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function thousands(value) {
  return Math.round(value).toLocaleString('en');
}

function row(...cells) {
  console.log(cells.map((cell) => String(cell).padEnd(16)).join(''));
}
