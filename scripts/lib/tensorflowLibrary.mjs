import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from './processes.mjs';
import { cacheFolder, inProject, readStamp, SetupError, writeStamp } from './project.mjs';
import { findPythons, venvPython } from './python.mjs';

/**
 * @typedef {object} Wheel a Python package that contains TensorFlow's C library
 * @property {string} name
 * @property {string} version
 * @property {string} sha256 of the wheel file, which pip verifies
 * @property {string[]} pip options that choose this file on any Python
 * @property {string[]} libraries members that become lib/
 * @property {string[]} headers prefixes of members that become include/: those the binding includes, of some 10,000
 * @property {Record<string, string>} aliases names under which tfjs-node and the linker look for the libraries
 */

/** @type {Record<string, Wheel>} */
export const TENSORFLOW_WHEELS = {
  'linux-x64': {
    name: 'tensorflow-cpu',
    version: '2.15.0',
    sha256: 'f46c795177f6311c83562e05d38dc7d4618f8d3150e6902a4499b875f3f97270',
    pip: ['--python-version', '3.11', '--platform', 'manylinux2014_x86_64'],
    libraries: ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'],
    headers: [
      'tensorflow/include/tensorflow/c/',
      'tensorflow/include/tensorflow/core/platform/ctstring',
      'tensorflow/include/tsl/c/',
      'tensorflow/include/tsl/platform/ctstring',
    ],
    aliases: {
      'libtensorflow.so': 'libtensorflow_cc.so.2',
      'libtensorflow.so.2': 'libtensorflow_cc.so.2',
      'libtensorflow.so.2.9.1': 'libtensorflow_cc.so.2',
      'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
    },
  },
};

/** @param {string} file */
async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(fs.createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/**
 * True if the folder holds what its manifest says, by content.
 * @param {string} folder @param {Wheel} wheel
 */
export async function isIntact(folder, wheel) {
  const manifest = readStamp(path.join(folder, 'manifest.json'));
  if (manifest?.key !== wheel.sha256) return false;
  for (const [file, digest] of Object.entries(manifest.files ?? {})) {
    const full = path.join(folder, file);
    if (!fs.existsSync(full) || (await sha256(full)) !== digest) return false;
  }
  return true;
}

/**
 * The folder with lib/ and include/ of the wheel: from the user's cache, or downloaded into it.
 * @param {Wheel} wheel @param {(text: string) => void} progress @returns {Promise<string>}
 */
export async function libraryFor(wheel, progress) {
  const folder = path.join(cacheFolder(), `${wheel.name}-${wheel.version}-${process.platform}-${process.arch}`);
  progress('checking the cached TensorFlow library');
  if (await isIntact(folder, wheel)) return folder;
  const work = `${folder}.${process.pid}.tmp`;
  fs.mkdirSync(work, { recursive: true });
  try {
    await unpack(await download(wheel, work, progress), work, wheel, progress);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(work, folder);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/** A Python whose pip works. */
async function pythonWithPip() {
  const venv = venvPython('.venv');
  const candidates = [venv, ...(await findPythons()).map((python) => python.path)];
  for (const python of candidates) {
    if ((await run(python, ['-m', 'pip', '--version'], { timeout: 20_000 })).code === 0) return python;
  }
  throw new SetupError('no Python with pip was found to download it');
}

/**
 * @param {Wheel} wheel @param {string} work @param {(text: string) => void} progress
 * @returns {Promise<{ file: string, python: string }>}
 */
async function download(wheel, work, progress) {
  const python = await pythonWithPip();
  // Given in a requirements file, the hash is checked by pip before anything else sees the download.
  const requirements = path.join(work, 'requirements.txt');
  fs.writeFileSync(requirements, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const folder = path.join(work, 'download');
  const report = setInterval(() => progress(`downloading ${wheel.name} ${wheel.version}, about 200 MB`), 1000);
  const args = ['download', '--no-deps', '--only-binary=:all:', ...wheel.pip, '-d', folder, '-r', requirements];
  const { code, output } = await run(python, ['-m', 'pip', '--disable-pip-version-check', ...args], {
    cwd: inProject(),
  });
  clearInterval(report);
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).filter((file) => file.endsWith('.whl')) : [];
  if (code !== 0 || files.length !== 1) {
    throw new SetupError(`pip could not download it: ${output.trim().split('\n').pop()}`);
  }
  return { file: path.join(folder, files[0]), python };
}

/** A wheel is a zip archive, which Python reads and Node does not. */
const UNZIP = `
import json, os, shutil, sys, zipfile
wheel, target, libraries, headers = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), json.loads(sys.argv[4])
with zipfile.ZipFile(wheel) as archive:
    for member in archive.namelist():
        if member in libraries:
            name = os.path.join("lib", os.path.basename(member))
        elif not member.endswith("/") and any(member.startswith(prefix) for prefix in headers):
            name = os.path.join("include", os.path.relpath(member, "tensorflow/include"))
        else:
            continue
        path = os.path.join(target, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(member) as source, open(path, "wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
`;

/**
 * @param {{ file: string, python: string }} archive @param {string} target @param {Wheel} wheel
 * @param {(text: string) => void} progress
 */
async function unpack({ file, python }, target, wheel, progress) {
  progress('unpacking the TensorFlow library');
  const args = ['-c', UNZIP, file, target, JSON.stringify(wheel.libraries), JSON.stringify(wheel.headers)];
  const { code, output } = await run(python, args);
  if (code !== 0) throw new SetupError(`it could not be unpacked: ${output.trim().split('\n').pop()}`);
  /** @type {Record<string, string>} */
  const files = {};
  for (const library of wheel.libraries) {
    const name = path.posix.join('lib', path.posix.basename(library));
    fs.chmodSync(path.join(target, name), 0o755);
    files[name] = await sha256(path.join(target, name));
  }
  fs.rmSync(path.dirname(file), { recursive: true, force: true });
  writeStamp(path.join(target, 'manifest.json'), {
    key: wheel.sha256,
    wheel: wheel.name,
    version: wheel.version,
    files,
  });
}
