import * as fs from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { InputError } from '../../core/errors';
import { type Approach, type Composition, DEFAULT_STEPS, generateCells, residualOf } from '../../diffusion';
import { APPROACHES } from '../../diffusion/cells/sampler';
import { cellSymbols } from '../../diffusion/cells/starts';
import { Denoiser } from '../../diffusion/denoiser';
import { moments } from '../../evaluate/statistics/moments';
import { bondAngles, coordination } from '../../evaluate/structure/cells';
import { toDegrees } from '../../evaluate/structure/geometry';
import { potential } from '../../materials';
import { countElements } from '../../structures';
import { type Bonds, bondsOf, describeBonds } from '../../structures/bonds';
import { readExtxyz } from '../../structures/readStructures';
import type { Structure } from '../../structures/structure';
import { InterruptedError } from '../exit';
import { modelPath } from '../inputs';
import { CELL_OUTPUT, checked, conditionValue, integer, number, shared } from '../options';
import { requireCellOutput, sayCellOutput, writeCellOutput } from '../outputs';
import { madeBy, modelHash } from '../provenance';
import { STANDARD, type Terminal } from '../terminal';

interface Options {
  out: string;
  number: number;
  first: number;
  resume?: boolean;
  atoms: number;
  density: number;
  composition?: Composition;
  condition?: Record<string, number>;
  guidance: number;
  steps: number;
  window?: [number, number];
  approach?: Approach;
  correlation?: number;
  callsPerStep?: number;
  model: string;
  bonds?: Bonds;
  potential?: string;
  seed: number;
}

/** Å; atoms of a good cell are within half of it of where the model expects them. */
const DOUBTFUL = 0.1;

const EXAMPLES = `
Cell k of a seed is the same whatever the number of cells and the first. For each cell one line on standard error with
the cutoffs of its bonds, for each element the commonest number of bonds and the bond angles, and the energy (with
--potential). Two cells are made at a time. Stopped, it leaves the finished cells, and --resume goes on after them.

Examples:
  $ glassy-motifs cells --atoms 512 --density 2.23 --seed 1 -o cells.extxyz
  $ glassy-motifs cells -n 2 --density 2.23 -o - | glassy-motifs extract - -o motifs.extxyz`;

export function defineCells(terminal: Terminal): Command {
  return new Command('cells')
    .description('make whole periodic cells from random positions by a graph network, without molecular dynamics')
    .addOption(shared.out(CELL_OUTPUT))
    .addOption(checked('-n, --number <cells>', 'cells to make', integer(1)).default(1))
    .addOption(checked('--first <index>', 'number of the first cell, to make parts apart', integer(0)).default(0))
    .option('--resume', 'keep the cells that the file has, and make those after them')
    .addOption(checked('--atoms <number>', 'atoms of each cell, a cube', integer(1)).default(512))
    .addOption(checked('--density <g/cm³>', 'of each cell', number(0, true)).makeOptionMandatory())
    .addOption(shared.composition())
    .addOption(
      new Option(
        '--condition <name=value>',
        'what the cells are made under, if the model learned it as a condition (may be repeated)',
      ).argParser(conditionValue),
    )
    .addOption(
      checked('--guidance <weight>', 'how much that counts; other than 1 takes twice as long', number()).default(1),
    )
    .addOption(checked('--steps <number>', 'calls of the model for one cell', integer(1)).default(DEFAULT_STEPS))
    .addOption(
      checked('--window <Å,Å>', 'noise in which the bonds of this glass are decided (default: 0.45,0.24)', noiseWindow),
    )
    .addOption(
      new Option(
        '--approach <way>',
        'down to that window: chain, or ancestral, which prefers no number of bonds or size of rings (default: chain)',
      ).choices(APPROACHES),
    )
    .addOption(
      checked(
        '--correlation <number>',
        'of the noise of successive calls: 1/3 walks at the temperature of the data, -0.95 far below (default: ' +
          '-0.95, 1/3 after an ancestral approach)',
        number(),
      ),
    )
    .addOption(shared.seed('all random numbers'))
    .addOption(
      checked(
        '--calls-per-step <number>',
        'calls of the model in each step, above 1 for cells more like the data with more defects (default: 1)',
        integer(1),
      ),
    )
    .addOption(shared.denoiser())
    .addOption(shared.bonds())
    .addOption(shared.potential('of the energies; without it there are none'))
    .addOption(shared.threads())
    .addOption(shared.progress())
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => cells(options, terminal));
}

function noiseWindow(text: string): [number, number] {
  const levels = text.split(',').map(Number);
  const [high, low] = levels;
  if (levels.length === 2 && low > 0 && high >= low && high < Infinity) return [high, low];
  throw new InvalidArgumentError('two noise levels above 0, the higher first');
}

async function cells(options: Options, terminal: Terminal): Promise<void> {
  requireCellOutput(options.out);
  const denoiser = Denoiser.load(modelPath(options.model));
  try {
    requirePotential(denoiser, options);
    const there = options.resume ? finishedCells(denoiser, options, terminal) : [];
    const made = await makeCells(denoiser, there, options, terminal);
    if (options.out === STANDARD) writeCellOutput(made, options.out, terminal);
    sayCellOutput(made.length, options.out, 'cells', terminal);
    if (made.length === options.number) return;
    throw new InterruptedError(`stopped after ${made.length} of ${options.number} cells`);
  } finally {
    denoiser.dispose();
  }
}

/** Throws before any work where the potential does not know an element. */
function requirePotential({ config }: Denoiser, { potential: name, composition: given }: Options): void {
  if (name === undefined) return;
  const { elements } = potential(name);
  const other = Object.keys(given ?? { [config.species[0]]: 1 }).find((symbol) => !elements.includes(symbol));
  if (other) throw new InputError('option --potential', `${name} with ${other}`, `one that knows ${other}`);
}

/** What the info of a cell says of how it was made, if it was asked for; what it is made under is there already. */
function askedFor(options: Options): Record<string, unknown> {
  const { window, approach, correlation, callsPerStep } = options;
  const guidance = options.guidance === 1 ? undefined : options.guidance;
  return { guidance, window, approach, correlation, calls_per_step: callsPerStep };
}

/** A cell in words, by its name and what it was asked for by. */
function describe(name: string, { atoms, density, steps, model }: Record<string, unknown>): string {
  return `${name} of ${atoms} atoms at ${density} g/cm³ in ${steps} steps by ${model}`;
}

function formula(species: readonly string[]): string {
  return Object.entries(countElements(species))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([symbol, count]) => `${symbol}${count}`)
    .join(' ');
}

/** The cells of an earlier run that the file has, checked to be the first of those asked for. */
function finishedCells(denoiser: Denoiser, options: Options, terminal: Terminal): Structure[] {
  const { out, seed, first, atoms, density, steps, model, number: count } = options;
  if (out === STANDARD) throw new InputError('option --resume', 'standard output', 'a file');
  if (!fs.existsSync(out)) return [];
  const there = readExtxyz(out).slice(0, count);
  const { model_sha256 } = modelHash(terminal);
  const said = { ...askedFor(options), model_sha256, ...options.condition };
  const asked = formula(cellSymbols(denoiser, options.composition, atoms));
  there.forEach(({ info, species }, k) => {
    const place = `${out}, cell ${k}`;
    for (const [name, value] of Object.entries(said)) {
      if (`${info[name]}` === `${value}`) continue;
      throw new InputError(place, `${name} ${info[name] ?? 'not given'}`, `${value ?? 'none'}`);
    }
    const found = describe(String(info.name), { ...info, atoms: species.length });
    const expected = describe(`generated-${seed}-${first + k}`, { atoms, density, steps, model });
    if (found !== expected) throw new InputError(place, found, expected);
    if (formula(species) !== asked) throw new InputError(place, formula(species), asked);
  });
  return there;
}

async function makeCells(
  denoiser: Denoiser,
  made: Structure[],
  options: Options,
  terminal: Terminal,
): Promise<Structure[]> {
  const { atoms, density, composition, number: count, first, steps, seed, condition, guidance } = options;
  const { window, approach, correlation, callsPerStep } = options;
  if (made.length === count) return made;
  const begun = Date.now();
  const before = made.length;
  const said = Object.entries(askedFor(options)).filter(([, value]) => value !== undefined);
  let progress = terminal.progress(`cell ${before + 1} of ${count}`, steps);
  const finish = (cell: Structure): void => {
    progress.finish();
    const info = { ...cell.info, model: options.model, ...modelHash(terminal), steps, ...Object.fromEntries(said) };
    made.push(madeBy({ ...cell, info }, terminal));
    // Who breaks off has the finished ones; standard output waits for all.
    if (options.out !== STANDARD) writeCellOutput(made, options.out, terminal);
    terminal.say(summary(denoiser, cell, options), STANDARD);
    if (made.length < count) progress = terminal.progress(`cell ${made.length + 1} of ${count}`, steps);
  };
  await generateCells(denoiser, {
    ...{ atoms, density, composition, steps, seed, guidance, window, approach, correlation, callsPerStep },
    ...(condition && { conditions: condition }),
    ...{ first: first + made.length, count: count - made.length },
    signal: terminal.interruption(),
    onProgress: ({ step }) => {
      progress.update(step);
      return true;
    },
    onCell: finish,
  });
  progress.finish();
  if (made.length > before) {
    const seconds = (Date.now() - begun) / 1000 / (made.length - before);
    terminal.say(`${seconds.toFixed(1)} s a cell`, STANDARD);
  }
  return made;
}

/** What a cell is worth, in one line. */
function summary(denoiser: Denoiser, cell: Structure, { bonds: given, potential: name }: Options): string {
  const bonds = bondsOf(cell, given);
  const parts = [`bonds ${describeBonds(bonds)}`, ...bonding(cell, bonds)];
  if (name !== undefined) {
    const by = potential(name);
    const energy = by.energies(cell).reduce((sum, one) => sum + one, 0) / cell.species.length;
    parts.push(`${energy.toFixed(3)} eV/atom (${by.name})`);
  }
  const residual = residualOf(denoiser, cell);
  if (residual > DOUBTFUL) {
    parts.push(`doubtful: atoms are ${residual.toFixed(2)} Å from where the model expects them`);
  }
  return `${cell.info.name}: ${parts.join(', ')}`;
}

/** Of each element the commonest number of bonds with its share, and the bond angles. */
function bonding(cell: Structure, bonds: Bonds): string[] {
  const counts = coordination(cell, { bonds });
  const angles = bondAngles(cell, { bonds });
  const found = new Map<string, { counts: number[]; angles: number[] }>();
  let from = 0;
  cell.species.forEach((symbol, i) => {
    const of = found.get(symbol) ?? { counts: [], angles: [] };
    found.set(symbol, of);
    of.counts.push(counts[i]);
    // The angles are listed atom by atom, one for each pair of bonds.
    const to = from + (counts[i] * (counts[i] - 1)) / 2;
    for (; from < to; from++) of.angles.push(toDegrees(angles[from]));
  });
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([symbol, of]) => `${symbol} ${describeBonding(of)}`);
}

function describeBonding({ counts, angles }: { counts: number[]; angles: number[] }): string {
  const atoms = Array.from({ length: Math.max(...counts) + 1 }, (_, n) => counts.filter((count) => count === n).length);
  const most = Math.max(...atoms);
  const share = `${((100 * most) / counts.length).toFixed(1)} % ${atoms.indexOf(most)}-fold`;
  if (angles.length === 0) return `${share}, no bond angles`;
  const { mean, deviation } = moments(angles);
  return `${share}, bond angles ${mean.toFixed(1)} ± ${deviation.toFixed(1)}°`;
}
