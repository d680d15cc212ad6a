/** The configuration of the application. A missing variable fails startup. */
export const environment = {
  issuer: required('AUTH0_ISSUER'),
  secret: required('AUTH0_SESSION_SECRET'),
  apiKey: required('API_KEY'),
  /** Redis for several replicas. Default: none. */
  redisUrl: process.env.REDIS_URL,
};

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
}
