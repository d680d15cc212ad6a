/**
 * bundle-sdk.mjs replaces the compiled file with a bundle. The bundle omits a package of 11 MB that only old versions
 * of Node need.
 */
export { auth, type ConfigParams } from 'express-openid-connect';
