import * as fs from 'node:fs';
import { Command, Option } from 'commander';
import { InputError } from '../../core/errors';
import {
  type CellSets,
  type CellTrainingOptions,
  type CellTrainingReport,
  conditionOfCells,
  Denoiser,
  networkFor,
  stepsWithin,
  trainOnCells,
} from '../../diffusion';
import type { ReadOptions } from '../../structures/readStructures';
import type { Structure } from '../../structures/structure';
import { InterruptedError } from '../exit';
import { inputFiles, isThere, modelPath, readFrames } from '../inputs';
import { checked, integer, type LearnedCondition, learned, number, repeated, shared } from '../options';
import { requireOutput } from '../outputs';
import type { Terminal } from '../terminal';

interface Options extends ReadOptions {
  out: string;
  validation?: string[];
  steps?: number;
  minutes?: number;
  from?: string;
  condition?: LearnedCondition[];
  channels?: number;
  layers?: number;
  cutoff?: number;
  block?: number;
  batchSize?: number;
  learningRate?: number;
  every?: number;
  resume?: boolean;
  seed: number;
}

const EXAMPLES = `
The elements and, unless given, the cutoff are read off the cells. The model's file says what it was trained on: hashes,
compositions, densities and smallest distances of the cells, settings, losses. Beside it are MODEL.log, a line of JSON
each report, and MODEL.checkpoint.json, from which --resume goes on to the bit. --minutes tries some steps to find how
many there is time for, and says --steps of the same run.

Examples:
  $ glassy-motifs train-cells 'cells/*.extxyz' --validation held-out.extxyz --minutes 60 --seed 1 -o glass.json
  $ glassy-motifs cells --model glass.json --density 2.2 --atoms 300 --seed 1 -o made.extxyz
  $ glassy-motifs train-cells 'cells/*.extxyz' --condition cooling_rate:log --seed 1 -o glass.json
  $ glassy-motifs cells --model glass.json --density 2.2 --condition cooling_rate=10 -o made.extxyz`;

export function defineTrainCells(terminal: Terminal): Command {
  return new Command('train-cells')
    .description('train a graph network on whole cells of any glass, for the commands cells and fill')
    .argument('<cells...>', 'files, folders or patterns of cells to train on')
    .addOption(shared.out('model to write (.json); for --model of cells and fill'))
    .addOption(repeated('--validation <cells>', 'cells held out, for the losses that are shown'))
    .addOption(checked('--steps <number>', 'of the optimizer (default: 20000)', integer(1)))
    .addOption(checked('--minutes <number>', 'in place of --steps: how long it may take here', number(0, true)))
    .option(
      '--from <model>',
      'begin with the weights of this model (a file, or a name such as sio2), in place of random ones',
    )
    .addOption(
      new Option(
        '--condition <name>',
        'number in the info of all cells, or density, that is learned as a condition; name:log for its logarithm ' +
          '(may be repeated)',
      ).argParser(learned),
    )
    .addOption(checked('--channels <number>', 'of each degree, a multiple of 8 (default: 32)', integer(8)))
    .addOption(checked('--layers <number>', 'rounds of messages (default: 4)', integer(1)))
    .addOption(checked('--cutoff <Å>', 'of messages (default: with some 32 atoms in sight)', number(0, true)))
    .addOption(
      checked(
        '--block <atoms>',
        'train on balls of so many atoms, 0 for whole cells (default: 800 for cells above 1000 atoms)',
        integer(0),
      ),
    )
    .addOption(checked('--batch-size <number>', 'cells or balls a step (default: 2)', integer(1)))
    .addOption(checked('--learning-rate <rate>', 'at its highest (default: 0.003)', number(0, true)))
    .addOption(checked('--every <steps>', 'between reports (default: 500, or a twentieth of --steps)', integer(1)))
    .option('--resume', 'go on from the checkpoint')
    .addOption(shared.threads())
    .addOption(shared.seed('weights, cells and noise'))
    .addHelpText('after', EXAMPLES)
    .action((cells: string[], options: Options) => trainCells(cells, options, terminal));
}

async function trainCells(patterns: string[], options: Options, terminal: Terminal): Promise<void> {
  const { out, resume = false } = options;
  requireOutput(out, ['.json'], '--out');
  if (options.steps !== undefined && options.minutes !== undefined) {
    throw new InputError('option --minutes', '--steps as well', 'one of the two');
  }
  if (resume && options.minutes !== undefined) {
    throw new InputError('option --resume', '--minutes', '--steps, as the run that was broken off said');
  }
  const read = (some: string[]): Structure[] => inputFiles(some).flatMap((file) => readFrames(file, options));
  const cells = { train: read(patterns), validation: read(options.validation ?? []) };
  const denoiser = startOf(cells, options);
  try {
    await follow(denoiser, cells, options, terminal);
  } finally {
    denoiser.dispose();
  }
}

function startOf({ train }: CellSets, options: Options): Denoiser {
  const { from, channels, layers, cutoff, seed, condition } = options;
  const conditions = condition?.map(({ name, scale }) => conditionOfCells(train, name, scale));
  if (from === undefined) {
    const some = Object.entries({ channels, layers, cutoff, conditions }).filter(([, value]) => value);
    const given = Object.fromEntries(some);
    return Denoiser.create({ ...networkFor(train, given), seed });
  }
  const shape = Object.entries({ channels, layers, cutoff }).find(([, value]) => value !== undefined);
  if (shape) throw new InputError(`option --${shape[0]}`, 'it with --from', 'one of the two');
  const before = Denoiser.load(modelPath(from));
  return conditions ? before.withConditions(conditions) : before;
}

async function follow(denoiser: Denoiser, cells: CellSets, options: Options, terminal: Terminal): Promise<void> {
  const { out, minutes, block, batchSize, learningRate = 3e-3, seed } = options;
  const beside = (ending: string): string => out.replace(/\.json$/i, ending);
  const checkpoint = beside('.checkpoint.json');
  const resume = options.resume && isThere(checkpoint, terminal);
  const signal = terminal.interruption();
  const settings: CellTrainingOptions = {
    ...(block !== undefined && { examples: { block } }),
    ...(batchSize !== undefined && { batchSize }),
    ...{ learningRate, seed, decay: 0.5, signal, resume, checkpoint },
  };
  const steps =
    minutes === undefined ? (options.steps ?? 20_000) : await stepsWithin(minutes, denoiser, cells, settings);
  const { every = Math.min(500, Math.ceil(steps / 20)) } = options;
  const { species, channels, layers, cutoff } = denoiser.config;
  terminal.say(`${species.join(', ')}: ${channels} channels, ${layers} layers, cutoff ${cutoff} Å; --steps ${steps}`);
  terminal.say(denoiser.engine.description);
  if (!resume) fs.writeFileSync(beside('.log'), '');
  let last = 'no report';
  for await (const report of trainOnCells(denoiser, cells, { ...settings, steps, every })) {
    denoiser.save(out);
    fs.appendFileSync(beside('.log'), `${JSON.stringify(rowOf(report))}\n`);
    last = noteOf(report);
    terminal.say(last);
  }
  denoiser.save(out);
  if (signal.aborted)
    throw new InterruptedError(`stopped after ${last}; the model is in ${out}; --resume --steps ${steps} goes on`);
  terminal.say(`model to ${out}`);
}

/** A line of the log. */
function rowOf({ step, train, validation, byLevel, gradientNorm, seconds }: CellTrainingReport): object {
  const rounded = byLevel.map((loss) => Number(loss.toFixed(4)));
  return { step, train, validation, byLevel: rounded, gradientNorm, seconds: Math.round(seconds) };
}

function noteOf({ step, train, validation, byLevel }: CellTrainingReport): string {
  const held = validation === null ? '' : `, held out ${validation.toFixed(4)}`;
  const levels = byLevel.length > 0 ? `, by level ${byLevel.map((loss) => loss.toFixed(3)).join(' ')}` : '';
  return `step ${step}: loss ${train.toFixed(4)}${held}${levels}`;
}
