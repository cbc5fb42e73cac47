import { Command } from 'commander';
import { InputError } from '../core/errors';
import { libraryVersion } from '../core/version';
import { defineCells } from './commands/cells';
import { defineConvert } from './commands/convert';
import { defineEvaluate } from './commands/evaluate';
import { defineExtract } from './commands/extract';
import { defineFill } from './commands/fill';
import { defineInfill } from './commands/infill';
import { defineInterpolate } from './commands/interpolate';
import { defineMetrics } from './commands/metrics';
import { defineSample } from './commands/sample';
import { defineTrain } from './commands/train';
import { defineTrainCells } from './commands/trainCells';
import { describeFailure, EXIT } from './exit';
import { reading } from './options';
import { requireApart } from './outputs';
import { provenanceOf } from './provenance';
import { STANDARD, type Terminal } from './terminal';

const EXIT_CODES = `
Exit codes:
  0    done
  1    bad input or usage; one line on standard error names the option, or file and line
  2    internal error
  3    the best answer is doubtful (fill --strict)
  130  stopped by Ctrl-C or a signal to end (train and train-cells keep the model reached, cells the finished ones)

Progress is shown on standard error (--progress). Files are written whole or not at all.`;

const MOTIF_FILES = `
Input: cells (environments of all atoms are taken) as extended or plain XYZ, LAMMPS data, POSCAR, or through ASE as
CIF, LAMMPS dump and more; motif sets that these commands wrote (extended XYZ, JSON or Parquet); gzipped or not; files,
folders or quoted patterns like 'cells/*.extxyz'; - reads standard input.`;

const STRUCTURE_FILES = `
Structures are read as extended or plain XYZ, LAMMPS data, POSCAR, or through ASE as CIF, LAMMPS dump and more; gzipped
or not; as input, - is standard input.`;

const READING = new Set([
  defineExtract,
  defineTrain,
  defineInterpolate,
  defineInfill,
  defineEvaluate,
  defineFill,
  defineConvert,
  defineTrainCells,
]);
const MOTIF_COMMANDS = [defineExtract, defineTrain, defineSample, defineInterpolate, defineInfill, defineEvaluate];
const STRUCTURE_COMMANDS = [defineTrainCells, defineCells, defineFill, defineConvert];
const OTHER_COMMANDS = [defineMetrics];

/** The command line; its actions use `terminal`. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('glassy-motifs')
    .description(
      'Local motifs of glasses: environments, a generative model and its evaluation; whole cells; missing atoms.',
    )
    .version(libraryVersion())
    .addHelpText('after', EXIT_CODES)
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => {}, writeOut: (text) => terminal.write(text) })
    .exitOverride();
  for (const [defines, files] of [
    [MOTIF_COMMANDS, MOTIF_FILES],
    [STRUCTURE_COMMANDS, STRUCTURE_FILES],
    [OTHER_COMMANDS, ''],
  ] as const) {
    for (const define of defines) {
      const command = define(terminal).copyInheritedSettings(program).exitOverride();
      if (READING.has(define)) addReading(command, terminal);
      command.hook('preAction', (_, action) => {
        const { threads, progress } = action.opts();
        requireApart(action.args, action.opts());
        if (threads !== undefined) process.env.GLASSY_THREADS = String(threads);
        terminal.command = { progress, provenance: provenanceOf(action) };
      });
      program.addCommand(command.addHelpText('after', `${files}\n${EXIT_CODES}`));
    }
  }
  return program;
}

/** Adds the options of reading; what there is to say of the input goes to standard error. */
function addReading(command: Command, terminal: Terminal): void {
  for (const option of reading()) command.addOption(option);
  command.hook('preAction', () => {
    command.setOptionValue('warn', (line: string) => terminal.say(line, STANDARD));
  });
}

/** Runs one command line (without node and script) and returns its exit code. */
export async function runProgram(
  args: string[],
  terminal: Terminal,
  complain: (line: string) => void,
): Promise<number> {
  const program = createProgram(terminal);
  try {
    const odd = args.find((arg) => /\p{Cc}/u.test(arg));
    if (odd !== undefined) throw new InputError('argument', JSON.stringify(odd), 'text without control characters');
    if (args.length === 0) program.error("error: missing command; see 'glassy-motifs --help'");
    await program.parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    const command = program.commands.find((candidate) => candidate.name() === args[0]);
    const flags = command?.options.map((option) => option.long ?? '') ?? [];
    const { code, text } = describeFailure(error, flags);
    if (text !== '') complain(`glassy-motifs${command ? ` ${command.name()}` : ''}: ${text}`);
    return code;
  }
}
