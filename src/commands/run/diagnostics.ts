/** Prints what is wrong with files that a person wrote. */
import { formatDiagnostic } from '../../core/diagnostic.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';

const MAX_DIAGNOSTICS_SHOWN = 500;

/** Diagnostics as text, each with its line of the file. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const shown = diagnostics.slice(0, MAX_DIAGNOSTICS_SHOWN).map(formatDiagnostic);
  const more = diagnostics.length - shown.length;
  if (more > 0) shown.push(`… and ${more} more`);
  return shown.join('\n');
}
