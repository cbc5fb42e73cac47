import * as os from 'node:os';
import { loadLibrary, loadReference } from './library.mjs';

/**
 * The fused graph network against the tests' reference on TensorFlow.js, as denoisers of a 512-atom cell.
 * They take turns, so that the load of the machine meets both alike; the ratio is that of the medians. Neighbor lists
 * are made outside the timed part: both need the same.
 */
export const title = 'equivariant graph network: fused WebAssembly engine against TensorFlow.js, and its scaling';

const ROUNDS = 5;
const SCALING_ROUNDS = 5;
const INFILLING_ROUNDS = 15;
/** Noisy atoms among 512, the others known. */
const FREE = [512, 256, 60, 10, 1];
const SIGMA = 0.3;
/** How often the cell is repeated along each axis: 512 to 4,096 atoms. */
const SUPERCELLS = [
  [1, 1, 1],
  [2, 1, 1],
  [2, 2, 1],
  [2, 2, 2],
];

export async function run({ root }) {
  const library = loadLibrary(root);
  const { FusedGraph, graphConfig, initialGraphParameters, readCells } = library;
  const config = graphConfig({ species: ['Si'] });
  const parameters = initialGraphParameters(config, 1);
  const [cell] = readCells();
  const engines = [
    new FusedGraph(config),
    new FusedGraph(config, 1),
    (await loadReference(root, 'diffusion/graph/reference')).referenceGraphEngine(config),
  ];
  try {
    for (const { description } of engines) console.log(description);
    console.log(`${os.availableParallelism()} processors; ${JSON.stringify(config)}\n`);
    compare(library, config, parameters, cell, engines);
    scale(library, config, parameters, cell, engines.slice(0, 2));
    infilling(library, config, parameters, cell, engines[1]);
    around(library, cell, engines[1]);
  } finally {
    for (const engine of engines) engine.dispose();
  }
}

/** Milliseconds a 512-atom graph; two graphs a call, as in training, which gives both threads one. */
function compare({ createRng, displaced }, config, parameters, cell, engines) {
  const targets = [1, 2].map((seed) =>
    displaced(config, cell, new Float32Array(cell.species.length).fill(SIGMA), createRng(seed)),
  );
  const graphs = targets.map(({ graph }) => graph);
  console.log(`Two graphs of ${cell.species.length} atoms and ${graphs[0].senders.length} edges, one of them in ms,`);
  console.log(`median of ${ROUNDS} rounds in turns:\n`);
  row('', 'wasm', 'wasm, 1 thread', 'tensorflow', 'tensorflow / wasm', 'tensorflow / 1 thread');
  const tasks = {
    forward: (engine) => engine.predict(parameters, graphs),
    'and gradient': (engine) => engine.lossAndGradient(parameters, targets),
  };
  for (const [name, task] of Object.entries(tasks)) {
    for (const engine of engines) task(engine);
    const times = engines.map(() => []);
    for (let k = 0; k < ROUNDS; k++) {
      engines.forEach((engine, e) => {
        times[e].push(milliseconds(() => task(engine)) / graphs.length);
      });
    }
    const [fused, single, reference] = times.map(median);
    const ratios = [reference / fused, reference / single].map((ratio) => ratio.toFixed(1));
    row(name, ...[fused, single, reference].map((time) => time.toFixed(1)), ...ratios);
  }
}

/** One structure at a time, as in generation, on all threads and on one. */
function scale({ createRng, displaced }, config, parameters, cell, engines) {
  const structures = SUPERCELLS.map((repeats) => supercell(cell, repeats));
  const graphs = structures.map(
    (structure) =>
      displaced(config, structure, new Float32Array(structure.species.length).fill(SIGMA), createRng(1)).graph,
  );
  const times = graphs.map(() => engines.map(() => []));
  for (const graph of graphs) for (const engine of engines) engine.predict(parameters, [graph]);
  for (let k = 0; k < SCALING_ROUNDS; k++) {
    graphs.forEach((graph, g) => {
      engines.forEach((engine, e) => {
        times[g][e].push(milliseconds(() => engine.predict(parameters, [graph])));
      });
    });
  }
  console.log(`\nOne structure a call, median of ${SCALING_ROUNDS} rounds in turns:\n`);
  row('atoms', 'ms', '1 thread', '1 thread / all', 'µs an atom', 'to 512 atoms');
  const medians = times.map((all) => all.map(median));
  const perAtom = medians.map(([all], g) => (1000 * all) / graphs[g].species.length);
  graphs.forEach(({ species }, g) => {
    const [all, one] = medians[g];
    const numbers = [all.toFixed(1), one.toFixed(1), (one / all).toFixed(2), perAtom[g].toFixed(1)];
    row(species.length, ...numbers, (perAtom[g] / perAtom[0]).toFixed(2));
  });
}

/** A region of a cell at a time, as in infilling: only what its vectors depend on is computed. */
function infilling({ createRng, displaced, nearestAtoms }, config, parameters, cell, engine) {
  const graphs = FREE.map((free) => {
    const noise = new Float32Array(cell.species.length);
    for (const atom of nearestAtoms(cell, 0, free)) noise[atom] = SIGMA;
    return displaced(config, cell, noise, createRng(1)).graph;
  });
  const times = graphs.map(() => []);
  for (const graph of graphs) engine.predict(parameters, [graph]);
  for (let k = 0; k < INFILLING_ROUNDS; k++) {
    graphs.forEach((graph, g) => {
      times[g].push(milliseconds(() => engine.predict(parameters, [graph])));
    });
  }
  const how = `1 thread, median of ${INFILLING_ROUNDS} rounds in turns`;
  console.log(`\nNoisy atoms around one, among ${cell.species.length}; ${how}:\n`);
  row('noisy atoms', 'ms', 'all / these');
  FREE.forEach((free, g) => {
    row(free, median(times[g]).toFixed(1), (median(times[0]) / median(times[g])).toFixed(1));
  });
}

/** The same with all that is needed for an estimate, four structures a call, and with the known atoms given once. */
function around({ createRng, Denoiser, nearestAtoms, withoutAtoms }, cell, engine) {
  const denoiser = Denoiser.create({ species: ['Si'], engine });
  const rng = createRng(1);
  console.log(
    '\nEstimates of four structures around known atoms, from their positions, one of them in ms, medians in turns:\n',
  );
  row('noisy atoms', 'each by itself', 'known atoms once', 'ratio');
  for (const free of FREE.filter((count) => count < 100)) {
    const chosen = nearestAtoms(cell, 0, free);
    const known = withoutAtoms(cell, chosen);
    const places = chosen.flatMap((i) => Array.from(cell.positions.subarray(3 * i, 3 * i + 3)));
    const structures = Array.from({ length: 4 }, () => {
      const moved = places.map((x) => x + SIGMA * rng.normal());
      return { ...cell, positions: Float64Array.of(...known.positions, ...moved) };
    });
    const noise = structures.map(({ species }) => new Float32Array(species.length).fill(SIGMA, species.length - free));
    const tasks = [undefined, known].map((given) => () => denoiser.estimate(structures, noise, given));
    const times = tasks.map(() => []);
    for (let k = 0; k < INFILLING_ROUNDS; k++) {
      tasks.forEach((task, t) => {
        // Known atoms are taken in by the first call, which goes unmeasured.
        task();
        times[t].push(milliseconds(task) / structures.length);
      });
    }
    const [alone, once] = times.map(median);
    row(free, alone.toFixed(2), once.toFixed(2), (alone / once).toFixed(1));
  }
}

function supercell(cell, [a, b, c]) {
  const shifts = [];
  for (let i = 0; i < a; i++) for (let j = 0; j < b; j++) for (let k = 0; k < c; k++) shifts.push([i, j, k]);
  const { lattice } = cell;
  const shifted = (shift) =>
    Array.from(cell.positions, (x, k) => shift.reduce((sum, n, axis) => sum + n * lattice[3 * axis + (k % 3)], x));
  return {
    ...cell,
    lattice: lattice.map((x, k) => x * [a, b, c][Math.floor(k / 3)]),
    species: shifts.flatMap(() => cell.species),
    positions: Float64Array.from(shifts.flatMap(shifted)),
    arrays: {},
  };
}

function milliseconds(task) {
  const begun = performance.now();
  task();
  return performance.now() - begun;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function row(...cells) {
  console.log(cells.map((cell) => String(cell).padEnd(20)).join(''));
}
