import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, temporaryFolder } from '../cli/process';
import { FLAGS, findChromium } from './chromium';

const executablePath = findChromium();
const python = path.join(ROOT, '.venv', 'bin', 'python');
const RENDER = `
import sys, nbformat
from pathlib import Path
sys.path.insert(0, "jupyter")
import execute
source = Path(sys.argv[1])
Path(sys.argv[2]).write_text(execute.render(nbformat.read(source, 4), source))
`;

describe.skipIf(!executablePath || !fs.existsSync(python))('pages of the report', () => {
  const folder = temporaryFolder();
  const pages = ['07-interpolation', '08-infilling'];
  let browser: Browser;

  beforeAll(async () => {
    const env = { ...process.env, JUPYTER_PATH: path.join(ROOT, 'jupyter') };
    for (const name of pages) {
      const files = [path.join(ROOT, 'notebooks', `${name}.ipynb`), path.join(folder, `${name}.html`)];
      execFileSync(python, ['-c', RENDER, ...files], { cwd: ROOT, env });
    }
    browser = await chromium.launch({ executablePath, args: FLAGS });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    fs.rmSync(folder, { recursive: true });
  });

  it.each(pages)('%s fits a narrow window, and is dark where that is preferred', async (name) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport: { width: 360, height: 800 }, colorScheme });
      await page.goto(pathToFileURL(path.join(folder, `${name}.html`)).href);
      const [width, ...colors] = (await page.evaluate(`[
        document.scrollingElement.scrollWidth,
        getComputedStyle(document.body).backgroundColor,
        getComputedStyle(document.querySelector('p')).color,
        getComputedStyle(document.querySelector('.jp-OutputArea svg, .jp-OutputArea img')).backgroundColor,
      ]`)) as [number, string, string, string];
      expect(width).toBeLessThanOrEqual(360);
      const [ground, text] = colors.slice(0, 2).map((color) => Number(/\d+/.exec(color)?.[0]));
      expect(colorScheme === 'dark' ? text - ground : ground - text).toBeGreaterThan(140);
      // Figures are drawn for white.
      if (colorScheme === 'dark') expect(colors[2]).toBe('rgb(255, 255, 255)');
      await page.close();
    }
  });
});
