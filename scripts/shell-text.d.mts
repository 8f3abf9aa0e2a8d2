import type { Plugin } from 'vitest/config';

export declare function shellText(source: string): string;
export declare const shellForVitest: Plugin;
