/** Clients of an export: when two spellings mean the same one. */

/**
 * Whether a wanted client is the one that is there. Addresses are compared by value and names without case. The table
 * of the server holds the canonical form of a name, with its domain.
 */
export function sameClient(wanted: string, there: string): boolean {
  const [a, b] = [canonicalClient(wanted), canonicalClient(there)];
  return a === b || (/^[a-z][a-z0-9-]*$/.test(a) && b.startsWith(`${a}.`));
}

/** A client in one spelling. An IPv6 address in brackets is none in a file: brackets make it a pattern there. */
function canonicalClient(client: string): string {
  if (!client.includes(':')) return client.toLowerCase();
  const [address = '', length] = client.split('/');
  const url = `http://[${address}]`;
  if (!URL.canParse(url)) return client;
  return `${new URL(url).hostname.slice(1, -1)}${length === undefined ? '' : `/${length}`}`;
}
