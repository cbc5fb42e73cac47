import * as fs from 'node:fs';
import * as path from 'node:path';
import { brokenLinks } from './lib/links.mjs';
import { attach } from './lib/processes.mjs';
import { inProject, SetupError } from './lib/project.mjs';
import { setupSteps } from './lib/setup.mjs';
import { runMain, takeStep } from './lib/steps.mjs';

/** Has packages of its own, so that nobody who does not write the reference installs TypeDoc and its TypeScript. */
const TOOLS = inProject('docs', 'reference');
const OUT = inProject('docs', 'api');

await runMain(async () => {
  for (const step of setupSteps(['packages'])) await takeStep(step);
  const wanted = fs.readFileSync(path.join(TOOLS, 'package-lock.json'), 'utf8');
  const stamp = path.join(TOOLS, 'node_modules', '.lock.json');
  if (!fs.existsSync(stamp) || fs.readFileSync(stamp, 'utf8') !== wanted) {
    const options = { cwd: TOOLS, shell: process.platform === 'win32' };
    if (await attach('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], options))
      throw new SetupError('npm ci failed in docs/reference.');
    fs.writeFileSync(stamp, wanted);
  }
  const code = await attach(process.execPath, ['node_modules/typedoc/bin/typedoc'], { cwd: TOOLS });
  if (code !== 0) return code;
  const broken = brokenLinks(OUT);
  if (broken.length) throw new SetupError(`Links to nowhere:\n${broken.join('\n')}`);
  console.log(`Open ${path.join(OUT, 'index.html')}`);
});
