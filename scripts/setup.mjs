import { setupSteps } from './lib/setup.mjs';
import { runMain, takeStep } from './lib/steps.mjs';

await runMain(async () => {
  const retry = process.argv.includes('--retry');
  for (const step of setupSteps(['packages', 'python', 'tensorflow', 'build'], { retry })) await takeStep(step);
});
