/** link-sync's templates, filled as for a plain backend. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const values: Record<string, string> = {
  'fastboot.pool.images': '/var/lib/glance/images',
  'fastboot.pool.cache': '/var/lib/glance/imagecache',
  'fastboot.link_sync.interval': '10',
  'pool.parent': '/var/lib/glance',
  'pool.link_sync_families': 'AF_UNIX AF_INET AF_INET6',
  'paths.link_sync': '/usr/local/lib/fastboot/link-sync',
};

/** A template with its placeholders filled; an unknown one is an error. */
export function render(name: string): string {
  const text = readFileSync(resolve(import.meta.dirname, '../../playbooks/templates', name), 'utf8');
  return text.replaceAll(/\{\{ *([^ }]+) *\}\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`${name} uses ${key}`);
    return value;
  });
}
