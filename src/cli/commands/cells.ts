import { Command } from 'commander';
import { InputError } from '../../core/errors';
import { generateCells, refineStructure, regenerate } from '../../diffusion/cells';
import { speciesOf, startRng } from '../../diffusion/cells/starts';
import type { Denoiser } from '../../diffusion/denoiser';
import type { GraphEngineName } from '../../diffusion/graph/network';
import { moments } from '../../evaluate/statistics/moments';
import { bondAngles, coordination } from '../../evaluate/structure/cells';
import { toDegrees } from '../../evaluate/structure/geometry';
import { type Material, materialOf, potential } from '../../materials';
import { type Bonds, bondsOf, describeBonds } from '../../structures/bonds';
import type { Potential } from '../../structures/potential';
import type { Structure } from '../../structures/structure';
import { wrappedPositions } from '../../structures/wrap';
import { loadDenoiser } from '../denoisers';
import { CELL_OUTPUT, checked, integer, number, shared } from '../options';
import { requireCellOutput, sayCellOutput, writeCellOutput } from '../outputs';
import { STANDARD, type Terminal } from '../terminal';

interface Options {
  out: string;
  number: number;
  atoms: number;
  density: number;
  steps: number;
  regenerate?: number;
  switchBonds?: boolean;
  sweeps?: number;
  refine?: boolean;
  model: string;
  species?: string;
  bonds?: Bonds;
  potential?: string;
  engine?: GraphEngineName;
  seed: number;
}

const EXAMPLES = `
Each of --regenerate, --switch-bonds and --refine goes on from what those before it made, in this order whatever the
order of the options. Cell k of a seed is the same whatever the number of cells. For each cell one line on standard
error with its bonds, four-fold atoms, bond angles, energy (with --potential) and seconds.

Examples:
  $ glassy-motifs cells --atoms 512 --density 2.28 --switch-bonds --refine --seed 1 -o cells.extxyz
  $ glassy-motifs cells -n 2 --density 2.28 --regenerate 25 --potential stillinger-weber -o - | glassy-motifs extract - -o motifs.extxyz`;

export function defineCells(terminal: Terminal): Command {
  return new Command('cells')
    .description('make whole periodic cells from random positions by a graph network, without molecular dynamics')
    .addOption(shared.out(CELL_OUTPUT))
    .addOption(checked('-n, --number <cells>', 'cells to make', integer(1)).default(1))
    .addOption(checked('--atoms <number>', 'atoms of each cell, a cube', integer(1)).default(512))
    .addOption(checked('--density <g/cm³>', 'of each cell', number(0, true)).makeOptionMandatory())
    .addOption(checked('--steps <number>', 'calls of the model for one cell', integer(1)).default(40))
    .addOption(
      checked(
        '--regenerate <rounds>',
        'then make it noisy and denoise it so often, kept by its energy (--potential)',
        integer(1),
      ),
    )
    .option('--switch-bonds', 'then anneal a network with four bonds per atom by bond switches')
    .addOption(checked('--sweeps <number>', 'switches tried per atom, at most (default: 20000)', integer(0)))
    .option('--refine', 'then refine bonds and angles by the model')
    .addOption(shared.seed('all random numbers'))
    .addOption(shared.denoiser())
    .addOption(shared.modelSpecies())
    .addOption(shared.bonds())
    .addOption(shared.potential('of the energies; without it there are none'))
    .addOption(shared.engine())
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => cells(options, terminal));
}

function cells(options: Options, terminal: Terminal): void {
  requireCellOutput(options.out);
  if (options.sweeps !== undefined && !options.switchBonds) {
    throw new InputError('option --sweeps', 'no --switch-bonds', 'both');
  }
  const denoiser = loadDenoiser(options);
  try {
    requireStages(speciesOf(denoiser, options.species, 'option species'), options);
    const made = makeCells(denoiser, options, terminal);
    if (options.out === STANDARD) writeCellOutput(made, options.out, terminal);
    sayCellOutput(made.length, options.out, 'cells', terminal);
  } finally {
    denoiser.dispose();
  }
}

/** Throws before any work where a stage lacks its potential or does not know the element. */
function requireStages(symbol: string, { regenerate: rounds, switchBonds, potential: name }: Options): void {
  if (name !== undefined && !potential(name).elements.includes(symbol)) {
    throw new InputError('option --potential', `${name} with ${symbol}`, `one that knows ${symbol}`);
  }
  if (rounds !== undefined && name === undefined) {
    throw new InputError('option --regenerate', 'it without --potential', 'both');
  }
  if (switchBonds && !materialOf([symbol])?.annealNetwork) {
    throw new InputError('option --switch-bonds', symbol, 'an element whose networks are known');
  }
}

function makeCells(denoiser: Denoiser, options: Options, terminal: Terminal): Structure[] {
  const { atoms, density, number: count, species, steps, seed } = options;
  const made: Structure[] = [];
  const follow = (): ReturnType<Terminal['progress']> =>
    terminal.progress(`cell ${made.length + 1} of ${count}, denoising`, steps);
  let since = Date.now();
  let progress = follow();
  generateCells(denoiser, {
    ...{ atoms, density, count, species, steps, seed },
    // One by one: each cell's seconds are its own, and its line comes when it is there.
    batch: 1,
    onStep: (step) => {
      progress.update(step + 1);
      return true;
    },
    onCell: (cell, k) => {
      progress.finish();
      made.push(improved(denoiser, cell, k, options, terminal));
      // Who breaks off has the finished ones; standard output waits for all.
      if (options.out !== STANDARD) writeCellOutput(made, options.out, terminal);
      terminal.say(`${summary(made[k], options)}, ${((Date.now() - since) / 1000).toFixed(1)} s`, STANDARD);
      since = Date.now();
      if (made.length < count) progress = follow();
    },
  });
  return made;
}

/** Cell k after the stages asked for, wrapped, with what it was made by. */
function improved(denoiser: Denoiser, cell: Structure, k: number, options: Options, terminal: Terminal): Structure {
  const label = `cell ${k + 1} of ${options.number}`;
  const rng = startRng(options.seed, k);
  // All three drawn, so that a stage does not depend on which others there are.
  const seeds = { regenerate: rng.next(), switchBonds: rng.next(), refine: rng.next() };
  let current = cell;
  const stages = ['denoise'];
  if (options.regenerate !== undefined) {
    stages.push('regenerate');
    current = regenerated(
      denoiser,
      current,
      { rounds: options.regenerate, seed: seeds.regenerate, by: potential(options.potential as string) },
      label,
      terminal,
    );
  }
  if (options.switchBonds) {
    stages.push('switch-bonds');
    current = switched(current, { sweeps: options.sweeps, seed: seeds.switchBonds }, label, terminal);
  }
  if (options.refine) {
    stages.push('refine');
    current = refineStructure(denoiser, current, { seed: seeds.refine });
  }
  const info = { ...cell.info, model: options.model, stages: stages.join(' ') };
  return { ...current, positions: wrappedPositions(current), info };
}

function regenerated(
  denoiser: Denoiser,
  cell: Structure,
  { rounds, seed, by }: { rounds: number; seed: number; by: Potential },
  label: string,
  terminal: Terminal,
): Structure {
  const progress = terminal.progress(`${label}, regenerating`, rounds);
  const found = regenerate(denoiser, cell, {
    rounds,
    seed,
    potential: by,
    onRound: ({ round, energy }) => {
      progress.update(round + 1, `${energy.toFixed(3)} eV/atom`);
      return true;
    },
  });
  progress.finish();
  return found;
}

function switched(
  cell: Structure,
  { sweeps = 20_000, seed }: { sweeps?: number; seed: number },
  label: string,
  terminal: Terminal,
): Structure {
  const progress = terminal.progress(`${label}, switching bonds, sweep`, sweeps);
  const { annealNetwork } = materialOf(cell.species) as Required<Material>;
  const { structure } = annealNetwork(cell, {
    sweeps,
    seed,
    onProgress: ({ sweeps: done, energy }) => {
      progress.update(Math.round(done), `${energy.toFixed(3)} eV/atom`);
      return true;
    },
  });
  progress.finish();
  return structure;
}

/** What a cell is worth, in one line. */
function summary(cell: Structure, { bonds: given, potential: name }: Options): string {
  const bonds = bondsOf(cell, given);
  const counts = coordination(cell, { bonds });
  const fourFold = counts.filter((count) => count === 4).length / counts.length;
  const parts = [`bonds ${describeBonds(bonds)}`, `${(100 * fourFold).toFixed(1)} % four-fold`, angles(cell, bonds)];
  if (name !== undefined) {
    const by = potential(name);
    const energy = by.energies(cell).reduce((sum, one) => sum + one, 0) / cell.species.length;
    parts.push(`${energy.toFixed(3)} eV/atom (${by.name})`);
  }
  return `${cell.info.name}: ${parts.join(', ')}`;
}

function angles(cell: Structure, bonds: Bonds): string {
  const all = bondAngles(cell, { bonds }).map(toDegrees);
  if (all.length === 0) return 'no bond angles';
  const { mean, deviation } = moments(all);
  return `bond angles ${mean.toFixed(1)} ± ${deviation.toFixed(1)}°`;
}
