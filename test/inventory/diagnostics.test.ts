import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/core/diagnostic.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { findings, inventoryText, problems, temporaryFolder } from './temp.ts';

const all = (text: string) => inventoryText({ all: text });
const fastboot = (text: string) => all(`fastboot: {${text}}`);

describe('one mistake, one sentence at its place', () => {
  const cases: [what: string, text: string, expected: RegExp][] = [
    [
      'unquoted mode',
      fastboot('pool: {mode: 0644}'),
      /^2:34 `mode` must be octal digits in quotes.*not the number `420` .*mode: "0644"/,
    ],
    [
      'mode that others cannot read',
      fastboot('pool: {mode: "0640"}'),
      /`mode` must be octal digits in quotes, readable/,
    ],
    ['sexagesimal owner', fastboot('pool: {owner: 42:42}'), /owner: "42:42"/],
    [
      'owner that is not a number',
      fastboot('pool: {owner: qemu:qemu}'),
      /^2:35 `owner` must be auto, keep, or "uid:gid"/,
    ],
    ['owner out of range', fastboot('pool: {owner: "4294967295:0"}'), /above 4294967294/],
    [
      'unknown key',
      fastboot('pool: {imags: /x}'),
      /^2:28 unknown key `imags` under `pool` \(did you mean `images`\?\)/,
    ],
    [
      'unknown section',
      fastboot('link-sync: {}'),
      /^2:21 unknown key `link-sync` under `fastboot` \(did you mean `link_sync`/,
    ],
    ['relative path', fastboot('pool: {cache: images}'), /`cache` must be an absolute path/],
    ['path with ..', fastboot('pool: {cache: /a/../b}'), /`cache` must be an absolute path/],
    ['path with a line break', fastboot('pool: {cache: "/a\\nb"}'), /`cache` must be an absolute path/],
    [
      'path with a slash at its end',
      fastboot('nova: {instances: /a/}'),
      /`instances` must be an absolute path/,
    ],
    [
      'cache inside of images',
      fastboot('pool: {images: /a, cache: /a/b}'),
      /overlap: one is inside the other/,
    ],
    [
      'images inside of the default cache',
      fastboot('pool: {images: /var/lib/glance/imagecache/x}'),
      /one is inside the other/,
    ],
    ['cache equal to images', fastboot('pool: {images: /a, cache: /a}'), /are the same folder/],
    ['NFS version 3', fastboot('nfs: {version: 3}'), /^2:36 `version` must be 4, 4.0, 4.1 or 4.2/],
    ['threads', fastboot('nfs: {threads: many}'), /`threads` must be auto or a whole number/],
    [
      'mount options as text',
      fastboot('nfs: {mount_options: noatime}'),
      /`mount_options` must be a list, not text/,
    ],
    [
      'mount option that is built in',
      fastboot('nfs: {mount_options: [ro]}'),
      /one mount option that fastboot does not set itself/,
    ],
    ['two mount options in one', fastboot('nfs: {mount_options: ["a,b"]}'), /one mount option/],
    [
      'interval with a fraction',
      fastboot('link_sync: {interval: 1.5}'),
      /`interval` must be a whole number of seconds/,
    ],
    [
      'interval 0',
      fastboot('link_sync: {interval: 0}'),
      /`interval` must be a whole number of seconds from 1/,
    ],
    [
      'settle as text',
      fastboot('link_sync: {settle: "10"}'),
      /`settle` must be a whole number of seconds from 0/,
    ],
    ['schedule', fastboot('link_sync: {schedule: sytemd}'), /`schedule` must be one of auto, systemd, cron/],
    [
      'openrc relative',
      fastboot('link_sync: {openrc: admin-openrc}'),
      /`openrc` must be auto, null or an absolute path/,
    ],
    ['service', fastboot('nova: {service: "a b"}'), /`service` must be auto, none/],
    ['fastboot as a list', all('fastboot: [1]'), /`fastboot` must be a mapping or empty, not a list/],
    [
      'template under fastboot',
      fastboot('pool: {images: "{{ x }}"}'),
      /needs `fastboot.pool.images`.*templates/,
    ],
    ['encrypted user', all('ansible_user: !vault x'), /needs `ansible_user`.*decrypt/],
    [
      'near miss',
      all('ansible_hots: x'),
      /^2:10 unknown variable `ansible_hots` \(did you mean `ansible_host`\?\)/,
    ],
    ['near miss with hyphen', all('ansible-user: x'), /did you mean `ansible_user`/],
    [
      'near miss of the key file',
      all('ansible_ssh_private_key: x'),
      /did you mean `ansible_ssh_private_key_file`/,
    ],
    ['near miss of an old name', all('ansible_ssh_prot: 1'), /did you mean `ansible_ssh_port`/],
    ['port out of range', all('ansible_port: 70000'), /`ansible_port` must be a port from 1 to 65535/],
    ['port as a word', all('ansible_port: ssh'), /`ansible_port` must be a port/],
    [
      'address as a number',
      inventoryText({ backend: 'ansible_host: 10.1' }),
      /`ansible_host` must be an address/,
    ],
    [
      'address with spaces',
      inventoryText({ backend: 'ansible_host: "a b"' }),
      /neither an IP address nor a host's name/,
    ],
    [
      'address that looks like an option',
      inventoryText({ backend: 'ansible_host: -oProxyCommand=x' }),
      /neither an IP address/,
    ],
    ['user that looks like an option', all('ansible_user: -x'), /not a valid user name/],
    [
      'user as a number',
      all('ansible_user: 1000'),
      /`ansible_user` must be text, not a number.*ansible_user: "1000"/,
    ],
    ['become', all('ansible_become: maybe'), /`ansible_become` must be true or false/],
    ['connection', all('ansible_connection: docker'), /`ansible_connection: docker` is not supported/],
    [
      'loopback',
      inventoryText({ backend: 'ansible_host: 127.0.0.1' }),
      /compute nodes cannot mount from `127.0.0.1`.*storage_address/,
    ],
    ['loopback IPv6', inventoryText({ backend: 'ansible_host: "::1"' }), /compute nodes cannot mount/],
    [
      'same address',
      inventoryText({ hosts: 'c1: {ansible_host: 10.0.0.1}, c2: {ansible_host: 10.0.0.1}' }),
      /`c2` and `c1` have the same address and port/,
    ],
    [
      'same address as the backend',
      inventoryText({ backend: 'ansible_host: c1' }),
      /`c1` and `nfs01` have the same address and port/,
    ],
    [
      'same storage address',
      inventoryText({ compute: 'storage_address: 10.0.0.1' }),
      /same storage_address: 10.0.0.1/,
    ],
    [
      'host in both groups',
      inventoryText({ hosts: 'nfs01: , c1: ' }),
      /`nfs01` is in both `nfs_backend` and `compute`/,
    ],
    [
      'pool on compute nodes alone',
      inventoryText({ compute: 'fastboot: {pool: {images: /x}}' }),
      /`pool.images` needs one value for the pool/,
    ],
    [
      'threads on compute nodes alone',
      inventoryText({ compute: 'fastboot: {nfs: {threads: 8}}' }),
      /`nfs.threads` needs one value for the pool/,
    ],
    [
      'interval on one node alone',
      inventoryText({ hosts: 'c1: {fastboot: {link_sync: {interval: 5}}}' }),
      /`link_sync.interval` needs one value for the pool/,
    ],
    ['bad host name', inventoryText({ hosts: '-bad: ' }), /`-bad` is not a valid host name/],
    ['bad host name', inventoryText({ hosts: '"a;b": ' }), /`a;b` is not a valid host name/],
    ['number as a host', inventoryText({ hosts: '12: ' }), /a host's name must be text, not a number/],
    ['bad group name', inventoryText({ more: '    "a b": {}' }), /`a b` is not a valid group name/],
    [
      'hosts as a list',
      'nfs_backend: {hosts: {n: }}\ncompute:\n  hosts: [c1, c2]',
      /^3:3 `hosts` of the group `compute` must be a mapping, not a list/,
    ],
    ['group as a list', 'nfs_backend: {hosts: {n: }}\ncompute: [c1]', /^2:1 `compute` is not a group/],
    [
      'host variables as text',
      inventoryText({ hosts: 'c1: x' }),
      /the variables of `c1` must be a mapping, not text/,
    ],
    [
      'near miss of a section',
      'nfs_backend: {hosts: {n: }}\ncompute:\n  host: {c1: }',
      /^3:3 unknown key `host`.*did you mean `hosts`/,
    ],
    ['open range', inventoryText({ hosts: '"c[1": ' }), /no closing bracket/],
    ['range without end', inventoryText({ hosts: '"c[1:]": ' }), /has no end/],
    ['range of unequal width', inventoryText({ hosts: '"c[01:100]": ' }), /same number of digits/],
    ['range backwards', inventoryText({ hosts: '"c[c:a]": ' }), /ends before it begins/],
    [
      'group loop',
      inventoryText({ more: '    a: {children: {b: }}\n    b: {children: {a: }}' }),
      /groups contain each other: (?:a → b → a|b → a → b)/,
    ],
    [
      'key twice',
      inventoryText({ hosts: 'c1: {x: 1, x: 2}' }),
      /^8:26 the key `x` appears twice in this mapping, first on line 8/,
    ],
    ['unknown tag', all('x: !foo 1'), /unknown tag `!foo`/],
    ['alias without anchor', all('x: *none'), /no anchor `&none`|Unresolved alias/],
    ['alias of itself', all('x: &a [*a]'), /is inside of the value that it names/],
    ['priority', inventoryText({ compute: 'ansible_group_priority: high' }), /must be a whole number/],
    ['no backend group', 'compute: {hosts: {c1: }}', /^1:1 no group `nfs_backend`/],
    [
      'misspelled backend group',
      'nfs_backends: {hosts: {n: }}\ncompute: {hosts: {c1: }}',
      /no group `nfs_backend`.*did you mean the group `nfs_backends`/,
    ],
    ['no compute group', 'nfs_backend: {hosts: {n: }}', /^1:1 no group `compute`/],
    [
      'empty backend group',
      'nfs_backend:\ncompute: {hosts: {c1: }}',
      /^1:1 the group `nfs_backend` has no host/,
    ],
    [
      'two backends',
      'nfs_backend: {hosts: {n1: , n2: }}\ncompute: {hosts: {c1: }}',
      /has 2 hosts \(n1, n2\)/,
    ],
    [
      'two spellings',
      'nfs_backend: {hosts: {n1: }}\nnfs-backend:\ncompute: {hosts: {c1: }}',
      /^2:1 .*two spellings of one group/,
    ],
  ];
  test.each(cases)('%s', async (_what, text, expected) => {
    const found = await findings(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });
});

describe('files that are not a YAML inventory', () => {
  const cases: [what: string, content: string | Uint8Array, expected: RegExp][] = [
    ['empty', '', /^1:1 the inventory is empty/],
    ['comments only', '# x\n', /^1:1 the inventory is empty/],
    [
      'INI',
      '[nfs_backend]\nnfs01 ansible_host=1.2.3.4\n',
      /^1:1 this is an INI inventory.*ansible-inventory -i .*i\.yaml --list --yaml --output .*i\.yaml\.yaml/,
    ],
    ['INI without sections first', 'nfs01 ansible_host=1.2.3.4\n[compute]\n', /this is an INI inventory/],
    ['INI of one bare section', '[compute]\n', /this is an INI inventory/],
    ['script', '#!/usr/bin/env python3\nprint("{}")\n', /^1:1 this is a program/],
    ['plugin', 'plugin: openstack.cloud.openstack\n', /^1:1 this is an inventory plugin's configuration/],
    ['list', '- a\n- b\n', /must be a mapping of groups/],
    ['NUL', new Uint8Array([97, 0, 98]), /NUL byte at 1/],
    ['Latin-1', Buffer.from('all:\n  vars: {x: "gr\xfc\xdf"}\n', 'latin1'), /^2:16 not UTF-8/],
    ['control character', 'all: {vars: {x: "a\x07"}}\n', /^1:19 a control character \(0x07\)/],
    ['tab', 'all:\n\thosts:\n', /^2:1 a tab is used for indentation/],
    ['two documents', 'all:\n---\nall:\n', /a second YAML document/],
    ['open bracket', 'all: {hosts: {a: }\n', /indented|broken YAML/],
    ['colon in a value', 'all:\n  vars:\n    a: b: c\n', /^3:\d+ a second `:` on one line/],
  ];
  test.each(cases)('%s', async (_what, content, expected) => {
    const found = await findings(content);
    expect(found[0]).toMatch(expected);
    expect(found).toHaveLength(1);
  });

  test('a missing file and a folder have a place, too', async () => {
    const folder = await temporaryFolder({});
    for (const [file, message] of [
      [path.join(folder, 'missing.yaml'), 'no such file'],
      [folder, 'is a folder, not a file'],
    ] as const) {
      const loaded = await loadInventory(file);
      expect(loaded.ok ? [] : loaded.error.map(formatDiagnostic)[0]).toContain(`${file}:1:1: ${message}`);
    }
  });
});

test('all mistakes at once, in file order, each with its line', async () => {
  const text = `all:
  vars:
    ansible_hots: x
    fastboot:
      pool:
        mode: 0644
  children:
    compute:
      hosts:
        c[1:
        d: 5
`;
  const found = await problems(text);
  expect(found.map(({ line }) => line)).toEqual([1, 3, 6, 10, 11]);
  const shown = found.slice(1, 3).map((item) => formatDiagnostic({ ...item, file: 'i.yaml' }));
  expect(shown.join('\n')).toMatchInlineSnapshot(`
    "i.yaml:3:5: unknown variable \`ansible_hots\`
     3 |     ansible_hots: x
       |     ^
      hint: did you mean \`ansible_host\`?
    i.yaml:6:15: \`mode\` must be octal digits in quotes, readable and not writable by others, such as "0644", not the number \`420\`
     6 |         mode: 0644
       |               ^
      hint: without quotes YAML reads a number; write \`mode: "0644"\`"
  `);
});

test('secrets are never shown, and the message names the ways in', async () => {
  const text = `all:
  vars: { ansible_password: hunter2, ansible_port: x }
  children:
    nfs_backend: { hosts: { n: { "ansible_become_pass": "hunter2, }", ansible_port: y } } }
    compute:
      vars:
        ansible_ssh_pass: |
          hunter2
        ansible_sudo_pass:
          hunter2: hunter2
      hosts: { c1: }
`;
  const found = await problems(text);
  expect(found.filter(({ message }) => message.includes('reads no passwords'))).toHaveLength(4);
  expect(found[0]?.hint).toMatch(/--ask-pass.*FASTBOOT_SSH_PASSWORD.*FASTBOOT_BECOME_PASSWORD/);
  expect(JSON.stringify(found)).not.toContain('hunter2');
});

test('secrets are not shown where the YAML is broken in them', async () => {
  for (const text of [
    'all:\n  vars:\n    ansible_password: hunter2: x\n',
    '{"all":{"vars":{"ansible_password":"hunter2","ansible_port":"x"}}}',
    'all:\n  vars:\n    ansible_password: >\n      a\n\thunter2\n   b: c\n',
  ]) {
    const found = await problems(text);
    expect(found.length).toBeGreaterThan(0);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  }
});

describe('what is fine', () => {
  const cases: [what: string, text: string][] = [
    ['a template where it is not needed', all('x: "{{ y }}", z: !vault q')],
    [
      'a template for a host of another group',
      inventoryText({
        more: '    other: {hosts: {o: {ansible_port: "{{ p }}", ansible_password: "{{ s }}"}}}',
      }),
    ],
    [
      'another connection for a host of another group',
      inventoryText({ more: '    w: {hosts: {win: {ansible_connection: winrm}}}' }),
    ],
    ['an exception to a range', inventoryText({ hosts: '"c[1:3]": , c2: {ansible_port: 23}' })],
    [
      'a host in many groups',
      inventoryText({ more: '    a: {hosts: {c1: }}\n    b: {hosts: {c1: , nfs01: }}' }),
    ],
    [
      'one address with two ports',
      inventoryText({
        hosts: 'c1: {ansible_host: 10.0.0.1}, c2: {ansible_host: 10.0.0.1, ansible_port: 23}',
      }),
    ],
    [
      'a loopback address with storage_address',
      inventoryText({ backend: 'ansible_host: 127.0.0.1, storage_address: nfs.example.org' }),
    ],
    ['version without quotes', fastboot('nfs: {version: 4.2}')],
    ['openrc: null', fastboot('link_sync: {openrc: null}')],
    ['empty sections', fastboot('pool: , nfs: ')],
    [
      'pool settings for the backend',
      inventoryText({ backend: 'fastboot: {pool: {owner: keep}, link_sync: {interval: 5}}' }),
    ],
    [
      'nova settings for compute nodes',
      inventoryText({ compute: 'fastboot: {nova: {service: none}, nfs: {mount_options: [nconnect=4]}}' }),
    ],
    ['numbers and booleans as text', all('ansible_port: "22", ansible_become: "yes"')],
    ['ansible_private_key_file', all('ansible_private_key_file: x')],
    ['facts', all('ansible_hostname: x, ansible_user_id: y')],
  ];
  test.each(cases)('%s', async (_what, text) => {
    expect(await findings(text)).toEqual([]);
  });
});

test('an empty compute group is a notice, an unknown key in a group a warning', async () => {
  const found = await problems('nfs_backend: {hosts: {n: }}\ncompute:\nother: {notes: {}}\n');
  expect(found.map(({ severity, line }) => [severity, line])).toEqual([
    ['notice', 2],
    ['warning', 3],
  ]);
});

test('mistakes in variable files have their own place', async () => {
  const folder = {
    'group_vars/compute.yml': 'a: 1\nansible_prt: 2\n',
    'host_vars/c1.yml': '- x\n',
    'group_vars/all/v.yml': '$ANSIBLE_VAULT;1.1;AES256\n31\n',
  };
  const found = await problems(inventoryText({}), folder);
  expect(found.map(({ file, line, severity }) => `${path.basename(file)}:${line} ${severity}`)).toEqual([
    'v.yml:1 notice',
    'compute.yml:2 error',
    'c1.yml:1 error',
  ]);
});
