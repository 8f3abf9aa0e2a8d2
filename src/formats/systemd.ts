/** The name of the unit that mounts a path, as `systemd-escape --path --suffix=mount` gives it. */
export function mountUnit(path: string): string {
  const trimmed = path.replace(/\/+/g, '/').replace(/^\/|\/$/g, '');
  if (trimmed === '') return '-.mount';
  const bytes = [...Buffer.from(trimmed)].map((byte, index) => escapeByte(String.fromCharCode(byte), index));
  return `${bytes.join('')}.mount`;
}

function escapeByte(character: string, index: number): string {
  if (character === '/') return '-';
  const plain = /[A-Za-z0-9:_.]/.test(character) && !(character === '.' && index === 0);
  return plain ? character : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** One word of a command line in a unit file, quoted so that systemd takes it as it is. */
export function unitWord(word: string): string {
  const escaped = word.replace(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return `"${escaped}"`;
}
