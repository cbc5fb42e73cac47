import { loadLibrary } from './library.mjs';

export const title = 'networks by bond switching: what a trial costs by size, and a cell from random atoms';

const SIZES = [216, 512, 1728, 4096];
const SWEEPS = 100;
const ROUNDS = 3;
const CELLS = 3;

export async function run({ root }) {
  const library = loadLibrary(root);
  scaling(library);
  wholeCells(library);
}

const SILICON = { density: 2.28, minDistance: 2, species: 'Si' };

/** Sizes by turns, so that all meet the same disturbance. */
function scaling({ annealNetwork, randomCell }) {
  const times = SIZES.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    SIZES.forEach((atoms, s) => {
      const cell = randomCell({ ...SILICON, atoms, seed: round });
      // Making the network costs nothing to speak of in a run, but would here.
      const rest = processorSeconds(() => annealNetwork(cell, { sweeps: 0, relax: false })).seconds;
      const options = { sweeps: SWEEPS, temperatures: [0.5, 0.5], energy: 0, relax: false };
      const { seconds } = processorSeconds(() => annealNetwork(cell, options));
      times[s].push((seconds - rest) / (SWEEPS * atoms));
    });
  }
  row('atoms', 'µs a trial', 'to the smallest');
  const medians = times.map(median);
  SIZES.forEach((atoms, s) => {
    row(atoms, (1e6 * medians[s]).toFixed(1), (medians[s] / medians[0]).toFixed(2));
  });
}

/** 512 atoms from random places to the energy of the training cells, default options. */
function wholeCells({ annealNetwork, randomCell }) {
  console.log('\n512 atoms, random places, default options:\n');
  row('seed', 'processor s', 'switches tried', 'accepted', 'Keating, eV/atom');
  for (let seed = 0; seed < CELLS; seed++) {
    const { seconds, result } = processorSeconds(() => annealNetwork(randomCell({ ...SILICON, seed }), { seed }));
    row(seed, seconds.toFixed(1), result.tried, result.accepted, result.energyAfter.toFixed(3));
  }
}

function processorSeconds(task) {
  const begun = process.cpuUsage().user;
  const result = task();
  return { seconds: (process.cpuUsage().user - begun) / 1e6, result };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function row(...cells) {
  console.log(cells.map((cell) => String(cell).padEnd(20)).join(''));
}
