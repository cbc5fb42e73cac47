import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeExplorer } from '../../scripts/lib/explorer.mjs';
import { inProject } from '../../scripts/lib/project.mjs';
import { Denoiser, generateCells, infillSites } from '../../src/diffusion';
import { decodeMotifs, parseStructures, Vae } from '../../src/index';
import { withoutAtoms } from '../../src/structures';
import { FLAGS, findChromium } from './chromium';

const executablePath = findChromium();
vi.setConfig({ hookTimeout: 120_000 });
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'explorer-'));
const textOf = (/** @type {string[]} */ ...parts) => fs.readFileSync(inProject('data', ...parts), 'utf8');

/** What comes in a while, on a busy machine too. @param {() => Promise<unknown>} read */
const soon = (read) => expect.poll(read, { timeout: 60_000 });

/** Diamond in a conventional cell, 5.43 Å. */
const POSCAR = `silicon
5.43
1 0 0
0 1 0
0 0 1
Si
8
Direct
0 0 0
0 .5 .5
.5 0 .5
.5 .5 0
.25 .25 .25
.25 .75 .75
.75 .25 .75
.75 .75 .25
`;

// Said here, for a suite that is skipped shows no reason: without Chromium nothing of this is tested.
describe.skipIf(!executablePath)('the explorer, opened as a file (needs Chromium)', () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let page;
  /** @type {string[]} */
  let asked;

  beforeAll(async () => {
    await writeExplorer(folder);
    browser = await chromium.launch({ executablePath, args: FLAGS });
  });
  afterAll(async () => {
    await browser?.close();
    fs.rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    asked = [];
    page = await browser.newPage({ viewport: { width: 360, height: 700 } });
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => asked.push(String(error)));
    await page.goto(pathToFileURL(path.join(folder, 'index.html')).href);
  });
  afterEach(async () => {
    expect(asked.filter((url) => !/^(?:file|blob):/.test(url))).toEqual([]);
    await page?.close();
  });

  /** The structure that a button downloads. @param {string} button */
  async function downloaded(button) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
    return parseStructures(fs.readFileSync(await download.path()))[0];
  }

  /** @param {string} id */
  const picture = (id) => page.evaluate(`document.getElementById('${id}').toDataURL()`);
  const rows = (/** @type {string} */ table) => page.locator(`${table} tr:has(td)`);

  it('shows the motif that Node decodes, and follows its sliders', async () => {
    await soon(() => page.locator('#motif-sliders input').count()).toBe(21);
    await page.waitForTimeout(300);
    const vae = Vae.parse(textOf('models', 'matched.json'));
    const { positions } = decodeMotifs(vae, vae.prior?.mean ?? []);
    const first = await downloaded('#motif-save');
    expect(first.positions).toEqual(Float64Array.of(0, 0, 0, ...positions));
    await page.locator('#motif-sliders input').first().press('ArrowRight');
    await soon(() => page.textContent('#motif-time')).toMatch(/ ms$/);
    expect((await downloaded('#motif-save')).positions).not.toEqual(first.positions);
  });

  it('goes from one motif to another', async () => {
    await page.selectOption('#motif-model', 'talk');
    await soon(() => page.locator('#motif-sliders input').count()).toBe(8);
    await page.click('#motif-cut');
    await page.click('#motif-a');
    await page.click('#motif-draw');
    await page.waitForTimeout(300);
    await page.click('#motif-b');
    await soon(() => page.isEnabled('#motif-way')).toBe(true);
    await page.waitForTimeout(300);
    const before = await downloaded('#motif-save');
    await page.locator('#motif-way').press('End');
    const after = await downloaded('#motif-save');
    expect(after.positions).not.toEqual(before.positions);
  });

  it('completes a motif, the alternatives in order', async () => {
    await page.selectOption('#motif-model', 'talk');
    await soon(() => page.locator('#motif-sliders input').count()).toBe(8);
    for (const k of [0, 2, 5, 7]) await page.check(`#motif-out-${k}`);
    await page.click('#motif-fill');
    await soon(() => rows('#motif-answers').count()).toBeGreaterThan(1);
    const misfits = (await rows('#motif-answers').locator('td:nth-child(2)').allTextContents()).map(Number);
    expect(misfits).toEqual([...misfits].sort((a, b) => a - b));
  });

  // Versions of V8 differ in the last digit of exponentials and logarithms.
  const farthest = (/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) =>
    Math.max(...a.map((x, k) => Math.abs(x - b[k])));

  it.each([
    ['silicon', 'cells', textOf('a-si', 'a-si-512-01.extxyz'), [7]],
    ['silica, two holes', 'sio2', textOf('generated', 'sio2-600.extxyz'), [3, 100]],
  ])('puts back what was taken out of a cell as Node does: %s', async (name, model, text, out) => {
    await page.click('#tab-cell');
    await page.selectOption('#cell-example', name.split(',')[0]);
    const [cell] = parseStructures(text);
    await soon(() => page.textContent('#cell-name')).toContain(` ${cell.species.filter((s) => s === 'Si').length} Si`);
    await page.fill('#cell-out', out.join());
    await page.press('#cell-out', 'Enter');
    await page.fill('#cell-samples', '1');
    await page.click('#cell-fill');
    await soon(() => rows('#cell-answers').count()).toBe(1);
    const filled = await downloaded('#cell-save');
    const denoiser = Denoiser.parse(textOf('models', `${model}.json`));
    const sites = out.map((i) => {
      const region = { center: Array.from(cell.positions.subarray(3 * i, 3 * i + 3)), radius: 1.5 };
      return { missing: { [cell.species[i]]: 1 }, region };
    });
    const options = { samples: 1, seed: 0, relax: false };
    const found = await infillSites(denoiser, withoutAtoms(cell, out), sites, options);
    denoiser.dispose();
    const placed = Float64Array.from(found.flatMap(([answer]) => Array.from(answer.placed)));
    expect(filled.species.slice(-out.length)).toEqual(out.map((i) => cell.species[i]));
    expect(farthest(placed, filled.positions.subarray(-placed.length))).toBeLessThan(1e-9);
  });

  it("opens one's own file, and says what it cannot read", async () => {
    await page.click('#tab-cell');
    await soon(() => page.textContent('#cell-name')).toContain('512 Si');
    await page.setInputFiles('#cell-file', { name: 'POSCAR', mimeType: 'text/plain', buffer: Buffer.from(POSCAR) });
    await soon(() => page.textContent('#cell-name')).toBe('POSCAR: 8 Si, 100 % with 4 bonds');
    const carbon = { name: 'POSCAR', mimeType: 'text/plain', buffer: Buffer.from(POSCAR.replace('\nSi\n', '\nC\n')) };
    await page.setInputFiles('#cell-file', carbon);
    await expect
      .poll(() => page.textContent('#error'))
      .toBe('structure: found atoms of C, expected silicon, or silicon and oxygen');
  });

  it('makes the cell from noise that Node makes', async () => {
    await page.click('#tab-new');
    await page.fill('#new-atoms', '16');
    await page.fill('#new-steps', '10');
    await page.click('#new-start');
    await soon(() => page.textContent('#new-time')).toMatch(/^[\d.]+ s; 16 Si, \d+ %/);
    const made = await downloaded('#new-save');
    const denoiser = Denoiser.parse(textOf('models', 'cells.json'));
    const options = { atoms: 16, density: 2.23, steps: 10, seed: 1, composition: { Si: 1 } };
    const [cell] = await generateCells(denoiser, options);
    denoiser.dispose();
    expect(made.species).toEqual(Array(16).fill('Si'));
    expect(farthest(cell.positions, made.positions)).toBeLessThan(1e-6);
  });

  it('fits a narrow window, and obeys the keyboard', async () => {
    for (const tab of ['#tab-motif', '#tab-cell', '#tab-new']) {
      await page.click(tab);
      expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBeLessThanOrEqual(360);
    }
    await page.focus('#tab-new');
    await page.keyboard.press('ArrowRight');
    expect(await page.getAttribute('#tab-motif', 'aria-selected')).toBe('true');
    await page.waitForTimeout(300);
    const before = await picture('motif-view');
    await page.focus('#motif-view');
    await page.keyboard.press('ArrowLeft');
    await soon(() => picture('motif-view')).not.toBe(before);
  });
});
