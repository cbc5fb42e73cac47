/** Node's own modules, for what reads files and starts threads: nothing else here needs more than a browser has. */
import { InputError } from './errors';

/** A built-in module; where there is no Node, one whose use ends in an error that says so. */
function builtIn<T extends object>(name: string): T {
  const get = (): never => {
    throw new InputError(
      `node:${name}`,
      'a platform without it',
      'Node; elsewhere texts and bytes are parsed, not files',
    );
  };
  return (globalThis.process?.getBuiltinModule?.(name) ?? new Proxy({}, { get })) as T;
}

export const childProcess: typeof import('node:child_process') = builtIn('child_process');
export const crypto: typeof import('node:crypto') = builtIn('crypto');
export const fs: typeof import('node:fs') = builtIn('fs');
export const os: typeof import('node:os') = builtIn('os');
export const path: typeof import('node:path') = builtIn('path');
export const util: typeof import('node:util') = builtIn('util');
export const zlib: typeof import('node:zlib') = builtIn('zlib');
export const environment: Record<string, string | undefined> = globalThis.process?.env ?? {};

/** `require`, unseen by bundlers: what a browser cannot run does not end up there. */
export function nodeRequire(): NodeJS.Require {
  return builtIn<typeof import('node:module')>('module').createRequire(__filename);
}

/** Where a file of this package lies, whatever the working directory. */
export function packagePath(...parts: string[]): string {
  return path.resolve(__dirname, '..', '..', ...parts);
}
