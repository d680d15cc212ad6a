import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import { isRecord } from '../json.js';
import { UserError } from '../directory/user-error.js';

/** An error in Auth0's format. */
export class ManagementError extends Error {
  constructor(
    readonly statusCode: number,
    readonly errorCode: string,
    message: string,
  ) {
    super(message);
    this.name = 'ManagementError';
  }
}

export function invalidBody(message: string): ManagementError {
  return new ManagementError(400, 'invalid_body', message);
}

export function invalidQuery(message: string): ManagementError {
  return new ManagementError(400, 'invalid_query_string', message);
}

export function inexistent(what: 'user' | 'role' | 'organization' | 'client' | 'connection' | 'job'): ManagementError {
  return new ManagementError(404, `inexistent_${what}`, `The ${what} does not exist.`);
}

/** Express recognizes an error handler by its four parameters. */
export const managementFailure: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const { statusCode, errorCode, message } = known(error);
  response.status(statusCode).json({ statusCode, error: STATUS_CODES[statusCode], message, errorCode });
};

function known(error: unknown): ManagementError {
  if (error instanceof ManagementError) return error;
  if (error instanceof UserError) return ofUserError(error);
  const status = isRecord(error) ? error['status'] : undefined;
  if (status === 413) return new ManagementError(413, 'invalid_body', 'The body is too large.');
  if (status === 400) return new ManagementError(400, 'invalid_body', 'The path or the JSON body cannot be read.');
  console.error(error);
  return new ManagementError(500, 'internal_error', 'The sandbox itself failed. See its console.');
}

function ofUserError({ code }: UserError): ManagementError {
  switch (code) {
    case 'user_exists':
      return new ManagementError(409, 'auth0_idp_error', 'The user already exists.');
    case 'user_limit':
      return new ManagementError(403, 'quota_exceeded', 'The sandbox has reached its limit of users.');
    default:
      return code satisfies never;
  }
}
