import { Command, Option } from 'commander';
import { InputError } from '../../core/errors';
import { infillMany } from '../../generate/infill';
import type { InfillSolution } from '../../generate/solution';
import { Vae } from '../../model/vae';
import type { Bonds } from '../../structures/bonds';
import { addCoordination } from '../coordination';
import { completions, readIncomplete } from '../incomplete';
import { asTrained, modelPath } from '../inputs';
import { checked, indices, integer, MOTIF_OUTPUT, number, shared } from '../options';
import { requireMotifOutputs, writeMotifOutputs } from '../outputs';
import type { Terminal } from '../terminal';

interface Options {
  out: string;
  atom?: number[];
  known?: number[];
  missing?: number[];
  results: number;
  restarts: number;
  steps: number;
  prior: number;
  distinct: number;
  cutoff: number;
  species?: string;
  bonds?: Bonds;
  chemiscope?: string;
  seed: number;
}

/** Motifs completed in one descent. */
const BATCH = 32;

export function defineInfill(terminal: Terminal): Command {
  return new Command('infill')
    .description(
      'complete motifs with some known neighbors, the best completions first (for atoms of a whole structure: fill)',
    )
    .argument('<model>', 'model file from train, or the name of a supplied one (matched, …)')
    .argument('<input>', 'motif set, or cells')
    .addOption(shared.out(MOTIF_OUTPUT))
    .addOption(
      checked(
        '--atom <indices>',
        'central atoms in the first frame of cells, or motifs of a set (default: all)',
        indices,
      ),
    )
    .addOption(checked('--known <indices>', 'known neighbors; the closest is 0', indices))
    .addOption(
      checked(
        '--missing <indices>',
        'neighbors to complete, instead of --known (default: those missing in a motif of a set)',
        indices,
      ),
    )
    .addOption(checked('--results <number>', 'completions written of each motif, at most', integer(1)).default(5))
    .addOption(checked('--restarts <number>', 'descents from different noise', integer(1)).default(32))
    .addOption(checked('--steps <number>', 'of each descent', integer(0)).default(200))
    .addOption(checked('--prior <weight>', 'of the prior of the latents', number(0)).default(0.01))
    .addOption(checked('--distinct <Å>', 'completions closer than this count as one', number(0)).default(0.3))
    .addOption(shared.seed('the noise'))
    .addOption(shared.cutoff())
    .addOption(new Option('--species <symbol>', "chemical symbol of completed atoms (default: the central atom's)"))
    .addOption(shared.bonds())
    .addOption(shared.progress())
    .addOption(shared.chemiscope())
    .action((model: string, input: string, options: Options) => complete(model, input, options, terminal));
}

async function complete(model: string, input: string, options: Options, terminal: Terminal): Promise<void> {
  requireMotifOutputs(options);
  if (options.known && options.missing) throw new InputError('option --missing', '--known as well', 'one of the two');
  const vae = Vae.load(modelPath(model));
  const problems = await readIncomplete(input, asTrained(options, vae));
  const { restarts, steps, prior, distinct, seed } = options;
  const descent = { restarts, steps, prior, distinct, seed };
  const solutions: InfillSolution[][] = [];
  const progress = terminal.progress('motif', problems.length);
  for (let from = 0; from < problems.length; from += BATCH) {
    const batch = problems.slice(from, from + BATCH);
    solutions.push(
      ...infillMany(
        vae,
        batch.map(({ problem }) => problem),
        descent,
      ),
    );
    progress.update(from + batch.length);
  }
  progress.finish();
  const set = completions(
    problems,
    solutions.map((found) => found.slice(0, options.results)),
    vae,
    options.species,
  );
  const said = addCoordination(set, options.bonds);
  await writeMotifOutputs(set, options, input, terminal);
  terminal.say(said, options.out);
}
