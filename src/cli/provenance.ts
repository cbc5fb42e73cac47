import * as path from 'node:path';
import type { Command } from 'commander';
import { readText } from '../core/files';
import { sha256 } from '../core/sha256';
import { libraryVersion } from '../core/version';
import { provenanceOf as provenanceOfText } from '../motifs/files/rows';
import { shortest } from '../structures/readStructures';
import type { Structure } from '../structures/structure';
import { modelPath } from './inputs';
import type { Terminal } from './terminal';

/** Options on which no content of files depends. */
const ASIDE = ['out', 'chemiscope', 'history', 'checkpoint', 'resume', 'threads', 'progress', 'warn', 'list'];
/** Nor that of one cell. */
const SHARD = ['number', 'first'];

/**
 * What made a file: the command with its inputs and options, files of other folders by name alone; hash of the model.
 */
export function provenanceOf(action: Command): Record<string, unknown> {
  const given = Object.entries(action.opts()).filter(
    ([name]) => !ASIDE.includes(name) && !(action.name() === 'cells' && SHARD.includes(name)),
  );
  const options = Object.fromEntries(given.map(([name, value]) => [name, portable(value)]));
  const at = action.registeredArguments.findIndex((argument) => argument.name() === 'model');
  const hash = hashOf(at < 0 ? action.opts().model : action.args[at]);
  return {
    ...{ library: libraryVersion(), command: action.name(), input: portable(action.args), options },
    ...(hash !== undefined && { model_sha256: hash }),
  };
}

/** Of the model of the command that runs, for structures that it made. */
export function modelHash({ command: { provenance } }: Terminal): { model_sha256?: string } {
  const hash = provenance?.model_sha256;
  return typeof hash === 'string' ? { model_sha256: hash } : {};
}

export function portable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(portable);
  if (typeof value !== 'string') return value;
  const name = shortest(value);
  return path.isAbsolute(name) ? path.basename(name) : name;
}

/** The structure, with what made it, and what had made that before, as text in its info. */
export function madeBy(structure: Structure, { command: { provenance } }: Terminal): Structure {
  const of = provenanceOfText(structure.info.provenance);
  const text = JSON.stringify({ ...provenance, ...(of && { of }) });
  return { ...structure, info: { ...structure.info, provenance: text } };
}

function hashOf(model: unknown): string | undefined {
  if (typeof model !== 'string') return undefined;
  try {
    return sha256(readText(modelPath(model)));
  } catch {
    // The command itself says what is wrong with it.
    return undefined;
  }
}
