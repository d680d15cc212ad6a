import 'reflect-metadata';

export { runCommand } from '../../dist/esm/cli.js';
export { shared } from 'shared-packages';
