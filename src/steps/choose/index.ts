export { CHOOSE_OPTIONS, ChooseOptions, EntryMembers } from './choose.options.js';
export { ChooseForm } from './choose.form.js';
export { ChooseStep, type ChosenEntry } from './choose.step.js';
export { ListSourceOptions } from './list-source.options.js';
