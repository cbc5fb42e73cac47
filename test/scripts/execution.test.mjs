import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { JSDOM, VirtualConsole } from 'jsdom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executionEnvironment, jupyterEnvironment, runNotebook } from '../../scripts/lib/execution.mjs';
import { notebookProblems, readNotebook } from '../../scripts/lib/notebooks.mjs';
import { run } from '../../scripts/lib/processes.mjs';
import { inProject } from '../../scripts/lib/project.mjs';
import { venvPython } from '../../scripts/lib/python.mjs';

const isSetUp = fs.existsSync(venvPython('.venv')) && fs.existsSync(inProject('dist', 'index.js'));

/** A cell's name that would run as script, in text, between quotes and in a script, and break a table. */
const NAME = `<img src=x onerror="hacked=1"><script>hacked=1</script></td>"'><svg onload='hacked=1'>|\`$x$`;

// Notebooks that say what becomes of them: one shows a figure, one has a type error, one's kernel dies.
const CELLS = {
  figure: [
    "import * as notebook from 'glassy-motifs/notebook';\nconst words: string = 'two cells';",
    "console.log(words);\nawait notebook.show(notebook.curvesFigure([{ name: 'a', x: [0, 1], y: [0, 1] }]), { caption: '' });",
  ],
  mistake: ['const a = 1;', 'const b: string = a;', "console.log('never')"],
  crowded: ['// no folder to write to'],
  hostile: [
    `import * as glass from 'glassy-motifs';
import * as notebook from 'glassy-motifs/notebook';
const [cell] = glass.readCells(String(process.env.GLASSY_REPORT) + '/hostile.extxyz');
const name = String(cell.info.name);
console.log(name);`,
    `notebook.showTable([{ cell: name, [name]: 1 }], { caption: name });
notebook.reportTable('hostile', [{ cell: name, [name]: 1 }], { caption: name });`,
    `const curve = [{ name: name, x: [0, 1], y: [0, 1] }];
await notebook.show(notebook.curvesFigure(curve, { xLabel: name }), { caption: name });
await notebook.show(notebook.cellRowFigure([{ structure: cell, title: name }], { bonds: 2.6 }), { caption: name });`,
    `const bar = notebook.progress(name, 1);
bar.finish(name);
const live = notebook.liveCurve({ names: [name], xLabel: name, yLabel: name });
live.push(1, [2]);
live.finish(name);`,
    'throw new Error(name);',
  ],
  death: ["process.stderr.write = process.stdout.write;\nprocess.kill(process.pid, 'SIGKILL');"],
};

describe.skipIf(!isSetUp)('runNotebook', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'executor-'));
  const env = executionEnvironment({ report: folder, cells: null, store: false, force: true });
  const names = /** @type {(keyof typeof CELLS)[]} */ (Object.keys(CELLS));
  /** @type {Record<string, { code: number, said: string, cells: string[] }>} */
  const done = {};
  // Among the project's, where cells find the library; hidden from everything else.
  const source = (/** @type {string} */ name) => inProject('notebooks', `.executor-${process.pid}-${name}.ipynb`);
  const executed = (/** @type {string} */ name) => readNotebook(path.join(folder, `${name}.out.ipynb`));

  beforeAll(async () => {
    const header = `Lattice="9 0 0 0 9 0 0 0 9" Properties=species:S:1:pos:R:3 pbc="T T T" name=${JSON.stringify(NAME)}`;
    fs.writeFileSync(path.join(folder, 'hostile.extxyz'), `2\n${header}\nSi 0 0 0\nSi 0 0 2.4\n`);
    const execute = async (/** @type {keyof typeof CELLS} */ name) => {
      const at = (/** @type {string} */ ending) => path.join(folder, `${name}.${ending}`);
      const cells = CELLS[name].map((source, k) => {
        return { cell_type: 'code', id: `c${k}`, execution_count: null, metadata: {}, outputs: [], source };
      });
      const words = '# A <title>\n\nWords.\n\n## Second part';
      const first = { cell_type: 'markdown', id: 'words', metadata: {}, source: words };
      fs.writeFileSync(
        source(name),
        JSON.stringify({ cells: [first, ...cells], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
      );
      /** @type {string[]} */
      const begun = [];
      const target = name === 'crowded' ? path.join(source(name), 'below.ipynb') : at('out.ipynb');
      const job = { source: source(name), target, page: at('html') };
      done[name] = { ...(await runNotebook(job, env, (text) => begun.push(text))), cells: begun };
    };
    await Promise.all(names.map(execute));
  }, 180_000);
  afterAll(() => {
    for (const name of names) fs.rmSync(source(name), { force: true });
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('executes a notebook, says which cell begins, and writes it and its page', () => {
    expect(done.figure).toEqual({ code: 0, said: '', cells: ['cell 1 of 2', 'cell 2 of 2'] });
    const outputs = executed('figure').cells[2].outputs ?? [];
    expect(outputs[0].text).toEqual(['two cells\n']);
    expect(outputs[1].data?.['image/png']).toMatch(/^iVBOR/);
    expect(
      executed('figure')
        .cells.slice(1)
        .map(({ execution_count: count }) => count),
    ).toEqual([1, 2]);
    const page = new JSDOM(fs.readFileSync(path.join(folder, 'figure.html'), 'utf8')).window.document;
    expect(page.title).toBe('A <title>');
    expect([...page.querySelectorAll('.report-contents a')].map((link) => link.getAttribute('href'))).toEqual([
      '#Second-part',
    ]);
    expect(page.getElementById('Second-part')?.textContent).toContain('Second part');
    expect(
      [...page.querySelectorAll('details')].every((code) => !code.open && code.textContent.includes('notebook')),
    ).toBe(true);
    expect(page.querySelector('main')?.textContent).toContain('two cells');
    expect(page.querySelector('.report-links a')?.getAttribute('href')).toBe('index.html');
    expect(page.querySelectorAll('script[src^="http"], link[href^="http"]')).toHaveLength(0);
  });

  it('tells of a type error in one while others go on', () => {
    expect(done.mistake).toMatchObject({
      code: 1,
      said: expect.stringContaining('a cell failed'),
      cells: ['cell 1 of 3', 'cell 2 of 3'],
    });
    const [problem, ...others] = notebookProblems(executed('mistake'));
    expect(problem).toMatchObject({ cell: 2, text: expect.stringContaining("'number' is not assignable") });
    expect(others).toEqual([]);
  });

  it('shows what is in the name of a cell as text in every output, page and table', () => {
    expect(done.hostile).toMatchObject({ code: 1, said: 'a cell failed' });
    const [problem] = notebookProblems(executed('hostile'));
    expect(problem).toMatchObject({ cell: 5, text: expect.stringContaining(NAME) });
    const pages = [path.join(folder, 'hostile.html'), path.join(folder, 'tables', 'hostile.html')];
    for (const page of pages) {
      const { window } = new JSDOM(fs.readFileSync(page, 'utf8'), {
        ...{ runScripts: 'dangerously', virtualConsole: new VirtualConsole() },
      });
      const { document } = window;
      expect('hacked' in window, page).toBe(false);
      expect(
        [...document.querySelectorAll('img[src=x], [onerror], svg[onload]')].map((found) => found.outerHTML),
      ).toEqual([]);
      expect(document.body.textContent).toContain(NAME);
      expect(document.querySelectorAll('td')).toHaveLength(2 * (page === pages[0] ? 2 : 1));
    }
  });

  it('tells in one line of what it could not write', () => {
    expect(done.crowded.code).toBe(3);
    expect(done.crowded.said).toMatch(/^\S+below\.ipynb\S* cannot be written: Not a directory$/);
  });

  it('tells of a kernel that died', () => {
    expect(done.death).toMatchObject({ code: 1, said: expect.stringContaining('the kernel died') });
  });
});

describe.skipIf(!isSetUp)('the page of a chapter', () => {
  it('leads to the chapters beside it, and marks the text where it was run on other cells', {
    timeout: 120_000,
  }, async () => {
    const script = [
      `import sys; sys.path.insert(0, ${JSON.stringify(inProject('jupyter'))})`,
      'import execute, nbformat, pathlib',
      `source = pathlib.Path(${JSON.stringify(inProject('notebooks', '02-gram-normalization.ipynb'))})`,
      'print(execute.render(nbformat.read(source, as_version=4), source))',
    ];
    const env = jupyterEnvironment({ GLASSY_CELLS: '/elsewhere/my<b>.xyz' });
    const { stdout } = await run(venvPython('.venv'), ['-c', script.join('\n')], { env });
    const page = new JSDOM(stdout).window.document;
    const link = (/** @type {string} */ rel) => page.querySelector(`nav a[rel=${rel}]`);
    expect(link('prev')?.getAttribute('href')).toBe('01-environments.html');
    expect(link('next')?.textContent).toMatch(/^3\. Training.* →$/);
    expect(page.querySelector('.report-note')?.textContent).toContain('my<b>.xyz');
    const texts = [...page.querySelectorAll('.jp-MarkdownCell')];
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.every((text) => text.closest('.report-shipped'))).toBe(true);
  });
});
