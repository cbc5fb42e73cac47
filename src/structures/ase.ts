import { InputError } from '../core/errors';
import { childProcess, environment, fs, os, packagePath, path } from '../core/node';
import { parseExtxyz } from './extxyzRead';
import type { Structure } from './structure';
import { TYPES_REMEDY, type TypeNames } from './types';

const LARGEST_OUTPUT = 2 ** 31 - 1;
const [NO_ASE, NO_TYPES] = [3, 4];

/**
 * Reads all frames of a file and writes them as extended XYZ. Reals are written whole, which ASE does not; scaled
 * positions of LAMMPS dumps are counted from the box's corner, as Cartesian ones are; types are never atomic numbers.
 */
const SCRIPT = `
import json, re, sys, warnings
warnings.simplefilter("ignore")
try:
    import ase.io, ase.io.extxyz as extxyz
except ImportError:
    sys.exit(${NO_ASE})
path, form, types = sys.argv[1], sys.argv[2] or None, json.loads(sys.argv[3])
try:
    frames = ase.io.read(path, index=":", format=form)
    head = open(path, "rb").read(4096).decode("latin1")
    scaled = re.search(r"ITEM: ATOMS .*\\bxsu?\\b", head) and not re.search(r"ITEM: ATOMS .*\\bxu?\\b", head)
    for atoms in frames:
        kinds = atoms.arrays.get("type")
        if kinds is not None and types:
            try:
                atoms.symbols = [types[str(kind)] for kind in kinds]
            except KeyError:
                sys.exit(${NO_TYPES})
        elif kinds is not None and (kinds == atoms.numbers).all():
            sys.exit(${NO_TYPES})
        if scaled:
            atoms.positions += atoms.get_celldisp().ravel()
    column = extxyz.output_column_format
    def exact(*args):
        *rest, line = column(*args)
        return (*rest, line.replace("%16.8f", "%.17g"))
    extxyz.output_column_format = exact
    ase.io.write("-", frames, format="extxyz")
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
`;

/**
 * Structures of a file in any format that the Python package ASE reads (CIF, LAMMPS dump, .traj, .db, .cfg …).
 *
 * Python is that of the environment variable GLASSY_PYTHON, else of the project's `.venv`, else `python3`.
 *
 * @param content What is in the file, unzipped; a file that holds something else is read from a copy.
 * @param format ASE's name of the format; by default ASE recognizes it by name and content.
 * @throws InputError where ASE is absent, with what to do, or cannot read the file, with its reason.
 */
export function readThroughAse(
  { source, file, content }: { source: string; file?: string; content: Uint8Array },
  format = '',
  types?: TypeNames,
): Structure[] {
  const python = pythonPath();
  const names = Array.isArray(types) ? Object.fromEntries(types.map((name, k) => [k + 1, name])) : (types ?? null);
  const folder = file === undefined ? fs.mkdtempSync(path.join(os.tmpdir(), 'glassy-motifs-')) : undefined;
  const input = path.resolve(folder ?? '', file ?? path.basename(source).replace(/\.gz$/i, ''));
  try {
    if (folder) fs.writeFileSync(input, content);
    const args = ['-c', SCRIPT, input, format, JSON.stringify(names)];
    return parseExtxyz(outputOf(python, args, source), { source });
  } finally {
    if (folder) fs.rmSync(folder, { recursive: true, force: true });
  }
}

function outputOf(python: string, args: string[], source: string): Uint8Array {
  const result = childProcess.spawnSync(python, args, { maxBuffer: LARGEST_OUTPUT });
  if (result.error || result.status === NO_ASE) {
    const remedy = "'pip install ase' into it, or its Python in the environment variable GLASSY_PYTHON";
    const why = result.error ? result.error.message : `${python} has no ASE`;
    throw new InputError(source, `a format that is read through ASE (${why})`, `ASE: ${remedy}`);
  }
  if (result.status === NO_TYPES) throw new InputError(source, 'atom types without elements', TYPES_REMEDY);
  if (result.status !== 0) {
    const reason = result.stderr.toString('utf8').trim().split('\n').pop() || 'no reason said';
    throw new InputError(
      source,
      `a file that ASE cannot read (${reason})`,
      'a format that ASE reads, named by the option format if need be',
    );
  }
  return result.stdout;
}

/** The Python that ASE is looked for in. */
export function pythonPath(): string {
  const chosen = environment.GLASSY_PYTHON?.trim();
  if (chosen) return chosen;
  const inside = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const own = packagePath('.venv', ...inside);
  return fs.existsSync(own) ? own : 'python3';
}
