/** The programs that a script hands to another shell in one quoted word, as in `unshare -m sh -c 'PROGRAM' sh WORD…`. */

/** A word of single-quoted parts and of `\'`. */
const QUOTED = /(?:'[^']*'|\\')+/y;

/** Such programs of a script, in their order, and those within them. Programs in double quotes or variables are left out. */
export function quotedPrograms(script: string): readonly string[] {
  return [...script.matchAll(/\bsh -[a-z]*c /g), ...script.matchAll(/\b[a-z_]+_program=/g)].flatMap(
    ({ index, 0: start }) => {
      QUOTED.lastIndex = index + start.length;
      const word = QUOTED.exec(script)?.[0];
      if (word === undefined) return [];
      const program = word.replace(
        /'([^']*)'|\\(')/g,
        (_, inner?: string, quote?: string) => inner ?? quote ?? '',
      );
      return [program, ...quotedPrograms(program)];
    },
  );
}
