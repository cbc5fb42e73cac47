import { Command } from 'commander';
import { createRng } from '../../core/random';
import { Vae } from '../../model/vae';
import { formatChemiscope } from '../chemiscope';
import { addEncoding } from '../encoding';
import { readMotifs } from '../inputs';
import { addCoordination, type MotifSet, selectMotifs } from '../motifSet';
import { checked, integer, MOTIF_OUTPUT, shared } from '../options';
import { MOTIF_EXTENSIONS, requireOutput, writeMotifs, writeText } from '../outputs';
import type { Terminal } from '../terminal';

interface Options {
  out: string;
  cutoff: number;
  count: number;
  bonded: number;
  take?: number;
  seed: number;
  model?: string;
  engine?: 'wasm' | 'tensorflow';
  chemiscope?: string;
}

export function defineExtract(terminal: Terminal): Command {
  return new Command('extract')
    .description('write the local environments of all atoms as a motif set')
    .argument('<input...>', 'cells (or motif sets)')
    .addOption(shared.out(MOTIF_OUTPUT))
    .addOption(shared.cutoff())
    .addOption(shared.count())
    .addOption(shared.bonded())
    .addOption(checked('--take <number>', 'keep that many motifs, drawn at random', integer(1)))
    .addOption(shared.seed('--take'))
    .option('--model <file>', 'add latent and reconstruction error by this model')
    .addOption(shared.engine())
    .addOption(shared.chemiscope())
    .action((input: string[], options: Options) => extract(input, options, terminal));
}

async function extract(input: string[], options: Options, terminal: Terminal): Promise<void> {
  requireOutput(options.out, MOTIF_EXTENSIONS, '--out');
  if (options.chemiscope) requireOutput(options.chemiscope, ['.json', '.json.gz'], '--chemiscope');
  const vae = options.model === undefined ? undefined : Vae.load(options.model, { engine: options.engine });
  const read = readMotifs(input, options);
  const set = options.take === undefined ? read.set : drawn(read.set, options.take, options.seed);
  addCoordination(set, options.bonded);
  if (vae) addEncoding(set, vae);
  if (options.chemiscope) {
    const isAllCells = set.structures.every((s) => s >= 0) && read.structures.length === set.cells.length;
    const cells = isAllCells ? read.structures : [];
    writeText(options.chemiscope, formatChemiscope(set, cells, options.cutoff, input.join(' ')));
  }
  await writeMotifs(options.out, set, terminal.write);
  const left = read.skipped > 0 ? `; ${read.skipped} atoms have fewer neighbors within ${options.cutoff} Å` : '';
  terminal.say(`${set.length} motifs of ${set.count} neighbors to ${options.out}${left}`, options.out);
}

/** So many motifs of the set, or all, in their order. */
function drawn(set: MotifSet, number: number, seed: number): MotifSet {
  const order = Array.from({ length: set.length }, (_, m) => m);
  createRng(seed).shuffle(order);
  return selectMotifs(
    set,
    order.slice(0, number).sort((a, b) => a - b),
  );
}
