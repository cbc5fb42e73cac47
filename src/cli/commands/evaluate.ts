import { Command, Option } from 'commander';
import { InputError } from '../../core/errors';
import { type CellJudge, cellJudge } from '../../evaluate/judge/cellJudge';
import { sampleMotifs } from '../../generate/sample';
import { potential, scatteringWeights } from '../../materials';
import { reconstructionError } from '../../model/reconstruction';
import { Vae } from '../../model/vae';
import { madeMotifs } from '../../motifs/select';
import { describeBonds, measureBonds } from '../../structures/bonds';
import type { Structure } from '../../structures/structure';
import { asTrained, type ExtractionOptions, modelPath, type ReadMotifs, readMotifs } from '../inputs';
import { type Metric, type MetricOptions, metricJudge, rowsOf } from '../metrics';
import { checked, integer, number, repeated, shared, tableOutput } from '../options';
import { requireOutput, writeTable } from '../outputs';
import { TABLES } from '../table';
import { STANDARD, type Terminal } from '../terminal';

interface Options extends MetricOptions {
  set?: string[];
  reference: string[];
  training?: string[];
  model?: string;
  samples: number;
  out: string;
  cutoff: number;
  centers?: string;
  neighbors?: Record<string, number>;
  count?: number;
  species?: string;
  scattering: (typeof SCATTERING)[number][];
}

const SCATTERING = ['neutrons', 'X-rays'] as const;

export function defineEvaluate(terminal: Terminal): Command {
  return new Command('evaluate')
    .description('judge motifs, or motifs sampled from a model, against reference motifs; writes a table of metrics')
    .argument('[input...]', 'motif sets or cells to judge, as one set; none with --set or --model')
    .addOption(repeated('--set <name=input>', 'a set to judge by itself, named in the table; references are read once'))
    .addOption(repeated('--reference <input>', 'held-out cells or motif sets to judge by').makeOptionMandatory())
    .addOption(
      repeated('--training <input>', 'training data of the model, for the floor of each metric and for novelty'),
    )
    .option('--model <file>', 'judge motifs sampled from this model, and its reconstruction of the reference')
    .addOption(checked('--samples <number>', 'motifs to sample from it', integer(1)).default(5000))
    .addOption(tableOutput())
    .addOption(checked('--resamples <number>', 'bootstrap resamples', integer(2)).default(1000))
    .addOption(checked('--level <fraction>', 'of the bootstrap intervals', number(0, true)).default(0.95))
    .addOption(new Option('--resample <what>', 'drawn by the bootstrap').choices(['motifs', 'cells']).default('motifs'))
    .addOption(
      checked('--novelty <motifs>', 'motifs whose nearest training motif is sought; 0 for none', integer(0)).default(
        500,
      ),
    )
    .addOption(shared.seed('samples, bootstrap and two-sample tests'))
    .addOption(shared.cutoff())
    .addOption(shared.centers())
    .addOption(shared.neighbors())
    .addOption(checked('--count <n>', "neighbors in a motif, for cells (default: the model's, or 8)", integer(1)))
    .addOption(shared.bonds())
    .addOption(
      checked('--min-distance <Å>', 'atoms of a valid motif are no closer (default: measured)', number(0, true)),
    )
    .addOption(shared.potential('of the energies; without it there are none'))
    .addOption(
      new Option('--scattering <kinds...>', 'of cells, distances of S(q) as these see it')
        .choices(SCATTERING)
        .default([], 'none'),
    )
    .addOption(shared.species())
    .addOption(shared.threads())
    .addOption(shared.progress())
    .action((input: string[], options: Options) => evaluate(input, options, terminal));
}

async function evaluate(input: string[], options: Options, terminal: Terminal): Promise<void> {
  requireOutput(options.out, TABLES, '--out');
  if (!(options.level < 1)) throw new InputError('option --level', `'${options.level}'`, 'a number between 0 and 1');
  const ways = [input.length > 0, options.set !== undefined, options.model !== undefined].filter(Boolean);
  if (ways.length !== 1) {
    throw new InputError('input', ways.length === 0 ? 'none' : 'several ways', 'motifs to judge, or --set, or --model');
  }
  const vae = options.model === undefined ? undefined : Vae.load(modelPath(options.model));
  const extraction = vae ? asTrained(options, vae) : { ...options, count: options.count ?? 8 };
  const reference = await readMotifs(options.reference, extraction);
  const known = options.training && (await readMotifs(options.training, extraction));
  const training = known?.set;
  const sets: JudgedSet[] = vae ? [{ read: sampled(vae, options) }] : await readSets(input, options, extraction);
  const { n } = sets[0].read.set;
  for (const [place, set] of [
    ['--reference', reference.set],
    ['--training', training],
    ...sets.map(({ name, read }) => [`--set ${name}`, read.set] as const),
  ] as const) {
    if (set && set.n !== n) throw new InputError(`option ${place}`, `motifs of ${set.n} neighbors`, `${n}, as others`);
  }
  const bonds = options.bonds ?? (reference.structures.length > 0 ? measureBonds(reference.structures) : undefined);
  const judge = metricJudge(reference.set, training, { ...options, bonds });
  const { notes } = judge;
  if (bonds !== undefined && options.bonds === undefined) {
    notes.push(`bonds from the first minimum of g(r) of the reference: ${describeBonds(bonds)}`);
  }
  const cells = cellMetrics(reference, known, { ...options, bonds });
  const steps = sets.flatMap(({ name: set, read }) =>
    judge
      .steps(read.set)
      .map(({ name, run }) => ({ set, name, run }))
      .concat([{ set, name: 'cells', run: () => cells(read, notes) }]),
  );
  const progress = terminal.progress('metric', steps.length);
  const rows: Metric[] = [];
  steps.forEach(({ set, name, run }, k) => {
    progress.update(k, set === undefined ? name : `${set}, ${name}`);
    rows.push(...run().map((row) => ({ ...(set !== undefined && { set }), ...row })));
  });
  progress.finish();
  rows.push(...modelMetrics(vae, reference));
  const { resamples, level, resample, seed, minDistance, potential } = options;
  const settings = { resamples, level, resample, seed, bonds, minDistance, potential };
  const judged = sets.reduce((sum, { read }) => sum + read.set.length, 0);
  const counts = { judged, reference: reference.set.length, training: training?.length ?? null };
  const context = { provenance: terminal.command.provenance, settings, motifs: counts };
  await writeTable(rows, options.out, context, terminal);
  for (const note of new Set(notes)) terminal.say(note, options.out);
  if (options.out === STANDARD) return;
  terminal.say(`${rows.length} metrics of ${judged} motifs to ${options.out}`);
}

/** A set to judge, named where there may be several. */
interface JudgedSet {
  name?: string;
  read: ReadMotifs;
}

async function readSets(input: string[], { set: named }: Options, extraction: ExtractionOptions): Promise<JudgedSet[]> {
  if (!named) return [{ read: await readMotifs(input, extraction) }];
  const sets: JudgedSet[] = [];
  for (const text of named) {
    const [, name, files] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined)
      throw new InputError('option --set', `'${text}'`, 'a name and an input, like vae=made.json');
    if (sets.some((other) => other.name === name))
      throw new InputError('option --set', `'${name}' again`, 'other names');
    sets.push({ name, read: await readMotifs([files], extraction) });
  }
  return sets;
}

function sampled(vae: Vae, { samples, seed, species }: Options): ReadMotifs {
  return {
    set: madeMotifs(sampleMotifs(vae, samples, { seed }), species ?? vae.species ?? 'X'),
    structures: [],
    skipped: 0,
  };
}

/** What judges the whole cells of a set, where both sides are nothing else; adds to the notes. */
function cellMetrics(
  reference: ReadMotifs,
  known: ReadMotifs | undefined,
  { bonds, minDistance, resamples, level, seed, scattering, potential: name }: Options,
): (judged: ReadMotifs, notes: string[]) => Metric[] {
  const cellsOf = ({ set, structures }: ReadMotifs): Structure[] =>
    structures.length === set.names.length && structures.every(({ pbc }) => pbc.every(Boolean)) ? structures : [];
  const [heldOut, training] = [reference, known].map((read) => (read ? cellsOf(read) : []));
  const weights = scattering.map((kind) => [kind, scatteringWeights(kind, new Set(heldOut.flatMap((c) => c.species)))]);
  const options = {
    ...{ bonds, minDistance, resamples, level, seed },
    ...(name !== undefined && { potential: potential(name) }),
    ...(weights.length > 0 && { scattering: Object.fromEntries(weights) }),
  };
  let judge: CellJudge | undefined;
  return (judged, notes) => {
    const cells = cellsOf(judged);
    if (cells.length === 0 || heldOut.length === 0) return [];
    try {
      judge ??= cellJudge({ heldOut, ...(training.length > 0 && { training }) }, options);
      const rows = rowsOf(judge.judge(cells)).map((row) => {
        return { ...row, key: `cells.${row.key.replace(/\s/g, '-')}`, metric: `cells, ${row.metric}` };
      });
      notes.push(...judge.notes.filter((note) => !note.startsWith('no ')).map((note) => `cells, ${note}`));
      return rows;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      notes.push(`no metrics of whole cells: ${error.message}`);
      return [];
    }
  };
}

function modelMetrics(vae: Vae | undefined, { set }: ReadMotifs): Metric[] {
  if (!vae) return [];
  const { normalizedMse, diagonal, offDiagonal } = reconstructionError(vae, set);
  const bare = { low: null, high: null, floor: null };
  return [
    {
      key: 'reconstruction',
      metric: 'reconstruction error of the reference, normalized',
      unit: '',
      value: normalizedMse,
      ...bare,
    },
    {
      key: 'reconstruction.diagonal',
      metric: 'reconstruction error, diagonal rms',
      unit: 'Å²',
      value: diagonal.rmse,
      ...bare,
    },
    {
      key: 'reconstruction.offDiagonal',
      metric: 'reconstruction error, off-diagonal rms',
      unit: 'Å²',
      value: offDiagonal.rmse,
      ...bare,
    },
  ];
}
