import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { readNotebook } from './lib/notebooks.mjs';
import { run } from './lib/processes.mjs';
import { cacheFolder, filesUnder, inProject, ROOT, readStamp, SetupError } from './lib/project.mjs';
import { adviseOnPython, findPythons, isRecentPython, venvPython } from './lib/python.mjs';
import { missingPackages, OLDEST_NODE, setupSteps } from './lib/setup.mjs';
import { runMain } from './lib/steps.mjs';
import { findCompiler, probeNative, TENSORFLOW_STAMP } from './lib/tensorflow.mjs';

/** @typedef {{ state: 'ok' | 'note' | 'bad', name: string, found: string, advice?: string }} Finding */

/** @returns {Finding} */
function checkNode() {
  const version = process.versions.node;
  const major = Number(version.split('.')[0]);
  const found = `${version} (${process.execPath}), ${process.platform}-${process.arch}`;
  if (major < OLDEST_NODE) {
    return {
      state: 'bad',
      name: 'Node',
      found,
      advice: `Install Node ${OLDEST_NODE} or newer from https://nodejs.org.`,
    };
  }
  const patched =
    'tfjs-node calls util.isNullOrUndefined, which Node 23 removed; the library puts it back before loading it.';
  return { state: 'ok', name: 'Node', found, advice: major >= 23 ? patched : undefined };
}

/** @returns {Finding} */
function checkPackages() {
  const record = inProject('node_modules', '.package-lock.json');
  const name = 'npm packages';
  if (!fs.existsSync(record)) return { state: 'bad', name, found: 'none installed', advice: 'npm run setup' };
  const read = (/** @type {string} */ file) => JSON.parse(fs.readFileSync(file, 'utf8'));
  const missing = missingPackages(read(inProject('package-lock.json')), read(record));
  if (!missing.length) return { state: 'ok', name, found: 'as the lockfile says' };
  return {
    state: 'bad',
    name,
    found: `${missing.length} missing or of another version (${missing[0]})`,
    advice: 'npm run setup',
  };
}

/** @returns {Promise<Finding[]>} */
async function checkPython() {
  const pythons = await findPythons();
  const usable = pythons.find((python) => python.venv && isRecentPython(python.version));
  /** @type {Finding} */
  const base = usable
    ? { state: 'ok', name: 'Python', found: `${usable.version} (${usable.path}), with venv` }
    : {
        state: 'bad',
        name: 'Python',
        found: pythons.map((p) => p.version).join(', ') || 'none',
        advice: adviseOnPython(pythons),
      };
  const script = [
    'import importlib.metadata as m',
    'print(" ".join(f"{n} {m.version(n)}" for n in ["jupyterlab","nbclient","nbconvert","plotly"]))',
  ].join('\n');
  const { code, stdout } = await run(venvPython('.venv'), ['-c', script]);
  const [, venv] = setupSteps(['packages', 'python']);
  /** @type {Finding} */
  const packages =
    code === 0 && (await venv.isDone())
      ? { state: 'ok', name: 'Jupyter (.venv)', found: stdout.trim() }
      : {
          state: 'bad',
          name: 'Jupyter (.venv)',
          found: code === 0 ? 'out of date' : 'not installed',
          advice: 'npm run setup',
        };
  return [base, packages];
}

/** @returns {Promise<Finding[]>} */
async function checkTensorFlow() {
  const compiler = await findCompiler();
  const stamp = readStamp(TENSORFLOW_STAMP);
  const native = await probeNative();
  const install = ' (after installing g++: Debian, Ubuntu `apt install g++`; macOS `xcode-select --install`)';
  const retry = `npm run setup -- --retry${compiler ? '' : install}`;
  /** @type {Finding} */
  const backend = native.works
    ? { state: 'ok', name: 'TensorFlow', found: `native (tfjs-node). ${stamp?.note ?? ''}`.trim() }
    : {
        state: 'note',
        name: 'TensorFlow',
        found: `WebAssembly, because tfjs-node does not load: ${native.why}. ${stamp?.note ?? ''}`.trim(),
        advice: `All works, training with large batches more slowly. To try again: ${retry}`,
      };
  const findings = [backend, await checkRuntime()].filter((finding) => finding !== null);
  if (!compiler && !native.works)
    findings.push({ state: 'note', name: 'C++ compiler', found: 'none', advice: 'Install g++.' });
  else findings.push({ state: 'ok', name: 'C++ compiler', found: compiler ?? 'none, and none is needed' });
  return findings;
}

/** What the library itself says it computes on. @returns {Promise<Finding | null>} */
async function checkRuntime() {
  const index = inProject('dist', 'index.js');
  if (!fs.existsSync(index))
    return { state: 'bad', name: 'Library (dist/)', found: 'not built', advice: 'npm run build' };
  const [build] = setupSteps(['build']);
  const stale = !(await build.isDone());
  try {
    const { createEngine } = createRequire(import.meta.url)(inProject('dist', 'model'));
    const found = `computes on ${createEngine().description}`;
    return {
      state: stale ? 'note' : 'ok',
      name: 'Library (dist/)',
      found,
      advice: stale ? 'src/ has changed since, or dist/ is not as it was built: npm run build' : undefined,
    };
  } catch (error) {
    return { state: 'bad', name: 'Library (dist/)', found: String(error), advice: 'npm run setup' };
  }
}

/** Notebooks and models that were emptied or damaged. @returns {Finding} */
function checkData() {
  const files = [
    ...filesUnder(inProject('notebooks'), (file) => file.endsWith('.ipynb')),
    ...filesUnder(inProject('data', 'models'), (file) => file.endsWith('.json')),
  ];
  const damaged = files.filter((file) => {
    try {
      if (file.endsWith('.ipynb')) readNotebook(file);
      else JSON.parse(fs.readFileSync(file, 'utf8'));
      return false;
    } catch (error) {
      if (error instanceof SetupError || error instanceof SyntaxError) return true;
      throw error;
    }
  });
  const name = 'Notebooks and models';
  if (!damaged.length) return { state: 'ok', name, found: `${files.length} files, all whole` };
  const list = damaged.map((file) => path.relative(ROOT, file)).join(' ');
  return { state: 'bad', name, found: `empty or damaged: ${list}`, advice: `git checkout -- ${list}` };
}

/** @returns {Promise<Finding>} */
async function checkKernel() {
  const { code, output } = await run(process.execPath, [
    '-e',
    `require(${JSON.stringify(inProject('node_modules', 'tslab', 'dist', 'main.js'))})`,
  ]);
  const name = 'Kernel';
  if (code === 0) return { state: 'ok', name, found: 'TypeScript (glassy-motifs), from jupyter/kernels' };
  return {
    state: 'bad',
    name,
    found:
      output
        .trim()
        .split('\n')
        .find((line) => /Error/.test(line)) ?? 'tslab does not load',
    advice: 'npm run setup',
  };
}

await runMain(async () => {
  console.log(`${ROOT}\ndownloads kept in ${cacheFolder()}\n`);
  const marks = { ok: '✓', note: '!', bad: '✗' };
  const findings = [
    checkNode(),
    checkPackages(),
    ...(await checkPython()),
    await checkKernel(),
    checkData(),
    ...(await checkTensorFlow()),
  ];
  for (const { state, name, found, advice } of findings) {
    console.log(`${marks[state]} ${name}: ${found}${advice ? `\n    ${advice}` : ''}`);
  }
  const bad = findings.filter((finding) => finding.state === 'bad');
  console.log(
    bad.length ? `\n${bad.length} thing(s) to mend: ${bad.map(({ name }) => name).join(', ')}.` : '\nAll is well.',
  );
  return bad.length ? 1 : 0;
});
