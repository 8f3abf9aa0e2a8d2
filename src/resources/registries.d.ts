/* eslint-disable @typescript-eslint/consistent-type-imports -- a file with an import cannot declare a module */
/** The default exports of the files in this folder; `scripts/registries.mjs` makes the list. */
declare module 'registry:resources' {
  const resources: readonly import('./resource.ts').AnyResource[];
  export default resources;
}
