export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    readonly code: 'user_exists' | 'user_limit',
    message: string,
  ) {
    super(message);
  }
}
