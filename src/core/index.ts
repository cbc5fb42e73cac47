export * from './errors';
export * from './files';
export * from './noiseSchedule';
export * from './random';
export * from './rows';
export * from './version';
