import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** The project's folder. */
export const ROOT: string = path.join(__dirname, '..', '..');
/** What npm links as glassy-motifs. */
export const COMMAND: string = path.join(ROOT, 'bin', 'glassy-motifs.js');

/** Builds the library unless what is built is newer than every source. */
export function buildIfStale(): void {
  const main = path.join(ROOT, 'dist', 'cli', 'main.js');
  const newest = Math.max(
    ...fs
      .readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => fs.statSync(path.join(ROOT, 'src', name)).mtimeMs),
  );
  if (fs.existsSync(main) && fs.statSync(main).mtimeMs > newest) return;
  execFileSync(process.execPath, [path.join(ROOT, 'scripts', 'build.mjs')], { cwd: ROOT, stdio: 'inherit' });
}

/** A new empty folder. */
export function temporaryFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'glassy-motifs-'));
}

/** Runs glassy-motifs as a process of its own, its output piped; by this Node or another. */
export function glassy(
  folder: string,
  args: string[],
  input?: string,
  node: string = process.execPath,
): SpawnSyncReturns<string> {
  return spawnSync(node, [COMMAND, ...args], { cwd: folder, encoding: 'utf8', input });
}

/** Runs a shell command in a folder that is a file system of 64 KiB. */
export function inTmpfs(folder: string, command: string): SpawnSyncReturns<string> {
  const mount = `mount -t tmpfs -o size=64k none ${folder} && cd ${folder} && ${command}`;
  return spawnSync('unshare', ['-rm', 'sh', '-c', mount], { encoding: 'utf8' });
}
/** Whether the system lets one do that. */
export const canMount: boolean = inTmpfs(os.tmpdir(), 'true').status === 0;
