import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** An empty folder in which the tests of a file find models, removed after them. */
export function modelFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'models-'));
  const before = process.env.GLASSY_MODELS;
  beforeAll(() => {
    process.env.GLASSY_MODELS = folder;
  });
  afterAll(() => {
    fs.rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env.GLASSY_MODELS;
    else process.env.GLASSY_MODELS = before;
  });
  return folder;
}
