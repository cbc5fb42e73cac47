import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jupyterEnvironment } from '../../scripts/lib/execution.mjs';
import { joined, readNotebook } from '../../scripts/lib/notebooks.mjs';
import { run } from '../../scripts/lib/processes.mjs';
import { filesUnder, hashFiles, inProject } from '../../scripts/lib/project.mjs';
import { venvPython } from '../../scripts/lib/python.mjs';

const isSetUp = fs.existsSync(venvPython('.venv')) && fs.existsSync(inProject('dist', 'index.js'));

/**
 * What the client says of one step.
 * @typedef {{ replies: any[], outputs: any[][], states: string[], data?: any }} Done
 */

/**
 * Performs steps in one kernel started in a folder.
 * @param {string} folder
 * @param {object[]} steps
 * @param {string} [report] folder of the report
 * @returns {Promise<Done[]>}
 */
async function perform(folder, steps, report = '') {
  const client = inProject('test', 'scripts', 'kernelClient.py');
  const env = jupyterEnvironment({ GLASSY_MODELS: '', GLASSY_REPORT: report });
  const { code, stdout, output } = await run(venvPython('.venv'), [client, folder, JSON.stringify(steps)], { env });
  if (code !== 0) throw new Error(output);
  return JSON.parse(stdout);
}

/** @param {Done} done @param {number} [cell] */
const printed = ({ outputs }, cell = 0) =>
  outputs[cell]
    .filter(({ type }) => type === 'stream')
    .map(({ text }) => text)
    .join('');
/** @param {Done} done @param {number} [cell] */
const errorOf = ({ outputs }, cell = 0) => outputs[cell].find(({ type }) => type === 'error');

const STOPPABLE = `console.log('begun');
const button = notebook.onStop();
for (let k = 0; k < 400 && !button.signal.aborted; k++) await new Promise((resolve) => setTimeout(resolve, 25));
button.release();
console.log('kept', button.signal.aborted);`;
/** Takes some time to compile. */
const LONG = Array.from({ length: 3000 }, (_, k) => `const l${k}: number = ${k};\n`).join('');

describe.skipIf(!isSetUp)('the kernel, for a Jupyter client', () => {
  const steps = {
    names: { cells: ["import * as notebook from 'glassy-motifs/notebook';\nconst potential = 5;\nconst a = 1;"] },
    shorthand: { cells: ['const made = await Promise.resolve({ potential, a });\nconsole.log(JSON.stringify(made));'] },
    awaited: {
      cells: [
        `async function* three() { yield 1; yield 2; yield 3; }
const got: number[] = [];
for await (const k of three()) got.push(k);`,
      ],
    },
    kept: { cells: ['console.log(got.length);'] },
    thrower: {
      cells: ['interface Point { x: number }\n\nconst read = (point: Point): string =>\n  point.x.toFixed(1);'],
    },
    failure: { cells: ['const b = 2;\n\nawait Promise.resolve();\nread({} as Point);'] },
    mistake: { cells: ['const one = { potential, a };\nconst two: string = potential;'] },
    aborted: { cells: ['await Promise.resolve(); throw new RangeError("no");', 'console.log("never");'] },
    again: { cells: ['console.log("again");'] },
    busy: { cells: ['await new Promise((resolve) => setTimeout(resolve, 300));', 'console.log(1);'], complete: true },
    stopped: { cells: [STOPPABLE, 'console.log("never");'], after: 'stream', stop: 0.3 },
    compiling: { cells: [`${LONG}${STOPPABLE}`, 'console.log("never");'], after: 'execute_input', stop: 0.05 },
    waiting: { cells: ['await new Promise(() => {});', 'console.log("never");'], stop: 0.5 },
    looping: { cells: ['for (;;) {}', 'console.log("never");'], stop: 0.5 },
    folders: { cells: ['console.log(notebook.modelFolder());'] },
    help: { inspect: 'notebook.showTable(' },
  };
  /** @type {Record<keyof typeof steps, Done>} */
  let done;

  beforeAll(async () => {
    const results = await perform(inProject('notebooks'), Object.values(steps));
    done = /** @type {typeof done} */ (Object.fromEntries(Object.keys(steps).map((name, k) => [name, results[k]])));
  }, 300_000);

  it('runs a `for await` outside of functions, and keeps what it made', () => {
    expect(done.awaited.replies[0].status).toBe('ok');
    expect(printed(done.kept)).toBe('3\n');
  });

  it('takes a variable of an earlier cell as a shorthand property', () => {
    expect(printed(done.shorthand)).toBe('{"potential":5,"a":1}\n');
  });

  it('says of a failure what it is, and in which lines of which cells it happened, and nothing of the kernel', () => {
    const { ename, evalue, traceback } = errorOf(done.failure);
    expect([ename, evalue]).toEqual(['TypeError', expect.stringContaining('toFixed')]);
    const [, ...frames] = traceback;
    expect(frames).toEqual([
      expect.stringMatching(/read \(cell 5, line 4\): point\.x\.toFixed\(1\);$/),
      expect.stringMatching(/at cell 6, line 4: read\(\{\} as Point\);$/),
    ]);
    expect(done.failure.replies[0]).toMatchObject({ status: 'error', ename, execution_count: 6 });
  });

  it('says where the compiler found a mistake, whatever it rewrote before', () => {
    const { ename, traceback } = errorOf(done.mistake);
    expect(ename).toBe('TypeScriptError');
    expect(traceback[1]).toMatch(/^2:7 - Type 'number' is not assignable to type 'string'\.\n {4}const two/);
  });

  it('aborts what waits behind a failure, and nothing later', () => {
    expect(done.aborted.replies.map(({ status }) => status)).toEqual(['error', 'aborted']);
    expect(printed(done.aborted, 1)).toBe('');
    expect(printed(done.again)).toBe('again\n');
  });

  it('numbers cells as they begin', () => {
    const inputs = [done.names, done.shorthand].map(({ outputs }) => outputs[0][0]);
    expect(inputs).toMatchObject([
      { type: 'execute_input', execution_count: 1 },
      { type: 'execute_input', execution_count: 2 },
    ]);
  });

  it('is busy while it computes, one request after the other', () => {
    expect(done.busy.states).toEqual(['busy', 'idle', 'busy', 'idle', 'busy', 'idle']);
    expect(done.busy.replies[2].matches).toContain('console');
  });

  it('ends the whole queue on Stop, though the cell that heeds it ends in its own way', () => {
    expect(printed(done.stopped)).toBe('begun\nkept true\n');
    for (const { replies } of [done.stopped, done.compiling, done.waiting, done.looping]) {
      expect(replies[0]).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
      expect(replies[1].status).toBe('aborted');
    }
  });

  it('keeps models that cells save away from those that come with the package', () => {
    expect(printed(done.folders)).toBe(`${inProject('report', 'models')}\n`);
  });

  it('explains a function inside the parentheses of its call', () => {
    expect(done.help.data?.['text/plain']).toMatch(/showTable\(rows/);
  });
});

describe.skipIf(!isSetUp)('the training of notebook 3, stopped', () => {
  const { cells } = readNotebook(inProject('notebooks', '03-training.ipynb'));
  const sources = cells.filter(({ cell_type: type }) => type === 'code').map(({ source }) => joined(source));
  const at = sources.findIndex((source) => source.includes('trainedModels(further'));
  const [fit, errors, save] = [sources[at], sources[at + 1], sources.find((source) => source.includes('vae.save('))];
  const small = `const train = glass.extractEnvironments(glass.readCells('../data/a-si/a-si-512-01.extxyz'), { count: 8 });
const [validation, test] = [train, train];
const data = { train: train, validation: validation };
const training = { epochs: 1, stepsPerEpoch: 1, batchSize: 64 };
const first = await notebook.fitVae(data, { training: training });
Object.assign(training, { epochs: EPOCHS, stepsPerEpoch: STEPS, batchSize: BATCH });`;
  const rest = `const wideRuns = {};
const matched = first.vae;
Object.assign(training, { epochs: 1, stepsPerEpoch: 1 });`;
  const data = () => hashFiles(filesUnder(inProject('data', 'models')));
  const report = fs.mkdtempSync(path.join(os.tmpdir(), 'stopped-'));
  afterAll(() => fs.rmSync(report, { recursive: true }));

  it('ends the queue; the next cell says what lacks; run once more, all of it is saved, outside of data/', {
    timeout: 300_000,
  }, async () => {
    const before = data();
    const steps = [
      [sources[0], small],
      [`console.log('begun');\n${fit}`, errors],
      [errors],
      [rest, fit, errors],
      ["tested.matched = tested['vae-none'];", save],
    ];
    const done = await perform(
      inProject('notebooks'),
      steps.map((step) => ({ cells: step, ...(step[1] === errors && { after: 'stream', stop: 1 }) })),
      report,
    );
    const [start, stopped, next, again, saved] = done.map(({ replies }) => replies.map(({ status }) => status));
    expect([start, stopped, next]).toEqual([['ok', 'ok'], ['error', 'aborted'], ['error']]);
    expect(errorOf(done[1]).ename).toBe('KeyboardInterrupt');
    expect(errorOf(done[2])).toMatchObject({
      ename: 'Error',
      evalue: expect.stringMatching(/^training was stopped before \S+: run the cell above once more$/),
    });
    expect([again, saved]).toEqual([
      ['ok', 'ok', 'ok'],
      ['ok', 'ok'],
    ]);
    expect(fs.readdirSync(path.join(report, 'models'))).toEqual(expect.arrayContaining(['vae-none.json']));
    expect(data()).toBe(before);
  });
});

describe.skipIf(!isSetUp)('a client that is killed', () => {
  it('leaves no kernel, though that computes', { timeout: 120_000 }, async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'killed-'));
    const cell = "require('node:fs').writeFileSync('begun', String(process.pid));\nfor (;;) {}";
    const args = [inProject('test', 'scripts', 'kernelClient.py'), folder, JSON.stringify([{ cells: [cell] }])];
    const client = spawn(venvPython('.venv'), args, { env: jupyterEnvironment(), stdio: 'ignore' });
    const begun = path.join(folder, 'begun');
    await expect.poll(() => fs.existsSync(begun) && fs.readFileSync(begun, 'utf8'), { timeout: 60_000 }).toMatch(/\d/);
    const kernel = Number(fs.readFileSync(begun, 'utf8'));
    client.kill('SIGKILL');
    await expect.poll(() => isRunning(kernel), { timeout: 20_000 }).toBe(false);
    fs.rmSync(folder, { recursive: true });
  });
});

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A process that has ended may wait for whoever takes note of it.
  const stat = fs.existsSync('/proc/self/stat') ? fs.readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
  return !/\) Z /.test(stat);
}

describe.skipIf(!isSetUp)('the kernel outside of the clone', () => {
  const [, example] = /```js\n(.*?)```/s.exec(fs.readFileSync(inProject('README.md'), 'utf8')) ?? [];

  it("finds the package, its types and other packages, and runs the README's program", {
    timeout: 180_000,
  }, async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'elsewhere-'));
    const modules = path.join(folder, 'node_modules', 'only-modules');
    fs.mkdirSync(modules, { recursive: true });
    fs.writeFileSync(
      path.join(modules, 'package.json'),
      '{ "type": "module", "main": "index.js", "types": "index.d.ts" }',
    );
    fs.writeFileSync(path.join(modules, 'index.js'), 'export const seven = 7;');
    fs.writeFileSync(path.join(modules, 'index.d.ts'), 'export const seven: number;');
    const cells = [
      "import { Vae } from 'glassy-motifs';\nimport { Denoiser } from 'glassy-motifs/diffusion';",
      "import { matrix } from './none';",
      'const vae: number = Vae.load;',
      'console.log(typeof Vae.load, typeof Denoiser, typeof require("ml-matrix").Matrix);',
      "import { seven } from 'only-modules';\nconsole.log(seven);",
      example,
    ];
    const done = await perform(
      folder,
      cells.map((cell) => ({ cells: [cell] })),
    );
    fs.rmSync(folder, { recursive: true });
    expect(done.map(({ replies }) => replies[0].status)).toEqual(['ok', 'error', 'error', 'ok', 'ok', 'ok']);
    expect(printed(done[3])).toBe('function function function\n');
    expect(printed(done[4])).toBe('7\n');
    expect(printed(done[5]).split('\n').length).toBeGreaterThan(3);
  });
});
