/* eslint-disable @typescript-eslint/consistent-type-imports -- a file with an import cannot declare a module */
/** The types of the modules that `scripts/registries.mjs` makes: each holds everything that stands in one folder. */

/** The checks in `pool/checks/`. */
declare module 'registry:checks' {
  const checks: readonly import('./check.ts').AnyCheck[];
  export default checks;
}

/** The checks of the storage. */
declare module 'registry:storage-checks' {
  const checks: readonly import('./check.ts').AnyCheck[];
  export default checks;
}
