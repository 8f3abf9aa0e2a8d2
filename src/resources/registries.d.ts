/* eslint-disable @typescript-eslint/consistent-type-imports -- a file with an import cannot declare a module */
/** What the files in this folder export by default; `scripts/registries.mjs` makes the list. */
declare module 'registry:resources' {
  const resources: readonly import('./resource.ts').AnyResource[];
  export default resources;
}
