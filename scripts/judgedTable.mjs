import * as fs from 'node:fs';
import { judgedTable, withTable } from './lib/judgedTable.mjs';
import { readNotebook } from './lib/notebooks.mjs';
import { inProject } from './lib/project.mjs';
import { runMain } from './lib/steps.mjs';

/** Copies the table stored in notebook 0 into docs/judgement.md. */
await runMain(async () => {
  const file = inProject('docs', 'judgement.md');
  const table = judgedTable(readNotebook(inProject('notebooks', '00-the-talk.ipynb')));
  fs.writeFileSync(file, withTable(fs.readFileSync(file, 'utf8'), table));
  return 0;
});
