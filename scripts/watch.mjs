import { createRequire } from 'node:module';
import { inProject } from './lib/project.mjs';
import { setupSteps } from './lib/setup.mjs';
import { runMain, takeStep } from './lib/steps.mjs';

await runMain(async () => {
  for (const step of setupSteps(['packages', 'build'])) await takeStep(step);
  const nodemon = createRequire(inProject('package.json'))('nodemon');
  const monitor = nodemon({
    cwd: inProject(),
    script: inProject('scripts', 'build.mjs'),
    watch: [inProject('src')],
    ext: 'ts,json,wasm',
    delay: 200,
    stdin: false,
  });
  console.log('Watching src/ (Ctrl-C ends it).');
  monitor.on('restart', (/** @type {string[]} */ files) => console.log(`\nChanged: ${files.join(', ')}`));
  monitor.on('exit', () => console.log('dist/ rebuilt. Restart the kernel to use it (in JupyterLab: press 0 twice).'));
  monitor.on('crash', () => console.log('Not rebuilt: see the errors above. Waiting for the next change.'));
  await new Promise((resolve) => monitor.on('quit', resolve));
  process.exit(0);
});
