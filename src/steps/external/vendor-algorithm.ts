/** How a vendor may sign (RFC 7518 section 3.1). */
export const VENDOR_ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const;

/**
 * One of `VENDOR_ALGORITHMS`.
 *
 * @publicApi
 */
export type VendorAlgorithm = (typeof VENDOR_ALGORITHMS)[number];
