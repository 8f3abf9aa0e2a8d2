import type { JsonObject } from '../core/json.ts';
import { gib } from '../core/wording.ts';
import { baseFiles } from '../facts/base-files.ts';
import { beneathWords, GO_BENEATH } from '../facts/underlying-digest.ts';
import { predict } from '../facts/state.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { blockedDrift, defineResource } from './resource.ts';

export type BaseBeneathParams = JsonObject & {
  readonly instances: string;
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly owner: number;
  readonly group: number;
};

/** A base file of the pool that is to be in the folder beneath the pool's mount too, before that mount goes away. */
export const baseBeneath = defineResource<BaseBeneathParams>({
  type: 'base_beneath',
  schema: {
    type: 'object',
    description: 'A base file that is seen through a mount, also in the folder beneath; never replaces one',
    required: ['instances', 'path', 'name', 'size', 'owner', 'group'],
    additionalProperties: false,
    properties: {
      instances: { $ref: '#/$defs/path', description: "Nova's folder of instances" },
      path: { $ref: '#/$defs/path', description: 'Where the pool is mounted, symbolic links followed' },
      name: { type: 'string', pattern: '^[^./\\0][^/\\0]*$' },
      size: { type: 'integer', minimum: 0 },
      owner: { type: 'integer', minimum: 0 },
      group: { type: 'integer', minimum: 0 },
    },
  },
  label: ({ path, name }) => `${path}/${name}`,
  queries: ({ instances }) => [baseFiles({ instances })],
  diff: (params, state) => {
    const query = baseFiles({ instances: params.instances });
    const base = state.read(query);
    if (base.kind !== 'mounted') return [];
    const { name, size, owner: uid, group: gid } = params;
    const found = base.files.find((file) => file.name === name);
    if (found !== undefined && found.size === size && !found.directory) return [];
    if (found !== undefined)
      return [
        blockedDrift(
          { size: found.size },
          `${params.path} has another file ${name} beneath the mount`,
          'nothing was touched; look at it (it may be a leftover), move it out of the way, then run again',
        ),
      ];
    const file = { name, size, uid, gid, mode: '0644', mtime: 0, inode: 0, directory: false };
    return [
      {
        action: 'create',
        before: null,
        after: { size },
        reason: `VMs need it (${gib(size)} GiB), and it is in the pool only`,
        risk: 'none',
        predicted: [predict(query, { ...base, files: [...base.files, file] })],
      },
    ];
  },
  script: ({ path, name, size, owner, group }) =>
    `[ -f ${quote(`${path}/${name}`)} ] || refuse ${quote(`${path}/${name}`)} is not in the pool any more
exec 8<${quote(`${path}/${name}`)}
unshare -m sh -c ${quote(COPY)} sh ${quoteAll([...beneathWords(path), name, String(size), `${owner}:${group}`])} || {
  code=$?
  if [ $code -eq 3 ]; then refuse "a file "${quote(name)}" appeared beneath "${quote(path)}" after the plan was made"; fi
  exit $code
}`,
});

/** Seconds between two looks at how far the copy is. */
const TICK = 2;

/**
 * Descriptor 8 is the pool's file. The copy gets its name only when its bytes were read again and are the same, and only
 * if nothing has that name; what an earlier run left unfinished is begun anew. No process stays behind: it would keep the pool
 * mounted in this mount table.
 */
const COPY = `set -eu
${GO_BENEATH}
new=.$3.fastboot-new
ticker=
trap 'if [ -n "$ticker" ]; then kill $ticker; wait $ticker || :; fi; rm -f -- "$new"' EXIT
rm -f -- "$new"
umask 077
: >"$new"
tell() {
  trap 'kill $nap; exit' TERM
  while :; do
    printf 'fastboot-progress %s %s bytes %s\\n' "$(stat -c %s -- "$new")" $(($4 + 1)) "copying $3 back"
    sleep ${TICK} >/dev/null 2>&1 &
    nap=$!
    wait $nap
  done
}
tell "$@" 8<&- &
ticker=$!
cp --sparse=always /proc/self/fd/8 "$new"
theirs=$(sha256sum <&8)
ours=$(sha256sum <"$new")
if [ "$theirs" != "$ours" ] || [ "$(stat -c %s -- "$new")" != "$4" ]; then
  echo "the copy of $3 is not the same as the file in the pool"
  exit 1
fi
chown "$5" "$new"
chmod 0644 "$new"
sync -- "$new"
ln -- "$new" "$3" || exit 3
rm -f -- "$new"
sync -- .`;
