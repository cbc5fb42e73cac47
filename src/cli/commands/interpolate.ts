import { Command, Option } from 'commander';
import { createRng, type Rng } from '../../core/random';
import { interpolateMotifs } from '../../generate/interpolate';
import { Vae } from '../../model/vae';
import { madeMotifs, symbolsOf } from '../../motifs/select';
import type { Bonds } from '../../structures/bonds';
import { addCoordination } from '../coordination';
import { asTrained, modelPath } from '../inputs';
import { readMotif } from '../motifReference';
import { checked, integer, MOTIF_OUTPUT, shared } from '../options';
import { requireMotifOutputs, writeMotifOutputs } from '../outputs';
import type { Terminal } from '../terminal';

interface Options {
  out: string;
  steps: number;
  path: 'linear' | 'spherical';
  relabel?: boolean;
  cutoff: number;
  seed: number;
  species?: string;
  bonds?: Bonds;
  chemiscope?: string;
}

export function defineInterpolate(terminal: Terminal): Command {
  return new Command('interpolate')
    .description('write the motifs on a path through latent space from one motif to another')
    .argument('<model>', 'model file from train, or the name of a supplied one (matched, …)')
    .argument('<from>', 'file:index of a motif set, file:atom or file:frame:atom of cells; file alone: drawn at random')
    .argument('<to>', 'the same')
    .addOption(shared.out(MOTIF_OUTPUT))
    .addOption(checked('--steps <frames>', 'frames, both ends included', integer(2)).default(11))
    .addOption(new Option('--path <kind>', 'through latent space').choices(['linear', 'spherical']).default('linear'))
    .option('--relabel', 'relabel the second motif to fit the first best')
    .addOption(shared.cutoff())
    .addOption(shared.seed('motifs drawn where no index is given'))
    .addOption(new Option('--species <symbol>', 'chemical symbol of all atoms (default: as in <from>)'))
    .addOption(shared.bonds())
    .addOption(shared.chemiscope())
    .action((model: string, from: string, to: string, options: Options) => {
      return interpolate(model, [from, to], options, terminal);
    });
}

async function interpolate(model: string, ends: string[], options: Options, terminal: Terminal): Promise<void> {
  requireMotifOutputs(options);
  const vae = Vae.load(modelPath(model));
  const rng: Rng = createRng(options.seed);
  const extraction = asTrained(options, vae);
  const a = await readMotif(ends[0], extraction, rng);
  const b = await readMotif(ends[1], extraction, rng);
  const path = interpolateMotifs(vae, a.positions, b.positions, options.steps, {
    path: options.path,
    relabel: options.relabel,
  });
  const set = madeMotifs(path, options.species ?? symbolsOf(a, 0), {
    fraction: { columns: 1, values: path.fractions },
    latent: { columns: vae.config.latent, values: Float64Array.from(path.latents) },
    residual: { columns: 1, values: path.residuals },
  });
  const said = addCoordination(set, options.bonds);
  await writeMotifOutputs(set, options, model, terminal);
  terminal.say(said, options.out);
}
