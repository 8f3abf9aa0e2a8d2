/** Joins the sections of a report. */

/** The lines of one section. A section without lines is left out. */
export type Section = readonly string[];

/** The sections with an empty line between them, ending with a newline; the empty text where all are empty. */
export function joinSections(sections: readonly Section[]): string {
  const filled = sections.filter((lines) => lines.length > 0);
  return filled.length === 0 ? '' : `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
