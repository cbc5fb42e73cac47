export * from './clusters';
export * from './denoiser';
export * from './examples';
export * from './train';
