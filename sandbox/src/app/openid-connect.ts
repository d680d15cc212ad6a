/**
 * The SDK of the sample app. bundle-sdk.mjs replaces the compiled file with a bundle. It leaves out a package of 11 MB, a third of the
 * installation, which the SDK needs only for old versions of Node.
 */
export { auth, type ConfigParams } from 'express-openid-connect';
