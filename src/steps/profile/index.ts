export { ProfileChoice, type ProfileChoices } from './choice.js';
export { PROFILE_OPTIONS, ProfileFieldOptions, ProfileOptions, type ProfileFieldType } from './profile.options.js';
export { profileProblems } from './profile.problems.js';
export { ProfileStep, type ProfileData } from './profile.step.js';
export type { ProfileForm, ProfileValue } from './profile.form.js';
