export { HttpClient, type HttpClientRequest, type HttpClientResponse } from './http-client.js';
export { HttpClientError, type HttpClientErrorCode } from './http-client.error.js';
export { findOutboundUrlProblem, HttpClientOptions, SingleRequestOptions } from './http-client.options.js';
