import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vm from 'node:vm';
import { type Browser, chromium } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Glassy from '../../src/browser';
import { buildIfStale, ROOT } from '../cli/process';
import { FLAGS, findChromium } from './chromium';

const executablePath = findChromium();
const ENTRY = path.join(ROOT, 'dist', 'browser.js');
const textOf = (...parts: string[]): string => fs.readFileSync(path.join(ROOT, 'data', ...parts), 'utf8');

const INPUT = {
  vae: textOf('models', 'vae-none.json'),
  denoiser: textOf('models', 'cells.json'),
  cell: textOf('a-si', 'a-si-512-01.extxyz'),
};

/** The entry as one script that sets the global `glassy`, and what the bundler said. */
async function bundled(): Promise<{ code: string; imports: string[]; said: string[] }> {
  const said: string[] = [];
  const onLog = (_: string, { message }: { message: string }): void => void said.push(message);
  const bundle = await rolldown({ input: ENTRY, platform: 'browser', onLog });
  const { output } = await bundle.generate({ format: 'iife', name: 'glassy', codeSplitting: false });
  const { code, fileName, imports, dynamicImports } = output[0];
  // What is imported late is in the same file.
  return { code, imports: [...imports, ...dynamicImports].filter((name) => name !== fileName), said };
}

/** Missing atoms of a motif and of a cell, found by the global `glassy`. */
async function infilled({ vae, denoiser, cell }: Record<'vae' | 'denoiser' | 'cell', string>): Promise<number[][]> {
  const glass = (globalThis as unknown as { glassy: typeof Glassy }).glassy;
  const model = glass.Vae.parse(vae);
  const [structure] = glass.parseStructures(cell);
  const motifs = glass.extractEnvironments([structure], { cutoff: 4, count: 8 });
  const known = [0, 1, 2, 3, 4, 5];
  const positions = motifs.positions.subarray(0, 18);
  const solutions = glass.infill(model, { positions, known }, { restarts: 4 });
  const kept = [...structure.species.keys()].filter((i) => i !== 7 && i !== 8);
  const holed = {
    ...structure,
    species: kept.map((i) => structure.species[i]),
    positions: Float64Array.from(kept.flatMap((i) => Array.from(structure.positions.subarray(3 * i, 3 * i + 3)))),
    arrays: {},
  };
  const options = { samples: 2, steps: 12 };
  const answers = await glass.infillStructure(glass.Denoiser.parse(denoiser), holed, { missing: 2 }, options);
  return [...solutions.map((one) => Array.from(one.positions)), ...answers.map(({ placed }) => Array.from(placed))];
}

describe('the entry for browsers', () => {
  let bundle: Awaited<ReturnType<typeof bundled>>;
  let browser: Browser | undefined;

  beforeAll(async () => {
    buildIfStale();
    bundle = await bundled();
    browser = executablePath ? await chromium.launch({ executablePath, args: FLAGS }) : undefined;
  }, 120_000);
  afterAll(() => browser?.close());

  it('bundles with nothing left to resolve', () => {
    expect(bundle.said).toEqual([]);
    expect(bundle.imports).toEqual([]);
  });

  const inNode = (): Promise<number[][]> => {
    Object.assign(globalThis, { glassy: require(ENTRY) });
    return infilled(INPUT);
  };

  it("finds the same atoms to the last digit without anything of Node's", async () => {
    const context = vm.createContext({ atob, btoa, MessageChannel, performance, TextDecoder, TextEncoder });
    vm.runInContext(bundle.code, context);
    const made = await vm.runInContext(`(${infilled})(${JSON.stringify(INPUT)}).then(JSON.stringify)`, context);
    expect(JSON.parse(made)).toEqual(await inNode());
  });

  it('finds the same atoms in a browser, and says what a file needs', async ({ skip }) => {
    if (!browser) return skip('no Chromium is installed');
    const expected = await inNode();
    const page = await browser.newPage();
    await page.addScriptTag({ content: bundle.code });
    const found = (await page.evaluate(infilled, INPUT)).flat();
    expect(expected.length).toBeGreaterThan(2);
    expect(found).toHaveLength(expected.flat().length);
    // Versions of V8 differ in the last digit of exponentials and logarithms.
    const apart = expected.flat().map((x, k) => Math.abs(x - found[k]));
    expect(Math.max(...apart)).toBeLessThan(1e-9);
    const refused = "try { glassy.Vae.load('model.json'); } catch (error) { String(error); }";
    expect(await page.evaluate(refused)).toMatch(/^InputError: node:fs: found a platform without it/);
    await page.close();
  });
});
