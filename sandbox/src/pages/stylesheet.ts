import { base } from './styles/base.js';
import { controls } from './styles/controls.js';
import { report } from './styles/report.js';
import { timeline } from './styles/timeline.js';

/** Loads no fonts and no images. */
export const stylesheet = [base, controls, report, timeline].join('\n');
