import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLAGS, findChromium } from './chromium';

const ROOT = path.resolve(__dirname, '..', '..');
const NOTEBOOK = '01-environments.ipynb';
const TINY = 'tiny.ipynb';
/** Of the small one: a cell that heeds Stop, one that waits behind it, and one that fails. */
const CELLS = [
  `import * as notebook from 'glassy-motifs/notebook';
const times = Number(process.env.TIMES ?? 20_000);`,
  `const stop = notebook.onStop();
console.log('begun');
for (let k = 0; k < times && !stop.signal.aborted; k++) await new Promise((resolve) => setTimeout(resolve, 25));
stop.release();
console.log('stopped', stop.signal.aborted);`,
  `process.env.TIMES = '1';
console.log('to the end');`,
  `const none: number[] | undefined = undefined;
console.log(none!.length);`,
];

interface Output {
  output_type: string;
  name?: string;
  text?: string | string[];
  ename?: string;
  evalue?: string;
}

interface Cell {
  cell_type: string;
  source: string;
  execution_count: number | null;
  outputs?: Output[];
}

const executablePath = findChromium();
if (!executablePath) {
  console.warn('No Chromium: JupyterLab is not tested. Install it (Debian: apt-get install chromium) or set CHROMIUM.');
}

describe.skipIf(!executablePath)('JupyterLab in Chromium', () => {
  // Inside the project, so that the kernel finds the library; a copy, so that the stored notebook stays as it is.
  const folder = path.join(ROOT, '.cache', `browser-${process.pid}`);
  let lab: ChildProcess | undefined;
  let browser: Browser | undefined;
  let page: Page;
  let url: URL;

  beforeAll(async () => {
    fs.mkdirSync(folder, { recursive: true });
    fs.copyFileSync(path.join(ROOT, 'notebooks', NOTEBOOK), path.join(folder, NOTEBOOK));
    fs.writeFileSync(path.join(folder, TINY), notebookOf(CELLS));
    lab = startLab(folder);
    url = await addressOf(lab);
    browser = await chromium.launch({ executablePath, args: FLAGS });
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    if (lab) await endLab(lab);
    fs.rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('answers on this machine only, and to nobody without the token', async () => {
    expect(url.hostname).toBe('127.0.0.1');
    expect((await fetch(`${url.origin}/api/contents`)).status).toBe(403);
  });

  it('stops a cell and all that wait behind it, runs again, shows an error, and keeps it all', async () => {
    await openNotebook(page, url, TINY);
    const toolbar = page.locator('.jp-NotebookPanel-toolbar');
    const run = async (at: number): Promise<void> => {
      await page.evaluate(`window.jupyterapp.shell.currentWidget.content.activeCellIndex = ${at}`);
      await toolbar.locator('[data-command="notebook:run-cell-and-select-next"]').first().click();
    };
    const texts = async (): Promise<string[]> => (await cellsOf(page)).map(textOf);
    const namesOf = (cell: Cell): unknown[] => problemsOf(cell).map(({ ename }) => ename);
    for (const at of [0, 1, 2]) await run(at);
    await expect.poll(texts, { timeout: 120_000 }).toEqual(['', 'begun\n', '', '']);
    expect(await page.evaluate(STATUS)).toBe('busy');
    await toolbar.locator('[data-command="notebook:interrupt-kernel"]').first().click();
    await page.waitForFunction(`${STATUS} === 'idle'`, undefined, { timeout: 120_000, polling: 250 });
    const stopped = await cellsOf(page);
    expect(stopped.map(textOf)).toEqual(['', 'begun\nstopped true\n', '', '']);
    expect(stopped.map(namesOf)).toEqual([[], ['KeyboardInterrupt'], [], []]);

    await run(2);
    for (const at of [0, 1, 3]) await run(at);
    await expect.poll(async () => problemsOf((await cellsOf(page))[3]).length, { timeout: 120_000 }).toBe(1);
    // Lab adds an empty cell behind the last.
    const again = (await cellsOf(page)).slice(0, CELLS.length);
    expect(again.map(textOf)).toEqual(['', 'begun\nstopped false\n', 'to the end\n', '']);
    expect(again.map(namesOf)).toEqual([[], [], [], ['TypeError']]);
    const shown = page.locator('.jp-Notebook .jp-Cell').nth(3).locator('.jp-OutputArea-output');
    await expect
      .poll(() => shown.innerText(), { timeout: 60_000 })
      .toMatch(
        /^TypeError: Cannot read properties of undefined \(reading 'length'\)\n\s+at cell \d+, line 2: console\.log/,
      );

    await page.evaluate('window.jupyterapp.commands.execute("docmanager:save")');
    await page.evaluate('window.jupyterapp.commands.execute("application:close")');
    await openNotebook(page, url, TINY);
    const reopened = (await cellsOf(page)).slice(0, CELLS.length);
    expect(reopened.map(({ outputs }) => outputs)).toEqual(again.map(({ outputs }) => outputs));
  }, 600_000);

  it('runs every cell of notebook 01 and shows an interactive figure', { timeout: 400_000 }, async () => {
    await openNotebook(page, url, NOTEBOOK);
    const kernel = page.getByRole('button', { name: 'TypeScript (glassy-motifs)' });
    expect(await kernel.first().isVisible()).toBe(true);
    // What was stored must not pass for what was run.
    await page.evaluate('window.jupyterapp.commands.execute("editmenu:clear-all")');
    expect((await cellsOf(page)).flatMap((cell) => cell.outputs ?? [])).toEqual([]);

    await page.locator('.lm-MenuBar-itemLabel', { hasText: /^Run$/ }).click();
    await page.locator('.lm-Menu-itemLabel', { hasText: /^Run All Cells$/ }).click();
    await expect.poll(() => stateOf(page), { timeout: 300_000, interval: 500 }).not.toBe('running');
    expect((await cellsOf(page)).flatMap(problemsOf)).toEqual([]);
    expect(await stateOf(page)).toBe('finished');
    expect(await page.getByText(/Jupyter news/i).count()).toBe(0);
    // The static picture is shown first; the pointer makes it live.
    const figure = page.locator('.jp-RenderedPlotly').first();
    await figure.scrollIntoViewIfNeeded();
    await figure.hover();
    await page.locator('.js-plotly-plot .main-svg').first().waitFor({ state: 'visible', timeout: 60_000 });
    expect(await page.locator('.js-plotly-plot .modebar').count()).toBeGreaterThan(0);
    await page.screenshot({ path: path.join(os.tmpdir(), 'glassy-motifs-lab.png') });
  });

  it('leaves no process behind', { timeout: 60_000 }, async () => {
    expect(processesOf(folder)).not.toEqual([]);
    await browser?.close();
    await endLab(lab!);
    await expect.poll(() => processesOf(folder), { timeout: 20_000 }).toEqual([]);
  });
});

/** What the kernel of the open notebook does. */
const STATUS = 'window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status';

/** Opens a notebook of the folder, by itself, and waits for its kernel. */
async function openNotebook(page: Page, { origin, searchParams }: URL, name: string): Promise<void> {
  await page.goto(`${origin}/lab/tree/${name}?reset&token=${searchParams.get('token')}`);
  await page.waitForSelector('.jp-NotebookPanel .jp-Cell', { timeout: 120_000 });
  await page.waitForFunction(`${STATUS} === 'idle'`, undefined, { timeout: 120_000, polling: 250 });
}

function notebookOf(sources: readonly string[]): string {
  const cells = sources.map((source, k) => {
    return { cell_type: 'code', id: `c${k}`, execution_count: null, metadata: {}, outputs: [], source };
  });
  const kernelspec = { name: 'glassy-motifs', display_name: 'TypeScript (glassy-motifs)', language: 'typescript' };
  return JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 });
}

/** What a cell printed. */
function textOf({ outputs = [] }: Cell): string {
  return outputs.map(({ name, text = '' }) => (name === 'stdout' ? [text].flat().join('') : '')).join('');
}

/** The open notebook's cells as JupyterLab holds them, whether on screen or not. */
async function cellsOf(page: Page): Promise<Cell[]> {
  const json = 'JSON.stringify(window.jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells)';
  return JSON.parse(await page.evaluate<string>(json)) as Cell[];
}

function problemsOf(cell: Cell): Output[] {
  return (cell.outputs ?? []).filter((output) => output.output_type === 'error' || output.name === 'stderr');
}

/** Lab numbers a cell when it is finished, and none after one that failed. */
async function stateOf(page: Page): Promise<'running' | 'failed' | 'finished'> {
  const cells = (await cellsOf(page)).filter((cell) => cell.cell_type === 'code' && cell.source.length > 0);
  if (cells.some((cell) => problemsOf(cell).length > 0)) return 'failed';
  return cells.some((cell) => cell.execution_count === null) ? 'running' : 'finished';
}

/** Starts `npm run lab` on a free port with `folder` in the place of notebooks/. */
function startLab(folder: string): ChildProcess {
  const options = [
    '--no-browser',
    '--port=0',
    `--ServerApp.root_dir=${folder}`,
    `--FileContentsManager.preferred_dir=${folder}`,
    '--LabApp.expose_app_in_browser=True',
  ];
  const jupyter = path.join(folder, 'jupyter');
  return spawn('npm', ['run', 'lab', '--', ...options], {
    cwd: ROOT,
    detached: true,
    env: {
      ...process.env,
      // The user's own settings and open tabs stay out of it.
      JUPYTER_CONFIG_DIR: path.join(jupyter, 'config'),
      JUPYTER_DATA_DIR: path.join(jupyter, 'data'),
      JUPYTER_RUNTIME_DIR: path.join(jupyter, 'runtime'),
      JUPYTERLAB_SETTINGS_DIR: path.join(jupyter, 'settings'),
      JUPYTERLAB_WORKSPACES_DIR: path.join(jupyter, 'workspaces'),
      GLASSY_REPORT: path.join(folder, 'report'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The address that `npm run lab` prints. */
function addressOf(lab: ChildProcess): Promise<URL> {
  let log = '';
  return new Promise((resolve, reject) => {
    const take = (text: Buffer): void => {
      log += text.toString();
      const found = /JupyterLab: (http:\S+)/.exec(log);
      if (found) resolve(new URL(found[1]));
    };
    lab.stdout?.on('data', take);
    lab.stderr?.on('data', take);
    lab.once('error', reject);
    lab.once('close', (code) => reject(new Error(`npm run lab ended with ${code}:\n${log}`)));
  });
}

/** What Ctrl-C does in a terminal: the signal goes to the whole group. */
async function endLab(lab: ChildProcess): Promise<void> {
  if (lab.exitCode !== null || lab.signalCode !== null || lab.pid === undefined) return;
  const closed = new Promise((resolve) => lab.once('close', resolve));
  process.kill(-lab.pid, 'SIGINT');
  await closed;
}

/** Processes whose command line names this folder. */
function processesOf(folder: string): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(folder));
}
