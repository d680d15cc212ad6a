import { randomBytes } from 'node:crypto';
import { Router } from 'express';
import { isoTime } from '../clock.js';
import { textOf } from '../json.js';
import type { ManagedTenant } from './managed-tenant.js';
import { allow } from './access.js';
import { bodyOf } from './body.js';
import { inexistent, invalidBody } from './management-error.js';

const IDENTITY = { identity: 'object', client_id: 'string', organization_id: 'string' } as const;

const TICKET = {
  ...IDENTITY,
  ...({ user_id: 'string', result_url: 'string', ttl_sec: 'number', includeEmailInRedirect: 'boolean' } as const),
};

/** Responds like Auth0, but sends no email. */
export function jobsRoutes({ users, origin, now }: ManagedTenant): Router {
  const routes = Router();

  routes.post('/jobs/verification-email', allow('update:users'), (request, response) => {
    const body = bodyOf(request, { ...IDENTITY, user_id: 'string' }, ['user_id']);
    if (!users.find(textOf(body['user_id']))) throw inexistent('user');
    const id = `job_${randomBytes(8).toString('hex')}`;
    const created_at = isoTime(now);
    response.status(201).json({ type: 'verification_email', status: 'pending', created_at, id });
  });

  routes.post('/tickets/email-verification', allow('create:user_tickets'), (request, response) => {
    const body = bodyOf(request, TICKET, ['user_id']);
    if (!users.find(textOf(body['user_id']))) throw inexistent('user');
    response.status(201).json({ ticket: ticket(origin, 'email-verification') });
  });

  routes.post('/tickets/password-change', allow('create:user_tickets'), (request, response) => {
    const more = { email: 'string', connection_id: 'string', mark_email_as_verified: 'boolean' } as const;
    const body = bodyOf(request, { ...TICKET, ...more });
    const [id, email] = [textOf(body['user_id']), textOf(body['email'])];
    if (!id && !email) throw invalidBody("Payload validation error: 'Missing required property: user_id'.");
    if (id ? !users.find(id) : users.byEmail(email).length === 0) throw inexistent('user');
    response.status(201).json({ ticket: ticket(origin, 'reset-verify') });
  });

  return routes;
}

function ticket(origin: string, page: string): string {
  return `${origin}/u/${page}?ticket=${randomBytes(16).toString('base64url')}#`;
}
