/** Auth0 reserves these claims (Auth0: Create Custom Claims, "General restrictions"). */
const RESTRICTED = new Set(
  `acr act active amr at_hash ath attest aud auth_time authorization_details azp c_hash client_id cnf cty dest
   entitlements events exp groups gty htm htu iat internalService iss jcard jku jti jwe jwk kid may_act mky nbf nonce
   object_id org_id org_name orig origid permissions roles rph s_hash sid sip_callid sip_cseq_num sip_date sip_from_tag
   sip_via_branch sub sub_jwk toe txn typ uuid vot vtm x5t#S256`.split(/\s+/),
);

/** Domains that cannot be namespaces (the same page, "Namespaced guidelines"). */
const AUTH0_DOMAINS = ['auth0.com', 'webtask.io', 'webtask.run'];

/** The limit for all custom claims together (the same page: 100 KB). */
export const CUSTOM_CLAIMS_MAX_BYTES = 100 * 1024;

/** Returns the reason if Auth0 omits this claim. */
export function reasonClaimIsDropped(name: string): string | undefined {
  if (RESTRICTED.has(name)) return `"${name}" is a restricted claim. Auth0 does not add it to tokens.`;
  if (/^urn:auth0(?::|$)/i.test(name))
    return 'The namespace urn:auth0 is Auth0’s own. It does not add the claim to tokens.';
  const host = /^https?:\/\//i.test(name) && URL.canParse(name) ? new URL(name).hostname : '';
  if (AUTH0_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`))) {
    return `The Auth0 domain ${host} cannot be a namespace. Auth0 does not add the claim to tokens.`;
  }
  return undefined;
}
