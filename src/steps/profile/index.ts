export { ProfileChoice, type ProfileChoices } from './choices.js';
export type { ProfileFieldType, ProfileValue } from './field-types.js';
export type { ProfileForm } from './profile.form.js';
export { PROFILE_OPTIONS, ProfileFieldOptions, ProfileOptions, profileProblems } from './profile.options.js';
export { ProfileStep, type ProfileData } from './profile.step.js';
