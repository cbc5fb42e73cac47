import * as fs from 'node:fs';
import { attach } from './lib/processes.mjs';
import { inProject, SetupError } from './lib/project.mjs';
import { setupSteps } from './lib/setup.mjs';
import { runMain, takeStep } from './lib/steps.mjs';
import { summarize } from './lib/testSummary.mjs';

const RESULTS = inProject('.cache', 'test-results.json');

await runMain(async () => {
  for (const step of setupSteps(['packages', 'python', 'tensorflow', 'build'])) await takeStep(step);
  fs.rmSync(RESULTS, { force: true });
  const code = await attach(
    process.execPath,
    [
      inProject('node_modules', 'vitest', 'vitest.mjs'),
      ...['run', '--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}`],
      ...process.argv.slice(2),
    ],
    { cwd: inProject(), env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' } },
  );
  if (!fs.existsSync(RESULTS)) throw new SetupError(`vitest left no results (it ended with ${code}).`);
  const { failed, skipped, line } = summarize(JSON.parse(fs.readFileSync(RESULTS, 'utf8')));
  if (skipped) console.log(`(${skipped} skipped)`);
  console.log(line);
  return code || (failed ? 1 : 0);
});
