import { createRequire } from 'node:module';

/** What one call of the kernel's display channel was given. */
export interface Sent {
  data: Record<string, unknown>;
  metadata: Record<string, Record<string, unknown>>;
  transient: { display_id?: string };
  update: boolean;
}

/** Runs `work` with a kernel's display channel in place, and gives what was sent through it. */
export async function inFakeKernel(work: () => void | Promise<void>): Promise<Sent[]> {
  const cache = createRequire(__filename).cache;
  const sent: Sent[] = [];
  const file = '/elsewhere/tslab/dist/jupyter.js';
  const lastWriteDisplayData = (message: Omit<Sent, 'update'>, update: boolean): void =>
    void sent.push({ ...message, update });
  cache[file] = { exports: { lastWriteDisplayData } } as unknown as NodeJS.Module;
  try {
    await work();
  } finally {
    delete cache[file];
  }
  return sent;
}

/** Runs `work` and gives what it wrote to stdout and stderr. */
export async function captureOutput(work: () => void | Promise<void>): Promise<{ stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const streams = ['stdout', 'stderr'] as const;
  const originals = streams.map((name) => process[name].write);
  for (const name of streams) {
    process[name].write = ((text: string) => {
      written[name] += text;
      return true;
    }) as typeof process.stdout.write;
  }
  try {
    await work();
  } finally {
    streams.forEach((name, k) => {
      process[name].write = originals[k];
    });
  }
  return written;
}
