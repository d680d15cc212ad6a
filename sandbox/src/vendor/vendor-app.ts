import express, { type ErrorRequestHandler, type Express, type Response } from 'express';
import type { Clock } from '../clock.js';
import { isRecord } from '../json.js';
import { hostGuard } from '../network/host-guard.js';
import { pageHeaders, sendPage } from '../pages/page-headers.js';
import { stylesheet } from '../pages/stylesheet.js';
import { readHandoff, returnAddress, type Handoff } from './handoff.js';
import { isReturnAddress } from './return-origins.js';
import { badRequestPage, decisionPage } from './vendor-pages.js';
import { resultClaims, type VendorParties, type VendorStatus } from './vendor-result.js';
import type { VendorSettings } from './vendor-settings.js';
import { createVendorSigner, type VendorSigner } from './vendor-signer.js';

export const VENDOR_JWKS_PATH = '/.well-known/jwks.json';

export interface VendorOptions extends Omit<VendorSettings, 'hostname' | 'port'> {
  readonly origin: string;
  readonly hostname: string;
  readonly now: Clock;
}

interface ResultSigning {
  readonly signer: VendorSigner;
  readonly parties: VendorParties;
  readonly now: Clock;
}

/** A service redirects to the vendor, which redirects back with a signed result. */
export async function vendorApp(options: VendorOptions): Promise<Express> {
  const { origin, hostname, now, algorithm = 'RS256', secret, audience = 'auth-redirect', returnOrigins } = options;
  const signing = { signer: await createVendorSigner(algorithm, secret), parties: { issuer: origin, audience }, now };
  const isKnown = (address: URL): boolean => isReturnAddress(address, returnOrigins);
  const app = express().disable('x-powered-by').disable('etag');
  app.use(hostGuard(hostname), pageHeaders);
  app.get('/assets/sandbox.css', (_request, response) => void response.type('css').send(stylesheet));
  app.get(VENDOR_JWKS_PATH, (_request, response) => void response.json(signing.signer.jwks));
  app.get('/', (request, response) => {
    const reading = readHandoff(request.query, isKnown);
    if (reading.ok) sendPage(response, decisionPage(reading.handoff));
    else sendPage(response, badRequestPage(reading.problem), 400);
  });
  app.post('/', express.urlencoded({ extended: false }), async (request, response) => {
    const reading = readHandoff(request.body, isKnown);
    if (reading.ok) await conclude(reading.handoff, request.body, signing, response);
    else sendPage(response, badRequestPage(reading.problem), 400);
  });
  app.use((request, response) => sendPage(response, badRequestPage(`There is no page at ${request.path}.`), 404));
  app.use(failure);
  return app;
}

async function conclude(handoff: Handoff, form: unknown, signing: ResultSigning, response: Response): Promise<void> {
  switch (isRecord(form) ? form['decision'] : undefined) {
    case 'approve':
      return response.redirect(303, await addressWithResult(handoff, 'approved', signing));
    case 'decline':
      return response.redirect(303, await addressWithResult(handoff, 'declined', signing));
    case 'leave':
      return response.redirect(303, returnAddress(handoff, 'error', 'access_denied'));
    default:
      return sendPage(response, badRequestPage('decision is none of approve, decline and leave.'), 400);
  }
}

async function addressWithResult(handoff: Handoff, status: VendorStatus, signing: ResultSigning): Promise<string> {
  const token = await signing.signer.sign(resultClaims(handoff.handle, status, signing.parties, signing.now));
  return returnAddress(handoff, 'token', token);
}

/** Express recognizes an error handler by its four parameters. Only reading a form fails here. */
const failure: ErrorRequestHandler = (_error, _request, response, _next) => {
  sendPage(response, badRequestPage('The request cannot be read.'), 400);
};
