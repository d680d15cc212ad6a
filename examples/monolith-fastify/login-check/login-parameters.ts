import { Length } from 'class-validator';

/** The parameters that Auth0 sends, for the application's ValidationPipe. */
export class LoginParameters {
  @Length(1, 8192)
  session_token!: string;

  @Length(1, 2048)
  state!: string;
}
