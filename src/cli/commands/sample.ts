import { Command, Option } from 'commander';
import { sampleMotifs } from '../../generate/sample';
import { Vae } from '../../model/vae';
import { madeMotifs } from '../../motifs/select';
import type { Bonds } from '../../structures/bonds';
import { addCoordination } from '../coordination';
import { modelPath } from '../inputs';
import { checked, integer, MOTIF_OUTPUT, shared } from '../options';
import { requireMotifOutputs, writeMotifOutputs } from '../outputs';
import type { Terminal } from '../terminal';

interface Options {
  out: string;
  number: number;
  seed: number;
  species?: string;
  bonds?: Bonds;
  prior?: 'normal' | 'learned';
  chemiscope?: string;
}

export function defineSample(terminal: Terminal): Command {
  return new Command('sample')
    .description('make new motifs: latents drawn from the prior, decoded')
    .argument('<model>', 'model file from train, or the name of a supplied one (matched, …)')
    .addOption(shared.out(MOTIF_OUTPUT))
    .addOption(checked('-n, --number <motifs>', 'motifs to make', integer(1, 1e7)).default(1000))
    .addOption(shared.seed('the latents'))
    .addOption(
      new Option(
        '--prior <kind>',
        'N(0, 1), or the one that train --prior learned (default: that if there is one)',
      ).choices(['normal', 'learned']),
    )
    .addOption(shared.species())
    .addOption(shared.bonds())
    .addOption(shared.chemiscope())
    .action((model: string, options: Options) => sample(model, options, terminal));
}

async function sample(model: string, options: Options, terminal: Terminal): Promise<void> {
  requireMotifOutputs(options);
  const vae = Vae.load(modelPath(model));
  const motifs = sampleMotifs(vae, options.number, { prior: options.prior, seed: options.seed });
  const set = madeMotifs(motifs, options.species ?? vae.species ?? 'X', {
    latent: { columns: vae.config.latent, values: Float64Array.from(motifs.latents) },
    residual: { columns: 1, values: motifs.residuals },
  });
  const said = addCoordination(set, options.bonds);
  await writeMotifOutputs(set, options, model, terminal);
  terminal.say(said, options.out);
}
