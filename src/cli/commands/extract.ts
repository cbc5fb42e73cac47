import { Command } from 'commander';
import { reconstructionError } from '../../model/reconstruction';
import { Vae } from '../../model/vae';
import { gramVectors } from '../../motifs/gram';
import { drawEnvironments } from '../../motifs/select';
import type { Motifs } from '../../motifs/types';
import type { Bonds } from '../../structures/bonds';
import { addCoordination, ambiguousMotifs, isOf } from '../coordination';
import { modelPath, readMotifs } from '../inputs';
import { checked, integer, MOTIF_OUTPUT, shared } from '../options';
import { requireMotifOutputs, writeMotifOutputs } from '../outputs';
import type { Terminal } from '../terminal';

interface Options {
  out: string;
  cutoff: number;
  centers?: string;
  neighbors?: Record<string, number>;
  count: number;
  bonds?: Bonds;
  take?: number;
  seed: number;
  model?: string;
  chemiscope?: string;
}

export function defineExtract(terminal: Terminal): Command {
  return new Command('extract')
    .description('write the local environments of all atoms as a motif set')
    .argument('<input...>', 'cells (or motif sets)')
    .addOption(shared.out(MOTIF_OUTPUT))
    .addOption(shared.cutoff())
    .addOption(shared.centers())
    .addOption(shared.neighbors())
    .addOption(shared.count())
    .addOption(shared.bonds())
    .addOption(checked('--take <number>', 'keep only so many motifs, drawn at random', integer(1)))
    .addOption(shared.seed('--take'))
    .option('--model <file>', 'add latent and reconstruction error by this model')
    .addOption(shared.chemiscope())
    .action((input: string[], options: Options) => extract(input, options, terminal));
}

async function extract(input: string[], options: Options, terminal: Terminal): Promise<void> {
  requireMotifOutputs(options);
  const vae = options.model === undefined ? undefined : Vae.load(modelPath(options.model));
  const read = await readMotifs(input, options);
  const set = options.take === undefined ? read.set : drawEnvironments(read.set, options.take, options.seed);
  // In their cells if every motif's cell is at hand.
  const cells = isOf(set, read.structures) ? read.structures : [];
  const said = addCoordination(set, options.bonds, cells);
  if (vae) addEncoding(set, vae);
  const note = read.skipped > 0 ? `; ${read.skipped} atoms have fewer neighbors within ${options.cutoff} Å` : '';
  await writeMotifOutputs(set, options, input[0], terminal, { cells, cutoff: options.cutoff, note });
  terminal.say(said, options.out);
  const periodic = cells.every(({ pbc }) => pbc.every(Boolean));
  const ambiguous = periodic && !options.neighbors ? ambiguousMotifs(set, cells) : 0;
  if (ambiguous > 0) {
    const share = `${ambiguous} motifs (${((100 * ambiguous) / set.length).toFixed(1)} %)`;
    terminal.say(`${share} leave out an atom as near as the last of their ${set.n}; a rule chose which`, options.out);
  }
}

/** Adds what a model makes of each motif: `latent`, the posterior mean, and `error`, of its reconstruction. */
function addEncoding(set: Motifs, vae: Vae): void {
  const { perEnvironment } = reconstructionError(vae, set);
  const { mean } = vae.encode(gramVectors(set));
  set.properties.latent = { columns: vae.config.latent, values: Float64Array.from(mean) };
  set.properties.error = { columns: 1, values: perEnvironment };
}
