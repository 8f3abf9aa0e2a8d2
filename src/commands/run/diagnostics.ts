import { formatDiagnostic } from '../../core/diagnostic.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';

/** A file of errors is cut here. */
const MAX_SHOWN = 500;

/** Findings as text, each with its line. */
export function showFindings(diagnostics: readonly Diagnostic[]): string {
  const shown = diagnostics.slice(0, MAX_SHOWN).map(formatDiagnostic);
  if (diagnostics.length > MAX_SHOWN) shown.push(`… and ${diagnostics.length - MAX_SHOWN} more`);
  return shown.join('\n');
}
