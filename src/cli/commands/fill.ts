import { Command, Option } from 'commander';
import { InputError } from '../../core/errors';
import { type Composition, type InfilledStructure, infillSites, infillStructure, type Missing } from '../../diffusion';
import { holesOf, joinedAnswers, siteOf } from '../../diffusion/cells/holes';
import { Denoiser } from '../../diffusion/denoiser';
import { potential } from '../../materials';
import { type Bonds, bondsOf } from '../../structures/bonds';
import { distancesTo } from '../../structures/nearestAtoms';
import { relaxStructure } from '../../structures/potential/relax';
import { atomPositions, withoutAtoms } from '../../structures/selection';
import { atomCount, type Structure } from '../../structures/structure';
import { wrappedPositions } from '../../structures/wrap';
import { DoubtfulError } from '../exit';
import { modelPath, readStructure } from '../inputs';
import { costOf, matchPlaces, oddAtoms } from '../missingAtoms';
import { CELL_OUTPUT, checked, indices, integer, missingAtoms, number, point, shared } from '../options';
import { requireCellOutput, sayCellOutput, writeCellOutput } from '../outputs';
import { madeBy, modelHash } from '../provenance';
import type { Terminal } from '../terminal';

interface Options {
  out: string;
  missing?: number | Composition;
  uncertain?: boolean;
  remove?: number[];
  center?: number[];
  radius?: number;
  frame: number;
  results: number;
  samples: number;
  rank?: 'energy' | 'residual' | 'agreement';
  potential?: string;
  relax?: boolean;
  strict?: boolean;
  steps?: number;
  model: string;
  bonds?: Bonds;
  seed: number;
}

/** A structure that lacks atoms, at one site or several. */
interface Hole {
  structure: Structure;
  sites: Missing[];
  /** Atoms that were taken out, of the structure as it was, site by site. */
  removed: { atoms: number[]; positions: Float64Array };
}

/** Å about removed atoms. */
const MARGIN = 1;
const RADIUS = 4;

/** Å that an atom has to relax by to be mentioned. */
const MOVED = 0.3;

const EXAMPLES = `
The atoms are looked for with all of the structure in sight, by a graph network; infill completes single motifs by a
model that train wrote. Those placed come last in each frame (column 'placed'). Frames have rank, agreement (share of
the other samples that place atoms alike within 0.5 Å), residual (how far the placed atoms and those near them are from
where the model expects them, rms, Å) and, with --potential, relaxed_energy (of all atoms, those within 8 Å of the hole
relaxed, eV). Removed atoms far apart are filled as holes of their own; frame 2 then has the second answer of each.
An answer is called doubtful where few samples agree, an atom has left the ball, its atoms cost more energy than as many
of the structure have (with --potential), or, once relaxed, a placed atom or one bonded to it has a number of bonds that
is rare in the structure.

Examples:
  $ glassy-motifs fill hole.extxyz --missing 3 --center 4.1,5,9.7 --radius 4 --seed 1 -o filled.extxyz
  $ glassy-motifs fill data/a-si/a-si-512-25.extxyz --remove 3,17 --results 4 -o filled.extxyz   # how far off?`;

export function defineFill(terminal: Terminal): Command {
  return new Command('fill')
    .description('infill missing atoms of a structure; the best answers first')
    .argument('<structure>', 'a file with it')
    .addOption(shared.out(CELL_OUTPUT))
    .addOption(
      checked(
        '--missing <number>',
        'atoms to place, or of each element, like O=2,Si=1 (default: those removed by --remove)',
        missingAtoms,
      ),
    )
    .option('--uncertain', 'try one atom fewer and one more too, and choose')
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
        'middle, Å, of the ball where they are looked for (default: the smallest ball about the removed atoms and ' +
          `${MARGIN} Å more; without any, where there is room)`,
        point,
      ),
    )
    .addOption(checked('--radius <Å>', `of that ball (default: ${RADIUS})`, number(0, true)))
    .addOption(checked('--frame <index>', 'frame of the file', integer(0)).default(0))
    .addOption(checked('--results <number>', 'answers written, at most', integer(1)).default(1))
    .addOption(checked('--samples <number>', 'answers tried, from different noise', integer(1)).default(8))
    .addOption(
      new Option('--rank <by>', 'what is best (default: energy with --potential, else residual)').choices([
        'energy',
        'residual',
        'agreement',
      ]),
    )
    .addOption(shared.potential('of the energies; without it there are none'))
    .option('--relax', 'write the structures as relaxed by the potential, not only ranked so')
    .option('--strict', 'exit with code 3 where the best answer is doubtful')
    .addOption(
      checked(
        '--steps <number>',
        'calls of the model for one answer (default: 8 a missing atom, 100 to 1200)',
        integer(1),
      ),
    )
    .addOption(shared.seed('the noise'))
    .addOption(shared.denoiser())
    .addOption(shared.bonds())
    .addOption(shared.threads())
    .addOption(shared.progress())
    .addHelpText('after', EXAMPLES)
    .action((input: string, options: Options) => fill(input, options, terminal));
}

async function fill(input: string, options: Options, terminal: Terminal): Promise<void> {
  requireCellOutput(options.out);
  requireEnergies(options);
  const denoiser = Denoiser.load(modelPath(options.model));
  try {
    const hole = holeOf(await readStructure(input, options), denoiser, options);
    const sites = await answersOf(denoiser, hole, options, terminal);
    const answers = Array.from({ length: Math.min(options.results, ...sites.map(({ length }) => length)) }, (_, k) =>
      together(
        hole,
        sites.map((found) => found[k]),
        k + 1,
        options,
      ),
    );
    const frames = answers.map(({ frame }) =>
      madeBy({ ...frame, info: { ...frame.info, ...modelHash(terminal) } }, terminal),
    );
    writeCellOutput(frames, options.out, terminal);
    sayCellOutput(frames.length, options.out, 'filled structures', terminal);
    if (options.potential === undefined) terminal.say('no energies, for no --potential was given', options.out);
    const bonds = bondsOf(hole.structure, options.bonds);
    const by = options.potential === undefined ? undefined : potential(options.potential);
    const costs = by ? hole.sites.map(({ region }) => costOf(hole.structure, region, by)) : [];
    const doubts = answers.map((answer) => doubtsOf(answer, hole, bonds, costs));
    answers.forEach((answer, k) => {
      for (const line of report(answer, hole, doubts[k])) terminal.say(line, options.out);
    });
    if (options.strict && doubts[0].length > 0)
      throw new DoubtfulError(`answer 1 is doubtful: ${doubts[0].join('; ')}`);
  } finally {
    denoiser.dispose();
  }
}

function requireEnergies({ potential: name, rank, relax }: Options): void {
  if (name !== undefined) return;
  if (rank === 'energy') {
    throw new InputError('option --rank', "'energy' without --potential", "both, or 'residual' or 'agreement'");
  }
  if (relax) throw new InputError('option --relax', 'it without --potential', 'both');
}

function holeOf(whole: Structure, denoiser: Denoiser, options: Options): Hole {
  const { missing, center, radius, uncertain } = options;
  const atoms = [...new Set(options.remove ?? [])];
  if (missing === undefined && atoms.length === 0) {
    throw new InputError('option --missing', 'none, and no --remove', 'a number of atoms');
  }
  if (radius !== undefined && !center) throw new InputError('option --radius', 'no --center', 'both');
  const structure = atoms.length > 0 ? withoutAtoms(whole, atoms, 'option --remove') : whole;
  const groups = center || missing !== undefined ? [atoms] : holesOf(whole, atoms);
  const sites = groups.map((group) => {
    const site = siteOf(denoiser, whole, group, MARGIN);
    const region = center ? { center, radius: radius ?? RADIUS } : site.region;
    return { missing: missing ?? site.missing, region, uncertain };
  });
  return { structure, sites, removed: { atoms: groups.flat(), positions: atomPositions(whole, groups.flat()) } };
}

/** Answers to each site, best first. */
async function answersOf(
  denoiser: Denoiser,
  { structure, sites }: Hole,
  options: Options,
  terminal: Terminal,
): Promise<InfilledStructure[][]> {
  const { samples, steps, seed } = options;
  const progress = terminal.progress('step', 100);
  const settings = {
    ...{ samples, steps, seed },
    potential: options.potential === undefined ? undefined : potential(options.potential),
    onProgress: ({ step, steps: all }: { step: number; steps: number }): boolean => {
      progress.update(Math.floor((100 * step) / all), '%');
      return true;
    },
  };
  const found =
    sites.length === 1
      ? [await infillStructure(denoiser, structure, sites[0], settings)]
      : await infillSites(denoiser, structure, sites, settings);
  progress.finish();
  const { rank } = options;
  if (rank === 'agreement') for (const answers of found) answers.sort((a, b) => b.agreement - a.agreement);
  if (rank === 'residual') for (const answers of found) answers.sort((a, b) => a.residual - b.residual);
  return found;
}

/** The k-th answers of all sites, as they are written and shown. */
interface Filled {
  frame: Structure;
  /** As placed and known atoms relax. */
  relaxed: Structure;
  /** Of the placed atoms, as they were placed. */
  placed: Float64Array;
  sites: InfilledStructure[];
}

function together({ structure }: Hole, sites: InfilledStructure[], rank: number, options: Options): Filled {
  const { structure: filled, placed, agreement, residual } = joinedAnswers(structure, sites);
  const [{ relaxed, energy }] = sites.length === 1 ? sites : [relaxedWhole(filled, options)];
  const values = filled.species.map((_, i) => i >= atomCount(structure));
  const info = {
    ...{ rank, model: options.model, seed: options.seed, agreement, residual },
    ...(energy !== null && { relaxed_energy: energy }),
  };
  const positions = options.relax ? wrappedPositions(relaxed) : filled.positions;
  const arrays = { placed: { kind: 'logical' as const, columns: 1, values } };
  return { frame: { ...filled, positions, info: { ...filled.info, ...info }, arrays }, relaxed, placed, sites };
}

function relaxedWhole(filled: Structure, options: Options): { relaxed: Structure; energy: number | null } {
  if (options.potential === undefined) return { relaxed: filled, energy: null };
  const { structure, energyAfter } = relaxStructure(filled, potential(options.potential));
  return { relaxed: structure, energy: energyAfter * atomCount(filled) };
}

/** Why an answer is doubtful, in words; none if it is not. */
function doubtsOf(
  { frame, relaxed, sites }: Filled,
  { structure }: Hole,
  bonds: Bonds,
  costs: ReturnType<typeof costOf>[],
): string[] {
  const agreement = Math.min(...sites.map((site) => site.agreement));
  const outside = sites.reduce((sum, site) => sum + site.outside, 0);
  const odd = oddAtoms(relaxed, atomCount(structure), bonds);
  return [
    ...(agreement < 0.5 ? [`${Math.round(100 * agreement)} % of the other samples agree`] : []),
    ...(outside > 0 ? [`${outside} of the placed atoms outside the ball`] : []),
    ...costs.flatMap((cost, s) => {
      const more = cost(sites[s]);
      return more > 0 ? [`its atoms cost ${more.toFixed(2)} eV more than usual ones`] : [];
    }),
    ...odd.map(({ atom, bonds: count }) => `atom ${atom} (${frame.species[atom]}) has ${count} bonds`),
  ];
}

/** Where an atom relaxes to, if that is another place. */
function relaxedTo(relaxed: Structure, frame: Structure, atom: number): string {
  const [place, end] = [frame, relaxed].map(({ positions }) => positions.slice(3 * atom, 3 * atom + 3));
  const one = { ...frame, species: [frame.species[atom]], positions: end };
  if (distancesTo(one, place)[0] < MOVED) return '';
  return `\n    and relaxes to ${Array.from(wrappedPositions(one), (x) => x.toFixed(3)).join(' ')} Å`;
}

/** Lines on one answer: its rank, then where each atom was placed, and how far from its true place if that is known. */
function report(
  { frame, relaxed, placed, sites }: Filled,
  { structure, removed }: Hole,
  doubts: readonly string[],
): string[] {
  const known = atomCount(structure);
  const count = placed.length / 3;
  const matched = removed.atoms.length === count ? matchPlaces(structure, removed.positions, placed) : undefined;
  const { rank, relaxed_energy: energy } = frame.info;
  const agreement = sites.map((site) => site.agreement.toFixed(2)).join(', ');
  const residual = sites.map((site) => site.residual.toFixed(3)).join(', ');
  const head = `answer ${rank}: agreement ${agreement}, residual ${residual} Å`;
  const lines = Array.from({ length: count }, (_, j) => {
    const place = Array.from(frame.positions.subarray(3 * (known + j), 3 * (known + j) + 3), (x) => x.toFixed(3));
    const truth =
      matched && `, ${matched[j].distance.toFixed(3)} Å from where atom ${removed.atoms[matched[j].index]} was`;
    const end = relaxedTo(relaxed, frame, known + j);
    return `  atom ${known + j} (${frame.species[known + j]}) at ${place.join(' ')} Å${truth ?? ''}${end}`;
  });
  const energies = energy === undefined ? '' : `, ${(energy as number).toFixed(3)} eV relaxed`;
  return [`${head}${energies}`, ...lines, ...(doubts.length > 0 ? [`  doubtful: ${doubts.join('; ')}`] : [])];
}
