import { jupyterEnvironment } from './lib/execution.mjs';
import { exposingOption, mergeOptions } from './lib/lab.mjs';
import { start } from './lib/processes.mjs';
import { inProject, SetupError } from './lib/project.mjs';
import { venvPython } from './lib/python.mjs';
import { setupSteps } from './lib/setup.mjs';
import { runMain, takeStep } from './lib/steps.mjs';

const USAGE = `npm run lab -- [options of jupyter lab]

Opens JupyterLab on the notebooks folder, for this machine only. Useful options: --no-browser, --port 8890.`;

/**
 * Starts the server in a process group of its own, so that Ctrl-C reaches this script and not Jupyter's question.
 * @param {string[]} given
 */
function startLab(given) {
  const ours = [
    '--ServerApp.ip=127.0.0.1',
    `--ServerApp.root_dir=${inProject()}`,
    `--FileContentsManager.preferred_dir=${inProject('notebooks')}`,
    '--LabApp.default_url=/lab/tree/notebooks',
    '--MappingKernelManager.default_kernel_name=glassy-motifs',
    '--log-level=WARN',
    // In a container the user is root, and Jupyter declines to run without this.
    ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
  ];
  return start(venvPython('.venv'), ['-m', 'jupyterlab', ...mergeOptions(ours, given)], {
    cwd: inProject('notebooks'),
    env: jupyterEnvironment(),
    stdio: ['ignore', 'inherit', 'pipe'],
  });
}

await runMain(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  const open = exposingOption(args);
  if (open) throw new SetupError(`${open}: this server stays on this machine and behind its token.`);
  for (const step of setupSteps(['packages', 'python', 'tensorflow', 'build'])) await takeStep(step);
  const lab = startLab(args);
  let shown = false;
  lab.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    const url = /http:\/\/(?:127\.0\.0\.1|localhost):\d+\/\S*token=\w+/.exec(text)?.[0];
    if (url && !shown) {
      shown = true;
      console.log(`\nJupyterLab: ${url}\nKernel: TypeScript (glassy-motifs). Ctrl-C ends it.\n`);
    } else if (!url) process.stderr.write(text);
  });
  return await new Promise((resolve) => lab.once('close', (code) => resolve(code ?? 0)));
});
