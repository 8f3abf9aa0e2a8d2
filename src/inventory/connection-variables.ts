/** The variables of a host that say how to reach it: what fastboot reads of Ansible's own, and `storage_address`. */
import type { JsonObject } from '../core/json.ts';

/** What fastboot wants to know about the way to a host. */
export type ConnectionField =
  'address' | 'port' | 'user' | 'privateKeyFile' | 'become' | 'connection' | 'storageAddress';

/** A variable that fastboot reads. */
export interface ConnectionVariable {
  readonly name: string;
  readonly field: ConnectionField;
  readonly description: string;
  readonly schema: JsonObject;
}

const ADDRESS: JsonObject = { type: 'string', minLength: 1, errorMessage: 'must be an address or a name' };
const USER: JsonObject = { type: 'string', minLength: 1, examples: ['root'] };
const PORT: JsonObject = {
  type: ['integer', 'string'],
  minimum: 1,
  maximum: 65535,
  pattern: '^0*(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$',
  errorMessage: 'must be a port from 1 to 65535',
  examples: [22],
};

/** Where several variables mean one field, the first that is set wins, as in Ansible's ssh plugin. */
export const CONNECTION_VARIABLES: readonly ConnectionVariable[] = [
  {
    name: 'ansible_ssh_host',
    field: 'address',
    description: 'Old name of ansible_host.',
    schema: ADDRESS,
  },
  {
    name: 'ansible_host',
    field: 'address',
    description: "Address or name to connect to. Without it: the host's name.",
    schema: { ...ADDRESS, examples: ['192.0.2.10', 'nfs01.example.org'] },
  },
  { name: 'ansible_ssh_port', field: 'port', description: 'Old name of ansible_port.', schema: PORT },
  { name: 'ansible_port', field: 'port', description: 'Port of the SSH server.', schema: PORT },
  { name: 'ansible_ssh_user', field: 'user', description: 'Old name of ansible_user.', schema: USER },
  { name: 'ansible_user', field: 'user', description: 'User to log in as.', schema: USER },
  {
    name: 'ansible_ssh_private_key_file',
    field: 'privateKeyFile',
    description: 'Private key to log in with.',
    schema: { type: 'string', minLength: 1, examples: ['~/.ssh/id_ed25519'] },
  },
  {
    name: 'ansible_become',
    field: 'become',
    description: 'Whether to use sudo.',
    schema: {
      anyOf: [
        { type: 'boolean' },
        { enum: [0, 1] },
        {
          type: 'string',
          pattern:
            '^(?:[Yy](?:es)?|YES|[Nn]o?|NO|[Tt](?:rue)?|TRUE|[Ff](?:alse)?|FALSE|[Oo]n|ON|[Oo]ff|OFF|[01])$',
        },
      ],
      errorMessage: 'must be true or false',
    },
  },
  {
    name: 'ansible_connection',
    field: 'connection',
    description: 'How to reach the host: ssh, or local for the machine that fastboot runs on.',
    schema: { type: 'string', examples: ['ssh', 'local'] },
  },
  {
    name: 'storage_address',
    field: 'storageAddress',
    description:
      "Address or name on the storage network. Compute nodes mount from the backend's address. The export allows a compute node's address.",
    schema: { ...ADDRESS, examples: ['198.51.100.10'] },
  },
];

/** The names of the variables that mean a field, in the order in which they count. */
export function variablesOf(field: ConnectionField): readonly string[] {
  return CONNECTION_VARIABLES.filter((each) => each.field === field).map(({ name }) => name);
}
