import { randomBytes } from 'node:crypto';
import { Router, urlencoded, type Request, type Response } from 'express';
import { textOf, toJsonObject } from '../json.js';
import { sendPage } from '../pages/page-headers.js';
import { phoneMessagePage, type PhoneMessageForm } from '../pages/phone-message-page.js';
import type { MessageOptions } from '../triggers/phone-message-event.js';
import { EXAMPLE_NUMBER, exampleMessage, sendPhoneMessage } from './phone-message.js';
import { requestFacts } from './request-facts.js';
import { emailProblem } from './sign-up-form.js';
import type { Tenant } from './tenant.js';
import { displayOf } from '../directory/user.js';

type Input = Omit<PhoneMessageForm, 'token' | 'hasActions' | 'problem'>;

/** Runs the Actions of send-phone-message by hand. */
export function phoneMessageRoutes(tenant: Tenant): Router {
  const routes = Router();
  // Another site must not make an Action send a message that costs money.
  const token = randomBytes(24).toString('base64url');
  const show = (response: Response, input: Input, problem?: string): void => {
    const hasActions = tenant.triggers.has('send-phone-message');
    const page = phoneMessagePage({ ...input, token, hasActions, ...(problem ? { problem } : {}) });
    sendPage(response, page, problem ? 400 : 200);
  };
  routes.get('/phone-message', (_request, response) => show(response, exampleInput()));
  routes.post('/phone-message', urlencoded({ extended: false }), async (request, response) => {
    const input = inputOf(request.body);
    const problem = isOf(token, request.body) ? problemOf(input) : 'Send the form from this page.';
    if (problem === undefined) response.redirect(303, `/transactions/${await play(tenant, input, request)}`);
    else show(response, input, problem);
  });
  return routes;
}

function exampleInput(): Input {
  return {
    ...{ ...exampleMessage(), email: 'ada@example.com', recipient: EXAMPLE_NUMBER },
    ...{ type: 'sms', action: 'second-factor-authentication' },
  };
}

function inputOf(body: unknown): Input {
  const values = toJsonObject(body);
  const [email, recipient, text, code, type, action] = [
    ...['email', 'recipient', 'text', 'code', 'message_type', 'action'].map((name) => textOf(values[name]).trim()),
  ];
  return {
    ...{ email: email ?? '', recipient: recipient ?? '', text: text ?? '' },
    ...{ code: code ?? '', type: type ?? '', action: action ?? '' },
  };
}

function isOf(token: string, body: unknown): boolean {
  return toJsonObject(body)['token'] === token;
}

function problemOf({ email, recipient, type, action }: Input): string | undefined {
  if (emailProblem(email) !== undefined) return emailProblem(email);
  if (!/^\+?[\d ()-]{4,30}$/.test(recipient)) return `Enter a phone number, such as ${EXAMPLE_NUMBER}.`;
  const isKnown = ['sms', 'voice'].includes(type) && ['enrollment', 'second-factor-authentication'].includes(action);
  return isKnown ? undefined : 'Select a message type and a reason.';
}

/** Returns the record's id. */
async function play(tenant: Tenant, input: Input, request: Request): Promise<string> {
  const { log, users } = tenant;
  const user = users.logIn(input.email);
  const record = log.open('', 'phone message');
  record.user = { userId: user.user_id, email: displayOf(user) };
  const options: MessageOptions = {
    ...{ recipient: input.recipient, text: input.text, code: input.code },
    action: input.action === 'enrollment' ? 'enrollment' : 'second-factor-authentication',
    message_type: input.type === 'voice' ? 'voice' : 'sms',
  };
  const facts = requestFacts(request, tenant.hostname, {});
  const { kind } = await sendPhoneMessage(tenant, record, { user, options, request: facts });
  record.status = kind;
  return record.id;
}
