import * as fs from 'node:fs';
import * as path from 'node:path';
import { attach } from './lib/processes.mjs';
import { filesUnder, inProject, SetupError } from './lib/project.mjs';
import { setupSteps } from './lib/setup.mjs';
import { runMain, takeStep } from './lib/steps.mjs';

/** Has packages of its own, so that nobody who does not write the reference installs TypeDoc and its TypeScript. */
const TOOLS = inProject('docs', 'reference');
const OUT = inProject('docs', 'api');

/** What the pages name by a relative link and is not there. @returns {string[]} */
function brokenLinks() {
  const pages = filesUnder(OUT, (file) => file.endsWith('.html') && !file.startsWith(path.join(OUT, 'sources')));
  const broken = pages.flatMap((page) =>
    Array.from(fs.readFileSync(page, 'utf8').matchAll(/href="(?!https?:|#|data:)([^"#]+)/g), ([, target]) => target)
      .filter((target) => !fs.existsSync(path.resolve(path.dirname(page), target)))
      .map((target) => `${path.relative(OUT, page)}: ${target}`),
  );
  return [...new Set(broken)];
}

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
  const broken = brokenLinks();
  if (broken.length) throw new SetupError(`Links to nowhere:\n${broken.join('\n')}`);
  console.log(`Open ${path.join(OUT, 'index.html')}`);
});
