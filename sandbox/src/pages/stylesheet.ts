import { base } from './styles/base.js';
import { controls } from './styles/controls.js';
import { report } from './styles/report.js';
import { timeline } from './styles/timeline.js';

/** The one stylesheet of all pages. No font and no picture is fetched from anywhere. */
export const stylesheet = [base, controls, report, timeline].join('\n');
