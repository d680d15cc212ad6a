export { PROFILE_OPTIONS, ProfileOptions, profileProblems } from './profile.options.js';
export { ProfileStep, type ProfileData } from './profile.step.js';
