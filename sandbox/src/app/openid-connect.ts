/**
 * The SDK of the sample app. bundle-sdk.mjs replaces the compiled file by a bundle: one package of 11 MB, which the SDK uses for
 * old versions of Node, would be a third of the installation.
 */
export { auth, type ConfigParams } from 'express-openid-connect';
