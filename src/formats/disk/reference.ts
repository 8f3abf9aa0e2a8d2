/** What the name of a backing file, as an overlay's header has it, leads to. */
export type DiskReference =
  /** A file of the host; `format` where the name itself says it. */
  | { readonly kind: 'file'; readonly path: string; readonly format: string | null }
  /** Not a file of this host: a network protocol or a device. */
  | { readonly kind: 'remote'; readonly protocol: string }
  /** It may be anything. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Drivers that are put before another image, which may be a file. */
const WRAPPERS =
  /^(blk|copy|compress|fat|vvfat|filter|luks|preallocate|quorum|replication|snapshot|throttle)/;

/** Options of a `json:` name that do not change which bytes are read. */
const HARMLESS =
  /^(node-name|discard|detect-zeroes|read-only|auto-read-only|force-share|cache(\..*)?|locking|aio|lazy-refcounts|cache-size|l2-cache-size|refcount-cache-size)$/;

/**
 * Reads a name as QEMU does: relative to the overlay's folder, absolute, `file:…`, `json:{…}`, or a protocol. Relative
 * names within `file:` and `json:` count from the folder in which QEMU happens to run, so they may be anything.
 *
 * @param name from the header
 * @param folder where the overlay is; symbolic links and `..` in it are the host's to follow
 */
export function parseReference(name: string, folder: string): DiskReference {
  if (name.startsWith('json:')) return parseJson(name.slice('json:'.length));
  const [, protocol] = /^([^:/]*):/.exec(name) ?? [];
  if (protocol === undefined) {
    const path = name.startsWith('/') ? name : `${folder.replace(/\/$/, '')}/${name}`;
    return { kind: 'file', path, format: null };
  }
  if (protocol === 'file') return absoluteFile(name.slice('file:'.length), null);
  return byDriver(protocol);
}

function absoluteFile(path: string, format: string | null): DiskReference {
  return path.startsWith('/')
    ? { kind: 'file', path, format }
    : { kind: 'unknown', reason: `${path} counts from the folder in which QEMU runs` };
}

function byDriver(driver: string): DiskReference {
  return WRAPPERS.test(driver)
    ? { kind: 'unknown', reason: `it is read through the driver ${driver}` }
    : { kind: 'remote', protocol: driver };
}

type Options = ReadonlyMap<string, unknown>;

function parseJson(text: string): DiskReference {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { kind: 'unknown', reason: 'its json: name is not JSON' };
  }
  return fromOptions(flatten(data));
}

/** QEMU takes `{"file": {"filename": …}}` and `{"file.filename": …}` for the same. */
function flatten(data: unknown, prefix = ''): Options {
  if (typeof data !== 'object' || data === null) return new Map([[prefix.slice(0, -1), data]]);
  return new Map(Object.entries(data).flatMap(([key, value]) => [...flatten(value, `${prefix}${key}.`)]));
}

function fromOptions(options: Options): DiskReference {
  const text = (key: string) => {
    const value = options.get(key);
    return typeof value === 'string' ? value : undefined;
  };
  const whole = text('driver');
  const place = text('file.driver') ?? 'file';
  const alone = whole === 'file' && text('filename') !== undefined;
  const path = alone ? text('filename') : text('file.filename');
  const known = alone ? ['driver', 'filename'] : ['driver', 'file.driver', 'file.filename'];
  const odd = [...options.keys()].find(
    (key) => !known.includes(key) && !HARMLESS.test(key.replace(/^file\./, '')),
  );
  if (!alone && place !== 'file') return byDriver(place);
  if (whole !== undefined && WRAPPERS.test(whole)) return byDriver(whole);
  if (odd === undefined && path !== undefined) return absoluteFile(path, alone ? 'raw' : (whole ?? null));
  if (whole !== undefined && ![...options.keys()].some((key) => key.startsWith('file')) && path === undefined)
    return byDriver(whole);
  return { kind: 'unknown', reason: `its json: name has ${odd ?? 'no file'}` };
}
