import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeExplorer } from './lib/explorer.mjs';
import { brokenLinks } from './lib/links.mjs';
import { attach } from './lib/processes.mjs';
import { inProject, SetupError } from './lib/project.mjs';
import { setupSteps } from './lib/setup.mjs';
import { writePages, writeReference } from './lib/site.mjs';
import { runMain, takeStep } from './lib/steps.mjs';
import { buildWasm } from './wasm.mjs';

// One folder for any static host, or to be opened as files: README, stored notebooks, reference and explorer.
await runMain(async () => {
  const site = inProject('site');
  for (const step of setupSteps(['packages', 'python'])) await takeStep(step);
  const code = await attach(process.execPath, ['scripts/docs.mjs'], { cwd: inProject() });
  if (code !== 0) return code;
  fs.rmSync(site, { recursive: true, force: true });
  /** @param {string} name @param {() => void | Promise<void>} perform */
  const step = (name, perform) => takeStep({ name, isDone: () => false, perform });
  await step('reference', () => writeReference(inProject('docs', 'api'), site));
  await step('pages', () => writePages(site));
  buildWasm();
  await step('explorer', () => writeExplorer(path.join(site, 'explorer')));
  const broken = brokenLinks(site);
  if (broken.length) throw new SetupError(`Links to nowhere:\n${broken.join('\n')}`);
  console.log(`Open ${path.join(site, 'index.html')}`);
});
