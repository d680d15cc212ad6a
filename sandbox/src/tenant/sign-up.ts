import { textOf } from '../json.js';
import type { CallEntry } from '../transactions/transaction.js';
import {
  postUserRegistrationEvent,
  preUserRegistrationEvent,
  type Registration,
} from '../triggers/registration-events.js';
import type { TriggerOutcome } from '../triggers/trigger-runner.js';
import type { TransactionRecord } from '../transactions/transaction.js';
import { identityIdOf, isPasswordless } from '../directory/connections.js';
import type { Tenant } from './tenant.js';
import type { UserDefinition } from '../definition/tenant-definition.js';
import { mergedMetadata } from '../directory/user-metadata.js';
import { displayOf, type SandboxUser } from '../directory/user.js';
import { UserError } from '../directory/user-error.js';

export interface SignUp extends Registration {
  readonly record: TransactionRecord;
  readonly profile: Readonly<Record<'email', string>> & UserDefinition;
}

/** `message` is for the person who signs up. */
export type SignUpOutcome =
  | { readonly ok: true; readonly user: SandboxUser }
  | { readonly ok: false; readonly code: string; readonly message: string };

const GENERAL_MESSAGE = 'The sign-up failed. Try again later.';
const EXISTS: SignUpOutcome = { ok: false, code: 'invalid_signup', message: 'The user already exists.' };

/** Stores the user between pre-user-registration and post-user-registration. */
export async function signUp(tenant: Tenant, wanted: SignUp): Promise<SignUpOutcome> {
  const { connection, profile, record } = wanted;
  const facts = { email: profile.email, connection, user_metadata: tenant.masker.json(profile.user_metadata ?? {}) };
  tenant.log.add(record, { kind: 'note', tone: 'plain', title: 'Sign-up', facts });
  const outcome = exists(tenant, wanted) ? EXISTS : await registered(tenant, wanted);
  if (outcome.ok) {
    record.user = { userId: outcome.user.user_id, email: displayOf(outcome.user) };
    const stored = { user_id: outcome.user.user_id };
    tenant.log.add(record, { kind: 'note', tone: 'good', title: 'The user is stored', facts: stored });
    // Auth0 does not wait for these Actions.
    void runPostRegistration(tenant, wanted, outcome.user);
  } else {
    const { code, message } = outcome;
    const shown = { code, message: tenant.masker.text(message) };
    tenant.log.add(record, { kind: 'note', tone: 'bad', title: 'The sign-up was refused', facts: shown });
  }
  return outcome;
}

function exists({ connections, users }: Tenant, { connection: name, profile }: SignUp): boolean {
  const connection = connections.orGuess(name);
  const isOf = (user: SandboxUser): boolean => user.identities.some((identity) => identity.connection === name);
  const id = identityIdOf(connection, profile.email.toLowerCase());
  return users.ofIdentity(connection.strategy, id) !== undefined || users.byEmail(profile.email).some(isOf);
}

async function registered(tenant: Tenant, wanted: SignUp): Promise<SignUpOutcome> {
  // The code that was sent to the address verifies it.
  const isVerified = isPasswordless(tenant.connections.orGuess(wanted.connection));
  let profile: UserDefinition = { user_metadata: {}, app_metadata: {}, ...wanted.profile };
  const outcome = await tenant.triggers.run({
    ...{ trigger: 'pre-user-registration', record: wanted.record },
    event: (action) => preUserRegistrationEvent(wanted, profile, action, tenant.sources),
    apply: (calls) => {
      if (!isVerified) profile = withMetadata(profile, calls);
      else if (calls.some(({ name }) => METADATA[name])) {
        tenant.log.add(wanted.record, { kind: 'warning', message: NO_METADATA });
      }
    },
  });
  const definition = { ...profile, connection: wanted.connection, email_verified: isVerified };
  return refusalOf(outcome) ?? store(tenant, definition);
}

function withMetadata(profile: UserDefinition, calls: readonly CallEntry[]): UserDefinition {
  return calls.reduce((changed: UserDefinition, { name, args: [key, value = null] }) => {
    const kind = METADATA[name];
    return kind ? { ...changed, [kind]: mergedMetadata(changed[kind] ?? {}, { [textOf(key)]: value }) } : changed;
  }, profile);
}

/** Auth0: Explore Triggers, "Pre User Registration". */
const NO_METADATA =
  'pre-user-registration Actions cannot add metadata to passwordless users. Auth0 drops it, and so does the sandbox.';

const METADATA: Readonly<Record<string, 'app_metadata' | 'user_metadata'>> = {
  'api.user.setAppMetadata': 'app_metadata',
  'api.user.setUserMetadata': 'user_metadata',
};

/** The first argument is for the tenant's log; the user sees the second one. */
function refusalOf(outcome: TriggerOutcome): SignUpOutcome | undefined {
  switch (outcome.kind) {
    case 'completed':
      return undefined;
    case 'denied':
      return { ok: false, code: 'invalid_signup', message: textOf(outcome.call.args[1]) || GENERAL_MESSAGE };
    case 'failed':
      return { ok: false, code: 'extensibility_error', message: GENERAL_MESSAGE };
    default:
      return outcome satisfies never;
  }
}

function store({ users }: Tenant, definition: UserDefinition): SignUpOutcome {
  try {
    return { ok: true, user: users.create(definition) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.code === 'user_exists' ? EXISTS : { ok: false, code: error.code, message: error.message };
  }
}

async function runPostRegistration({ sources, triggers }: Tenant, wanted: SignUp, user: SandboxUser): Promise<void> {
  await triggers.run({
    ...{ trigger: 'post-user-registration', record: wanted.record },
    event: (action) => postUserRegistrationEvent(wanted, user, action, sources),
  });
}
