/** Types of link-sync.mjs, for the test that calls it. */
export function joinModules(sources: Readonly<Record<string, string>>): string;
export function joinLinkSync(): Promise<string>;
export function writeLinkSync(): Promise<void>;
