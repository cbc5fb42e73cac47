import { Command, Option } from 'commander';
import { InputError } from '../../core/errors';
import { cellJudge } from '../../evaluate/judge/cellJudge';
import { sampleMotifs } from '../../generate/sample';
import { potential, scatteringWeights } from '../../materials';
import type { EngineName } from '../../model/engines/engine';
import { reconstructionError } from '../../model/reconstruction';
import { Vae } from '../../model/vae';
import { madeMotifs } from '../../motifs/select';
import { describeBonds, measureBonds } from '../../structures/bonds';
import type { Structure } from '../../structures/structure';
import { asTrained, type ReadMotifs, readMotifs } from '../inputs';
import { type Metric, type MetricOptions, metricSteps, rowsOf } from '../metrics';
import { checked, integer, number, repeated, shared } from '../options';
import { requireOutput, writeText } from '../outputs';
import { formatTable } from '../table';
import { STANDARD, type Terminal } from '../terminal';

interface Options extends MetricOptions {
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
  engine?: EngineName;
  scattering: (typeof SCATTERING)[number][];
}

const SCATTERING = ['neutrons', 'X-rays'] as const;

export function defineEvaluate(terminal: Terminal): Command {
  return new Command('evaluate')
    .description('judge motifs, or motifs sampled from a model, against reference motifs; writes a table of metrics')
    .argument('[input...]', 'motif sets or cells to judge; none with --model')
    .addOption(repeated('--reference <input>', 'held-out cells or motif sets to judge by').makeOptionMandatory())
    .addOption(
      repeated('--training <input>', 'training data of the model, for the floor of each metric and for novelty'),
    )
    .option('--model <file>', 'judge motifs sampled from this model, and its reconstruction of the reference')
    .addOption(checked('--samples <number>', 'motifs to sample from it', integer(1)).default(5000))
    .addOption(
      new Option('-o, --out <file>', 'table to write: .csv, .json or .txt; - is text on standard output').default(
        STANDARD,
      ),
    )
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
    .addOption(shared.engine())
    .action((input: string[], options: Options) => evaluate(input, options, terminal));
}

async function evaluate(input: string[], options: Options, terminal: Terminal): Promise<void> {
  requireOutput(options.out, ['.csv', '.json', '.txt'], '--out');
  if (!(options.level < 1)) throw new InputError('option --level', `'${options.level}'`, 'a number between 0 and 1');
  if (input.length > 0 === (options.model !== undefined)) {
    throw new InputError('input', input.length > 0 ? 'motifs and --model' : 'none', 'motifs to judge, or --model');
  }
  const vae = options.model === undefined ? undefined : Vae.load(options.model, { engine: options.engine });
  const extraction = vae ? asTrained(options, vae) : { ...options, count: options.count ?? 8 };
  const reference = await readMotifs(options.reference, extraction);
  const known = options.training && (await readMotifs(options.training, extraction));
  const training = known?.set;
  const judged: ReadMotifs = vae ? sampled(vae, options) : await readMotifs(input, extraction);
  for (const [name, set] of [
    ['--reference', reference.set],
    ['--training', training],
  ] as const) {
    if (set && set.n !== judged.set.n) {
      throw new InputError(`option ${name}`, `motifs of ${set.n} neighbors`, `${judged.set.n}, as those judged`);
    }
  }
  const bonds = options.bonds ?? (reference.structures.length > 0 ? measureBonds(reference.structures) : undefined);
  const { steps, notes } = metricSteps(judged.set, reference.set, training, { ...options, bonds });
  if (bonds !== undefined && options.bonds === undefined) {
    notes.push(`bonds from the first minimum of g(r) of the reference: ${describeBonds(bonds)}`);
  }
  const progress = terminal.progress('metric', steps.length);
  const rows: Metric[] = [];
  steps.forEach((step, k) => {
    progress.update(k, step.name);
    rows.push(...step.run());
  });
  progress.finish();
  const cells = cellMetrics(judged, reference, known, { ...options, bonds });
  notes.push(...cells.notes);
  rows.push(...cells.rows, ...modelMetrics(vae, reference));
  const { resamples, level, resample, seed, minDistance, potential } = options;
  const settings = { resamples, level, resample, seed, bonds, minDistance, potential };
  const counts = { judged: judged.set.length, reference: reference.set.length, training: training?.length ?? null };
  const table = formatTable(rows, options.out, { settings, motifs: counts });
  if (options.out === STANDARD) terminal.write(table);
  else writeText(options.out, table);
  for (const note of notes) terminal.say(note, options.out);
  if (options.out === STANDARD) return;
  terminal.say(`${rows.length} metrics of ${judged.set.length} motifs to ${options.out}`);
}

function sampled(vae: Vae, { samples, seed, species }: Options): ReadMotifs {
  return {
    set: madeMotifs(sampleMotifs(vae, samples, { seed }), species ?? vae.species ?? 'X'),
    structures: [],
    skipped: 0,
  };
}

/** The metrics of whole cells, where both sides are nothing else. */
function cellMetrics(
  judged: ReadMotifs,
  reference: ReadMotifs,
  known: ReadMotifs | undefined,
  { bonds, minDistance, resamples, level, seed, scattering, potential: name }: Options,
): { rows: Metric[]; notes: string[] } {
  const cellsOf = ({ set, structures }: ReadMotifs): Structure[] =>
    structures.length === set.names.length && structures.every(({ pbc }) => pbc.every(Boolean)) ? structures : [];
  const [cells, heldOut, training] = [judged, reference, known].map((read) => (read ? cellsOf(read) : []));
  if (cells.length === 0 || heldOut.length === 0) return { rows: [], notes: [] };
  const weights = scattering.map((kind) => [kind, scatteringWeights(kind, new Set(heldOut.flatMap((c) => c.species)))]);
  const options = {
    ...{ bonds, minDistance, resamples, level, seed },
    ...(name !== undefined && { potential: potential(name) }),
    ...(weights.length > 0 && { scattering: Object.fromEntries(weights) }),
  };
  try {
    const judge = cellJudge({ heldOut, ...(training.length > 0 && { training }) }, options);
    const rows = rowsOf(judge.judge(cells)).map((row) => ({ ...row, metric: `cells, ${row.metric}` }));
    return { rows, notes: judge.notes.filter((note) => !note.startsWith('no ')).map((note) => `cells, ${note}`) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { rows: [], notes: [`no metrics of whole cells: ${error.message}`] };
  }
}

function modelMetrics(vae: Vae | undefined, { set }: ReadMotifs): Metric[] {
  if (!vae) return [];
  const { normalizedMse, diagonal, offDiagonal } = reconstructionError(vae, set);
  const bare = { low: null, high: null, floor: null };
  return [
    { metric: 'reconstruction error of the reference, normalized', unit: '', value: normalizedMse, ...bare },
    { metric: 'reconstruction error, diagonal rms', unit: 'Å²', value: diagonal.rmse, ...bare },
    { metric: 'reconstruction error, off-diagonal rms', unit: 'Å²', value: offDiagonal.rmse, ...bare },
  ];
}
