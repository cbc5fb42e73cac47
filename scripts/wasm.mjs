import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const DATA_SECTION = 11;
/** Folders with an assembly/ whose compiled form lies beside it, as wasmBinary.js. */
const folders = ['src/motifs/match', 'src/model/engines', 'src/diffusion/graph', 'data/make/networks'];
const flags = [
  ...['-O3', '--noAssert', '--runtime', 'stub', '--disableWarning', '112'],
  ...['--enable', 'simd', '--enable', 'threads', '--importMemory', '--sharedMemory', '--maximumMemory', '65536'],
];
// The import of the memory: "env" "memory", kind memory, limits flag (3: shared, with a maximum).
const memoryImport = Buffer.from('\x03env\x06memory\x02\x03', 'latin1');

/**
 * Compiles the WebAssembly kernels into wasmBinary.js beside them, unless they are there and fresh.
 * @returns {string[]} the files, relative to the root
 */
export function buildWasm() {
  return folders.map(buildFolder);
}

/** @param {string} folder */
function buildFolder(folder) {
  const sources = path.join(root, folder, 'assembly');
  const target = path.join(root, folder, 'wasmBinary.js');
  // All of them: kernels use one another's sources.
  const files = folders.flatMap((name) => {
    const assembly = path.join(root, name, 'assembly');
    return fs.readdirSync(assembly).map((file) => path.join(assembly, file));
  });
  const compiler = path.join(root, 'node_modules/assemblyscript');
  const hash = createHash('sha256').update(JSON.parse(fs.readFileSync(`${compiler}/package.json`, 'utf8')).version);
  for (const file of [...files.sort(), fileURLToPath(import.meta.url)]) {
    hash.update(fs.readFileSync(file));
  }
  const header = `// Made by scripts/wasm.mjs from assembly/ (${hash.digest('hex')}).\n`;
  if (fs.existsSync(target) && fs.readFileSync(target, 'utf8').startsWith(header))
    return path.join(folder, 'wasmBinary.js');

  const module = path.join(root, `.cache/engine-${process.pid}.wasm`);
  const entry = path.relative(root, path.join(sources, 'index.ts'));
  fs.mkdirSync(path.dirname(module), { recursive: true });
  const args = [`${compiler}/bin/asc.js`, entry, '-o', path.relative(root, module), ...flags];
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  const binary = fs.readFileSync(module);
  fs.rmSync(module);
  const at = binary.indexOf(memoryImport);
  if (at < 0) throw new Error('the compiled kernels do not import a shared memory');
  if (sectionsOf(binary).includes(DATA_SECTION)) {
    throw new Error('the compiled kernels have static data, which each thread would write over the shared memory');
  }
  const text =
    `${header}exports.binary =\n  '${binary.toString('base64')}';\n` +
    `// Where 3 makes the memory shared and 1 does not.\nexports.memoryFlagAt = ${at + memoryImport.length - 1};\n`;
  const temporary = `${target}.${process.pid}`;
  fs.writeFileSync(temporary, text);
  fs.renameSync(temporary, target);
  return path.join(folder, 'wasmBinary.js');
}

/**
 * Identifiers of the sections of a module.
 * @param {Buffer} binary
 * @returns {number[]}
 */
function sectionsOf(binary) {
  const sections = [];
  let at = 8;
  while (at < binary.length) {
    sections.push(binary[at]);
    // The size follows in groups of seven bits, the lowest first.
    let size = 0;
    let groups = 0;
    do {
      at++;
      size += (binary[at] & 127) << (7 * groups);
      groups++;
    } while (binary[at] & 128);
    at += 1 + size;
  }
  return sections;
}

/** Called by vitest, so that tests never run on old kernels. */
export function setup() {
  buildWasm();
}
