import { utf8 } from './bytes';
import { InputError } from './errors';
import { crypto, fs, path, zlib } from './node';

/** Milliseconds after which a temporary file is one of a killed process. */
const ABANDONED = 3_600_000;

/**
 * Writes a file whole or not at all: to a temporary name in the same folder, then renamed. Makes missing folders, keeps
 * links and the modes of existing files, and removes what killed writes of the same file left.
 *
 * @param content the whole of it, or its pieces, which are written as they come
 * @throws InputError naming the file if it cannot be written, as on a full disk
 */
export function writeFileAtomic(file: string, content: string | Uint8Array | Iterable<string | Uint8Array>): void {
  const target = destination(path.resolve(file));
  const folder = path.dirname(target);
  const mark = `.${path.basename(target)}.`;
  const temporary = path.join(folder, `${mark}${crypto.randomBytes(6).toString('hex')}.tmp`);
  const pieces = typeof content === 'string' || ArrayBuffer.isView(content) ? [content as Uint8Array] : content;
  try {
    makeFolder(folder);
    sweep(folder, mark);
    const descriptor = fs.openSync(temporary, 'w');
    try {
      for (const piece of pieces) fs.writeFileSync(descriptor, piece);
    } finally {
      fs.closeSync(descriptor);
    }
    const mode = fs.statSync(target, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined) fs.chmodSync(temporary, mode);
    fs.renameSync(temporary, target);
  } catch (error) {
    if (fs.existsSync(temporary)) fs.rmSync(temporary, { force: true });
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new InputError(file, message.split(',')[0], 'a file that can be written');
  }
}

/** Bytes of a file, or of what stands open as `from`. Throws InputError naming the file if it cannot be read. */
export function readBytes(file: string, from: string | number = file): Uint8Array {
  try {
    return fs.readFileSync(from);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(file, (error as Error).message.split(',')[0], 'a readable file');
  }
}

/** Text of a file. Throws as {@link readBytes}. */
export function readText(file: string): string {
  return utf8(readBytes(file), file);
}

/** With its missing parents, one by one: asked for all at once, Node never returns where a system folder takes none. */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Pieces of a file as they are written: gzipped, each by itself, if its name ends in `.gz`. */
export function* packed(file: string, pieces: Iterable<string>): Generator<string | Uint8Array> {
  for (const piece of pieces) yield /\.gz$/i.test(file) ? zlib.gzipSync(piece) : piece;
}

/** What a path leads to if it is a link, even to nothing yet. */
function destination(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    try {
      return path.resolve(path.dirname(file), fs.readlinkSync(file));
    } catch {
      return file;
    }
  }
}

function sweep(folder: string, mark: string): void {
  for (const name of fs.readdirSync(folder)) {
    if (!name.startsWith(mark) || !/^[0-9a-f]{12}\.tmp$/.test(name.slice(mark.length))) continue;
    const left = path.join(folder, name);
    const age = Date.now() - (fs.statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
    if (age > ABANDONED) fs.rmSync(left, { force: true });
  }
}
