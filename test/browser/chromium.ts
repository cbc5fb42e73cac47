import * as fs from 'node:fs';
import * as path from 'node:path';

export const FLAGS: string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium, where it is installed. */
export function findChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const places = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  const usual = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
  return [process.env.CHROMIUM ?? '', ...places, ...usual].find((file) => file !== '' && fs.existsSync(file));
}
