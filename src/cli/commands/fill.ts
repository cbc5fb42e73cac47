import { Command, Option } from 'commander';
import { InputError } from '../../core/errors';
import { type InfilledStructure, infillStructure, type Region } from '../../diffusion/cells';
import { speciesOf } from '../../diffusion/cells/starts';
import type { Denoiser } from '../../diffusion/denoiser';
import type { GraphEngineName } from '../../diffusion/graph/network';
import { potential } from '../../materials';
import { atomPositions, withoutAtoms } from '../../structures/selection';
import { atomCount, type Structure } from '../../structures/structure';
import { wrappedPositions } from '../../structures/wrap';
import { loadDenoiser } from '../denoisers';
import { readStructure } from '../inputs';
import { ballAround, matchPlaces } from '../missingAtoms';
import { CELL_OUTPUT, checked, indices, integer, number, point, shared } from '../options';
import { requireCellOutput, sayCellOutput, writeCellOutput } from '../outputs';
import type { Terminal } from '../terminal';

interface Options {
  out: string;
  missing?: number;
  remove?: number[];
  center?: number[];
  radius?: number;
  frame: number;
  results: number;
  samples: number;
  rank?: 'energy' | 'agreement';
  potential?: string;
  steps: number;
  model: string;
  species?: string;
  engine?: GraphEngineName;
  seed: number;
}

/** A structure that lacks atoms. */
interface Hole {
  structure: Structure;
  missing: number;
  region?: Region;
  /** Atoms that were taken out, of the structure as it was. */
  removed: { atoms: number[]; positions: Float64Array };
}

/** Å about removed atoms. */
const MARGIN = 1;
const RADIUS = 4;

const EXAMPLES = `
The atoms are looked for with all of the structure in sight, by a graph network; infill completes single motifs by a
model that train wrote. Those placed come last in each frame (column 'placed'); frames have rank, agreement (share of
the other samples that place atoms alike within 0.5 Å) and, with --potential, site_energy (of the atoms within 4 Å of
the ball, eV).

Examples:
  $ glassy-motifs fill hole.extxyz --missing 3 --center 4.1,5,9.7 --radius 4 --seed 1 -o filled.extxyz
  $ glassy-motifs fill data/a-si/a-si-512-10.extxyz --remove 3,17 --results 4 -o filled.extxyz   # how far off?`;

export function defineFill(terminal: Terminal): Command {
  return new Command('fill')
    .description('infill missing atoms of a structure; the best answers first')
    .argument('<structure>', 'a file with it')
    .addOption(shared.out(CELL_OUTPUT))
    .addOption(checked('--missing <number>', 'atoms to place (default: the number removed by --remove)', integer(1)))
    .addOption(
      checked(
        '--remove <indices>',
        'remove these atoms first, and print the distances of the placed ones from them',
        indices,
      ),
    )
    .addOption(
      checked(
        '--center <x,y,z>',
        `middle, Å, of the ball where they are looked for (default: the smallest ball about the removed atoms and ${MARGIN} Å more; without any, where there is room)`,
        point,
      ),
    )
    .addOption(checked('--radius <Å>', `of that ball (default: ${RADIUS})`, number(0, true)))
    .addOption(checked('--frame <index>', 'frame of the file', integer(0)).default(0))
    .addOption(checked('--results <number>', 'answers written, at most', integer(1)).default(1))
    .addOption(checked('--samples <number>', 'answers tried, from different noise', integer(1)).default(8))
    .addOption(
      new Option('--rank <by>', 'what is best (default: energy with --potential, else agreement)').choices([
        'energy',
        'agreement',
      ]),
    )
    .addOption(shared.potential('of the energies; without it there are none'))
    .addOption(checked('--steps <number>', 'calls of the model for one answer', integer(1)).default(20))
    .addOption(shared.seed('the noise'))
    .addOption(shared.denoiser())
    .addOption(shared.modelSpecies())
    .addOption(shared.engine())
    .addHelpText('after', EXAMPLES)
    .action((input: string, options: Options) => fill(input, options, terminal));
}

async function fill(input: string, options: Options, terminal: Terminal): Promise<void> {
  requireCellOutput(options.out);
  const hole = holeOf(await readStructure(input, options), options);
  const denoiser = loadDenoiser(options);
  try {
    const answers = fillHole(denoiser, hole, options, terminal).slice(0, options.results);
    const frames = answers.map((answer, k) => filledFrame(answer, k + 1));
    writeCellOutput(frames, options.out, terminal);
    sayCellOutput(frames.length, options.out, 'filled structures', terminal);
    if (options.potential === undefined) terminal.say('no energies, for no --potential was given', options.out);
    frames.forEach((frame, k) => {
      for (const line of report(hole, answers[k], frame)) terminal.say(line, options.out);
    });
  } finally {
    denoiser.dispose();
  }
}

function holeOf(whole: Structure, options: Options): Hole {
  const { center, radius } = options;
  const atoms = [...new Set(options.remove ?? [])];
  const missing = options.missing ?? atoms.length;
  if (missing === 0) throw new InputError('option --missing', 'none, and no --remove', 'a number of atoms');
  if (radius !== undefined && !center) throw new InputError('option --radius', 'no --center', 'both');
  const structure = atoms.length > 0 ? withoutAtoms(whole, atoms, 'option --remove') : whole;
  const region = center
    ? { center, radius: radius ?? RADIUS }
    : atoms.length > 0
      ? ballAround(whole, atoms, MARGIN)
      : undefined;
  return { structure, missing, region, removed: { atoms, positions: atomPositions(whole, atoms) } };
}

/** The answers, best first; of those that equally many others agree with, the one of lowest energy. */
function fillHole(denoiser: Denoiser, hole: Hole, options: Options, terminal: Terminal): InfilledStructure[] {
  const { structure, missing, region } = hole;
  const { samples, steps, seed } = options;
  const species = speciesOf(denoiser, options.species, 'option species');
  if (options.rank === 'energy' && options.potential === undefined) {
    throw new InputError('option --rank', "'energy' without --potential", "both, or 'agreement'");
  }
  const progress = terminal.progress('step', steps);
  const answers = infillStructure(
    denoiser,
    structure,
    { missing, region, species },
    {
      ...{ samples, steps, seed },
      potential: options.potential === undefined ? undefined : potential(options.potential),
      onStep: (step) => {
        progress.update(step + 1);
        return true;
      },
    },
  );
  progress.finish();
  return options.rank === 'agreement' ? answers.sort((a, b) => b.agreement - a.agreement) : answers;
}

/** An answer as it is written: placed atoms in the cell and marked, known ones as they were. */
function filledFrame({ structure, placed, agreement, energy }: InfilledStructure, rank: number): Structure {
  const known = 3 * atomCount(structure) - placed.length;
  const positions = structure.positions.slice();
  positions.set(wrappedPositions({ ...structure, positions: placed }), known);
  const values = structure.species.map((_, i) => 3 * i >= known);
  return {
    ...structure,
    positions,
    info: { ...structure.info, rank, agreement, ...(energy !== null && { site_energy: energy }) },
    arrays: { placed: { kind: 'logical', columns: 1, values } },
  };
}

/** Lines on one answer: its rank, then where each atom was placed, and how far from its true place if that is known. */
function report(
  { structure, missing, removed }: Hole,
  { agreement, energy }: InfilledStructure,
  frame: Structure,
): string[] {
  const known = atomCount(structure);
  const placed = frame.positions.slice(3 * known);
  const matched = removed.atoms.length === missing ? matchPlaces(structure, removed.positions, placed) : undefined;
  const head = `answer ${frame.info.rank}: agreement ${agreement.toFixed(2)}`;
  const lines = Array.from({ length: missing }, (_, j) => {
    const place = Array.from(placed.subarray(3 * j, 3 * j + 3), (x) => x.toFixed(3)).join(' ');
    const truth =
      matched && `, ${matched[j].distance.toFixed(3)} Å from where atom ${removed.atoms[matched[j].index]} was`;
    return `  atom ${known + j} at ${place} Å${truth ?? ''}`;
  });
  return [energy === null ? head : `${head}, site energy ${energy.toFixed(3)} eV`, ...lines];
}
