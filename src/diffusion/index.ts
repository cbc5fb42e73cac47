export * from './cells';
export * from './clusters';
export * from './denoiser';
export * from './examples';
export * from './graph';
export * from './train';
