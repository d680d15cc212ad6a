/** Without this check, the vendor would be an open redirect. */
export function isReturnAddress(address: URL, origins: readonly string[] | undefined): boolean {
  return origins ? origins.includes(address.origin) : isOnThisMachine(address);
}

function isOnThisMachine({ hostname }: URL): boolean {
  return /^(.+\.)?localhost$/.test(hostname) || hostname === '127.0.0.1' || hostname === '[::1]';
}
