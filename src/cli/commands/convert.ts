import { Command } from 'commander';
import { InputError } from '../../core/errors';
import { libraryVersion } from '../../core/version';
import { formatLammpsData } from '../../structures/lammpsData';
import { formatPoscar } from '../../structures/poscar';
import type { ReadOptions } from '../../structures/readStructures';
import type { Structure } from '../../structures/structure';
import { inputFiles, readFrames } from '../inputs';
import { shared } from '../options';
import { requireOutput, sayCellOutput, writeCellOutput, writeText } from '../outputs';
import { madeBy, portable } from '../provenance';
import { STANDARD, type Terminal } from '../terminal';

interface Options extends ReadOptions {
  out: string;
}

const EXAMPLES = `
Examples:
  $ glassy-motifs convert melt.data --types Si,O -o melt.extxyz
  $ glassy-motifs convert plain.xyz --cell 16.29,16.29,16.29 -o cell.vasp`;

/** Formats of one structure a file. */
const SINGLE: Record<string, (structure: Structure) => string> = {
  '.vasp': formatPoscar,
  '.poscar': formatPoscar,
  '.lmp': formatLammpsData,
  '.data': formatLammpsData,
};
const EXTENSIONS = ['.extxyz', '.xyz', '.extxyz.gz', '.xyz.gz', ...Object.keys(SINGLE)];

export function defineConvert(terminal: Terminal): Command {
  return new Command('convert')
    .description('write structures of any format that can be read as extended XYZ, POSCAR or LAMMPS data')
    .argument('<input...>', 'files of structures')
    .addOption(
      shared.out(
        'file to write: .extxyz or .xyz (either .gz), .vasp (POSCAR), .lmp or .data (LAMMPS); - is extended XYZ',
      ),
    )
    .addHelpText('after', EXAMPLES)
    .action((input: string[], options: Options) => convert(input, options, terminal));
}

function convert(input: string[], options: Options, terminal: Terminal): void {
  const { out } = options;
  requireOutput(out, EXTENSIONS, '--out');
  const structures = inputFiles(input).flatMap((file) => readFrames(file, options));
  const format = SINGLE[/\.[^.]*$/.exec(out.toLowerCase())?.[0] ?? ''];
  if (out === STANDARD || !format)
    writeCellOutput(
      structures.map((structure) => madeBy(structure, terminal)),
      out,
      terminal,
    );
  else {
    if (structures.length !== 1) {
      throw new InputError(
        'option --out',
        `'${out}' for ${structures.length} structures`,
        'extended XYZ, or one structure',
      );
    }
    const [{ info, ...structure }] = structures;
    const made = `glassy-motifs ${libraryVersion()} convert ${input.map(portable).join(' ')}`;
    // LAMMPS reads no longer lines.
    const name = `${info.name}; ${made}`.slice(0, 200);
    writeText(out, format({ ...structure, info: { ...info, name } }));
  }
  sayCellOutput(structures.length, out, structures.length === 1 ? 'structure' : 'structures', terminal);
}
