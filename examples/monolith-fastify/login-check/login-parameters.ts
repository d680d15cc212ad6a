import { Length } from 'class-validator';

/** What Auth0 sends along, for the application's own ValidationPipe. */
export class LoginParameters {
  @Length(1, 8192)
  session_token!: string;

  @Length(1, 2048)
  state!: string;
}
