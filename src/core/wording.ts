/** Bytes as people say them: `1.5`, of GiB. */
export function gib(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}

/** Names in a sentence, at most so many: `a, b and 3 more`. */
export function nameSome(all: readonly string[], most: number): string {
  const more = all.length - most;
  return `${all.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Things that may hold commas, at most so many: `a; b; and 3 more`. */
export function listSome(all: readonly string[], most: number): string {
  const more = all.length - most;
  return `${all.slice(0, most).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
