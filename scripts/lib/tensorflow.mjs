import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { run } from './processes.mjs';
import { hashFiles, inProject, isStamped, readStamp, SetupError, writeStamp } from './project.mjs';
import { libraryFor, TENSORFLOW_WHEELS } from './tensorflowLibrary.mjs';

export const TENSORFLOW_STAMP = inProject('node_modules', '.glassy-motifs', 'tensorflow.json');
const PACKAGE = inProject('node_modules', '@tensorflow', 'tfjs-node');
const DEPS = path.join(PACKAGE, 'deps');
// tfjs-node 4.22.0 knows Node-API up to 8, and every Node this project runs on has at least that.
const BINDING = path.join(PACKAGE, 'lib', 'napi-v8', 'tfjs_binding.node');
const STOCK_HOST = 'https://storage.googleapis.com/tensorflow/libtensorflow/';
const WASM_COST =
  'TensorFlow.js will run on its WebAssembly backend: the same results to rounding, at about the same speed for ' +
  'batches of a few hundred and some 2.6 times slower for batches of thousands.';

/** @typedef {'found' | 'download' | 'wheel' | 'wasm'} Route */
/** @typedef {import('./steps.mjs').Progress} Progress */

const PROBE = `
const util = require('node:util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined; // gone since Node 23, called by tfjs-node
const tf = require('@tensorflow/tfjs-node');
const [value] = tf.matMul(tf.ones([1, 4]), tf.ones([4, 1])).dataSync();
console.log(JSON.stringify({ value, backend: tf.getBackend(), version: tf.version['tfjs-node'] }));
`;

/**
 * Loads tfjs-node in a process of its own and multiplies two matrices.
 * @returns {Promise<{ works: boolean, why: string }>}
 */
export async function probeNative() {
  if (!fs.existsSync(BINDING)) return { works: false, why: 'its binding is not there' };
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
  const { code, stdout, output } = await run(process.execPath, ['-e', PROBE], {
    cwd: inProject(),
    env,
    timeout: 60_000,
  });
  if (code === 0 && /"value":4,"backend":"tensorflow"/.test(stdout)) return { works: true, why: '' };
  const line = output.split('\n').find((text) => /error/i.test(text)) ?? output.trim().split('\n').pop() ?? '';
  return { works: false, why: line.trim().slice(0, 300) || `it ended with code ${code}` };
}

/** The C++ compiler on the PATH; null if none. @returns {Promise<string | null>} */
export async function findCompiler() {
  for (const command of process.env.CXX ? [process.env.CXX] : ['g++', 'clang++', 'c++']) {
    if ((await run(command, ['--version'], { timeout: 10_000 })).code === 0) return command;
  }
  return null;
}

/** @returns {string} */
function tensorflowKey() {
  return hashFiles([path.join(PACKAGE, 'package.json')], [process.platform, process.arch]);
}

/** The user asked for a set-up without native TensorFlow. */
const isUnwanted = () => process.env.GLASSY_TENSORFLOW === 'none';

/** @param {boolean} [retry] forget an earlier fallback to wasm @returns {import('./steps.mjs').Step} */
export function tensorflowStep(retry = false) {
  return {
    name: 'TensorFlow',
    async isDone() {
      if (!fs.existsSync(PACKAGE) || !isStamped(TENSORFLOW_STAMP, tensorflowKey())) return false;
      const stamp = readStamp(TENSORFLOW_STAMP);
      if (stamp?.route !== 'wasm' || isUnwanted()) return true;
      if (stamp.cause === 'unwanted') return false;
      return !retry && !(stamp.cause === 'compiler' && (await findCompiler()));
    },
    async perform(progress) {
      const { route, note, cause } = await provide(progress);
      const outputs = route === 'wasm' ? [] : [BINDING];
      writeStamp(TENSORFLOW_STAMP, { key: tensorflowKey(), route, note, cause, outputs });
      progress.note(route === 'wasm' ? `${note} ${WASM_COST}` : note);
    },
  };
}

/**
 * Tries every way to the native library in turn; ends at wasm, which needs nothing.
 * @param {Progress} progress @returns {Promise<{ route: Route, note: string, cause?: string }>}
 */
async function provide({ progress }) {
  if ((await probeNative()).works) return { route: 'found', note: 'tfjs-node with native TensorFlow was in place.' };
  if (isUnwanted())
    return { route: 'wasm', cause: 'unwanted', note: 'No native TensorFlow: GLASSY_TENSORFLOW is none.' };
  const wheel = TENSORFLOW_WHEELS[`${process.platform}-${process.arch}`];
  let refused = 'its download host does not answer';
  if (await answers(STOCK_HOST)) {
    progress('downloading libtensorflow');
    await installStock(progress);
    const probe = await probeNative();
    if (probe.works) return { route: 'download', note: 'tfjs-node with its stock TensorFlow library.' };
    refused = `its stock library did not load (${probe.why})`;
  }
  /** @param {string} cause @param {string} why @returns {{ route: Route, note: string, cause: string }} */
  const wasm = (cause, why) => ({ route: 'wasm', cause, note: `No native TensorFlow: ${refused}, and ${why}.` });
  if (!wheel) return wasm('platform', `there is no TensorFlow wheel for ${process.platform}-${process.arch}`);
  const compiler = await findCompiler();
  if (!compiler)
    return wasm('compiler', 'there is no C++ compiler for the other way (install g++, then run this again)');
  try {
    await useWheel(wheel, compiler, progress);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return wasm('wheel', `the TensorFlow wheel could not be used: ${error.message}`);
  }
  const probe = await probeNative();
  if (!probe.works) return wasm('load', `tfjs-node built on the TensorFlow wheel did not load (${probe.why})`);
  return { route: 'wheel', note: `tfjs-node built on ${wheel.name} ${wheel.version} (${refused}).` };
}

/** True if anything at all answers there soon. @param {string} url */
async function answers(url) {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(4000) });
    return true;
  } catch {
    return false;
  }
}

/** The environment in which tfjs-node's own script finds the commands it calls. */
function scriptEnvironment() {
  const bin = inProject('node_modules', '.bin');
  const headers = path.resolve(path.dirname(process.execPath), '..');
  const nodedir = fs.existsSync(path.join(headers, 'include', 'node', 'node_api.h'))
    ? { npm_config_nodedir: headers }
    : {};
  return { ...process.env, ...nodedir, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
}

/** @param {(text: string) => void} progress */
async function installStock(progress) {
  const options = { cwd: PACKAGE, env: scriptEnvironment(), onLine: progress, timeout: 15 * 60_000 };
  await run(process.execPath, ['scripts/install.js'], options);
}

/**
 * Puts the wheel's library and headers under tfjs-node and compiles the binding against them.
 * @param {import('./tensorflowLibrary.mjs').Wheel} wheel
 * @param {string} compiler
 * @param {(text: string) => void} progress
 */
async function useWheel(wheel, compiler, progress) {
  const library = await libraryFor(wheel, progress);
  progress('putting the TensorFlow library in place');
  const fresh = `${DEPS}.new`;
  fs.rmSync(fresh, { recursive: true, force: true });
  fs.mkdirSync(path.join(fresh, 'lib'), { recursive: true });
  fs.cpSync(path.join(library, 'include'), path.join(fresh, 'include'), { recursive: true });
  for (const file of fs.readdirSync(path.join(library, 'lib'))) {
    linkOrCopy(path.join(library, 'lib', file), path.join(fresh, 'lib', file));
  }
  for (const [alias, target] of Object.entries(wheel.aliases)) fs.symlinkSync(target, path.join(fresh, 'lib', alias));
  fs.rmSync(DEPS, { recursive: true, force: true });
  fs.renameSync(fresh, DEPS);
  progress('compiling the binding');
  const compiled = await compileBinding(compiler);
  if (compiled.code === 0) return;
  progress('compiling the binding with node-gyp');
  await run(process.execPath, ['scripts/install.js'], { cwd: PACKAGE, env: scriptEnvironment(), onLine: progress });
  if (!fs.existsSync(BINDING)) throw new SetupError(`${compiler} failed: ${compiled.output.trim().slice(0, 400)}`);
}

/**
 * A hard link costs nothing and outlives the cache; across file systems only a copy is possible.
 * @param {string} from @param {string} to
 */
function linkOrCopy(from, to) {
  try {
    fs.linkSync(from, to);
  } catch {
    fs.copyFileSync(from, to);
  }
}

/**
 * Compiles tfjs-node's two sources directly: node-gyp would first download the headers of this Node, while Node-API's,
 * which come with a package, are all that they include.
 * @param {string} compiler
 */
async function compileBinding(compiler) {
  const { include_dir: headers } = createRequire(inProject('package.json'))('node-api-headers');
  fs.mkdirSync(path.dirname(BINDING), { recursive: true });
  const temporary = `${BINDING}.${process.pid}.tmp`;
  const result = await run(
    compiler,
    [
      ...['-O2', '-std=c++17', '-fPIC', '-shared', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
      ...['-I.', '-I..', '-Ideps/include', `-I${headers}`, 'binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'],
      ...['-Ldeps/lib', '-Wl,-rpath,$ORIGIN/../../deps/lib', '-ltensorflow', '-ltensorflow_framework', '-o', temporary],
    ],
    { cwd: PACKAGE },
  );
  if (result.code === 0) fs.renameSync(temporary, BINDING);
  else fs.rmSync(temporary, { force: true });
  return result;
}
