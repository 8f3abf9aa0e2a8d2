import { formatDiagnostic } from '../core/diagnostic.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { loadInventory } from '../inventory/load.ts';
import type { Inventory } from '../inventory/inventory.ts';

export interface Validation {
  readonly valid: boolean;
  /** The inventory where it is valid; playbooks are checked against it. */
  readonly inventory: Inventory | undefined;
  /** Findings, one below the other; empty where there are none. */
  readonly findings: string;
  /** One line: what was checked, and how it came out. */
  readonly summary: string;
}

/** Checks an inventory without a connection. `verbose` also tells which of Ansible's variables are not used. */
export async function validateInventory(file: string, verbose: boolean): Promise<Validation> {
  const loaded = await loadInventory(file);
  if (!loaded.ok) {
    return {
      valid: false,
      inventory: undefined,
      findings: showFindings(loaded.error),
      summary: `${file}: ${countFindings(loaded.error)}`,
    };
  }
  const { inventory, notices, unused } = loaded.value;
  const { backend, compute } = inventory;
  const nodes = `${compute.length} compute ${compute.length === 1 ? 'node' : 'nodes'}`;
  return {
    valid: true,
    inventory,
    findings: showFindings(verbose ? [...notices, ...unused] : notices),
    summary: `${file}: valid (backend ${backend.name}, ${nodes})`,
  };
}

const maxShown = 500;

/** Findings as text, each with its line; a file of errors is cut. */
export function showFindings(diagnostics: readonly Diagnostic[]): string {
  const shown = diagnostics.slice(0, maxShown).map(formatDiagnostic);
  if (diagnostics.length > maxShown) shown.push(`… and ${diagnostics.length - maxShown} more`);
  return shown.join('\n');
}

function countFindings(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic['severity'], word: string) => {
    const number = diagnostics.filter((item) => item.severity === severity).length;
    return number === 0 ? [] : [`${number} ${word}${number === 1 ? '' : 's'}`];
  };
  return [...count('error', 'error'), ...count('warning', 'warning')].join(', ');
}
