/** What the application is configured with. A variable that is missing stops the start. */
export const environment = {
  issuer: required('AUTH0_ISSUER'),
  secret: required('AUTH0_SESSION_SECRET'),
  apiKey: required('API_KEY'),
  /** Where several replicas run. Default: none. */
  redisUrl: process.env.REDIS_URL,
};

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
}
